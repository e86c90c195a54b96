//! ajv, in a Node process beside us that takes its turn when asked.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::{env, fs, io};

use tally_generated::runtime::Contract;

/// The process, with the two ends of the conversation.
pub struct Ajv {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Ajv {
    /// Starts Node with the schemas of a contract, and ajv installed in a folder for temporary files.
    ///
    /// # Errors
    ///
    /// Says what is missing: Node, or npm's packages.
    pub fn start(contract: &Contract) -> Result<Self, String> {
        let folder = env::temp_dir().join("tally-bench-ajv");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        if !folder.join("node_modules/ajv-formats").is_dir() {
            let installed = Command::new("npm")
                .args([
                    "install",
                    "--silent",
                    "--no-audit",
                    "--no-fund",
                    "ajv@8",
                    "ajv-formats@3",
                    "--prefix",
                ])
                .arg(&folder)
                .stdin(Stdio::null())
                .status()
                .map_err(|error| format!("npm can't be run: {error}"))?;
            if !installed.success() {
                return Err("npm could not install ajv".to_owned());
            }
        }
        let script = folder.join("ajv.cjs");
        fs::write(&script, include_str!("ajv.cjs")).map_err(|error| error.to_string())?;
        let mut process = Command::new("node")
            .arg(&script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("node can't be run: {error}"))?;
        let (Some(mut input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("node has no pipes".to_owned());
        };
        for area in contract.areas {
            let schema: serde_json::Value =
                serde_json::from_str(area.request_schema).map_err(|error| error.to_string())?;
            writeln!(input, "{}", serde_json::json!({ "area": area.name, "schema": schema }))
                .map_err(|error| error.to_string())?;
        }
        Ok(Self { process, input, output: BufReader::new(output) })
    }

    /// Seconds for one run, parsing included. `None` if the process has gone.
    pub fn seconds(&mut self, area: &str, body: &[u8]) -> Option<f64> {
        self.ask(area, body).ok()?.trim().parse().ok()
    }

    fn ask(&mut self, area: &str, body: &[u8]) -> io::Result<String> {
        let text = String::from_utf8_lossy(body);
        writeln!(self.input, "{}", serde_json::json!({ "area": area, "body": text }))?;
        self.input.flush()?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line)
    }
}

impl Drop for Ajv {
    fn drop(&mut self) {
        // It has nothing left to do, and may have gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
