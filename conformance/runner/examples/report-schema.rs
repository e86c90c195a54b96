//! Prints the JSON Schema of `report.json`, which stands in `conformance/report.schema.json`.

fn main() -> std::io::Result<()> {
    use std::io::Write as _;

    writeln!(std::io::stdout(), "{:#}", tally_runner::outcome::json_schema())
}
