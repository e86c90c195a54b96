//! `--token-command`: fetches a token by a command of the user's.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use tally_runner::client::{Secret, TokenSource};

/// The most bytes of its output that are read.
const MOST_BYTES: u64 = 64 * 1024;
/// How often it is looked at while it runs.
const PAUSE: Duration = Duration::from_millis(20);

/// Fetches tokens by a shell command that may take no longer than `most`.
pub(super) fn source(command: &str, most: Duration) -> TokenSource {
    let command = command.to_owned();
    Arc::new(move || fetch(&command, most).map_err(|why| format!("--token-command {why}")))
}

/// Runs the command. What it prints on standard output is the token; no message shows it.
fn fetch(command: &str, most: Duration) -> Result<Secret, String> {
    let mut child = shell(command)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot be started: {error}"))?;
    let deadline = Instant::now() + most;
    let output = read(&mut child);
    let status = loop {
        match child.try_wait().map_err(|error| format!("cannot be waited for: {error}"))? {
            Some(status) => break status,
            None if Instant::now() >= deadline => {
                // It may have ended in this moment.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("took longer than {} s", most.as_secs()));
            }
            None => std::thread::sleep(PAUSE),
        }
    };
    if !status.success() {
        return Err(format!("failed ({status})"));
    }
    // What it left running may keep its output open.
    let left = deadline.saturating_duration_since(Instant::now()).max(PAUSE);
    let output = output.recv_timeout(left).map_err(|_| "did not close its output".to_owned())?;
    token(output)
}

/// The token in the output.
fn token(output: Vec<u8>) -> Result<Secret, String> {
    let text = String::from_utf8(output).map_err(|_| "printed something that is not text".to_owned())?;
    let token = text.trim();
    if token.is_empty() {
        return Err("printed nothing".to_owned());
    }
    if token.chars().any(|character| character.is_control() || character.is_whitespace()) {
        return Err("printed more than one word: standard output must be the token alone".to_owned());
    }
    Ok(Secret::new(token))
}

/// Reads the standard output on a thread of its own.
fn read(child: &mut Child) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            // An output that cannot be read to its end is judged by what was read.
            let _ = stdout.take(MOST_BYTES).read_to_end(&mut bytes);
            // Nobody listens any more if it took too long.
            let _ = send.send(bytes);
        });
    }
    receive
}

#[cfg(not(windows))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]);
    shell
}

#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.args(["/C", command]);
    shell
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn fetched(command: &str) -> Result<String, String> {
        fetch(command, Duration::from_secs(20)).map(|token| token.reveal().to_owned())
    }

    #[test]
    fn the_trimmed_output_is_the_token() {
        assert_eq!(fetched("echo '  a-fresh-token '; echo noise >/dev/null"), Ok("a-fresh-token".to_owned()));
    }

    #[test]
    fn what_gives_no_token_is_an_error_that_shows_no_output() {
        for (command, said) in [
            ("echo secret-output; exit 3", "exit status: 3"),
            ("true", "printed nothing"),
            ("echo secret-output twice", "more than one word"),
            ("printf '\\377\\376'", "not text"),
        ] {
            let why = fetched(command).expect_err(command);
            assert!(why.contains(said) && !why.contains("secret-output"), "{why}");
        }
    }

    #[test]
    fn one_that_does_not_end_is_stopped() {
        let why = fetch("sleep 60", Duration::from_millis(50)).expect_err("it ends too late");
        assert!(why.contains("took longer"), "{why}");
    }
}
