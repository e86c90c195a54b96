//! `tally validate`: a body or a line costs at most eight times its bytes, and 64 MiB.

use std::fs;
use std::time::Duration;

use tally_bench::process;
use tally_bench::size::{APART, MIB};

use super::{Setting, ceiling};

/// The most bytes of a body or a line that are read, unless `--max-bytes` says otherwise.
const LONGEST: u64 = 64 * MIB;

/// Every case.
pub(crate) fn cases(setting: &mut Setting) -> Result<(), String> {
    let small = setting.subject.filled("{}", 1_000_000);
    let line = setting.subject.filled("{}", 16_000_000);
    let large = setting.subject.filled("{}", 60_000_000);
    let path = |name: &str| setting.folder.join(name).display().to_string();
    let (small_file, line_file, large_file) = (path("small.json"), path("line.jsonl"), path("large.json"));
    for (file, body) in [(&small_file, &small), (&line_file, &line), (&large_file, &large)] {
        fs::write(file, body).map_err(|error| format!("{file}: {error}"))?;
    }
    let times = |body: &[u8]| 8 * body.len() as u64 + APART;
    case(setting, "1 MB of `{}`, --format json", times(&small), &["--format", "json", &small_file], &[1]);
    case(setting, "1 MB of `{}`, for people", times(&small), &[&small_file], &[1]);
    case(setting, "a line of 16 MB of `{}`, --lines", times(&line), &["--lines", &line_file], &[1]);
    if setting.full {
        case(
            setting,
            "60 MB of `{}`, --format json",
            times(&large),
            &["--format", "json", &large_file],
            &[1],
        );
    }
    if cfg!(unix) {
        // Nothing of it is a body: it is read up to the limit, and refused.
        case(setting, "/dev/zero", LONGEST + APART, &["/dev/zero"], &[1, 2]);
        case(setting, "/dev/zero, --lines", LONGEST + APART, &["--lines", "/dev/zero"], &[1, 2]);
    }
    Ok(())
}

fn case(setting: &mut Setting, name: &str, bound: u64, arguments: &[&str], codes: &[i32]) {
    setting.case("validate", name, bound, |setting| {
        let mut all = vec!["validate".to_owned(), setting.subject.area().name.clone()];
        all.extend(setting.named.clone());
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        super::runner::judged(
            process::run(&setting.tally, &all, ceiling(bound), Duration::from_mins(3)),
            codes,
        )
    });
}
