//! `nightly-scores ROOT < scores.jsonl`: a score a line, as JSON; the token is `API_TOKEN`'s.

use std::io::BufRead as _;
use std::process::ExitCode;

use tally_example_nightly_scores::{Score, Summary, load};

fn main() -> ExitCode {
    let (Some(root), Ok(token)) = (std::env::args().nth(1), std::env::var("API_TOKEN")) else {
        eprintln!("usage: API_TOKEN=… nightly-scores ROOT < scores.jsonl");
        return ExitCode::from(2);
    };
    let lines = std::io::stdin().lock().lines().enumerate();
    let scores = lines.map(|(index, line)| -> Result<Score, String> {
        let line = line.map_err(|error| error.to_string())?;
        serde_json::from_str(&line).map_err(|error| format!("line {}: {error}", index + 1))
    });
    let scores: Vec<Score> = match scores.collect() {
        Ok(scores) => scores,
        Err(error) => {
            eprintln!("error: {error}; nothing was sent");
            return ExitCode::from(2);
        }
    };
    let mut summary = Summary::default();
    let loaded = load(&root, &token, &scores, &mut summary);
    summary.failed.iter().for_each(|line| eprintln!("failed: {line}"));
    eprintln!("{} passed, {} failed, {} queued", summary.passed, summary.failed.len(), summary.queued);
    match loaded {
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
        Ok(()) if summary.failed.is_empty() => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
    }
}
