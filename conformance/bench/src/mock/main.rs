//! Compares the mock with a bare handler, one that validates by a schema, and Prism.
//!
//! Servers are processes of their own; rounds take turns, and the median of them counts, in ratios too: each
//! round is held against the other server's beside it. CPU time is the server's alone, as Linux counts it for its
//! threads.

mod load;
mod measured;
mod servers;
mod store;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::json;
use tally_bench::contract::Contract;
use tally_bench::options::Options;

use load::{Load, Round};
use measured::Measured;
use servers::Server;

/// The sizes of the requests that are measured, in records.
const SIZES: [usize; 2] = [1, 200];

/// Rounds of each server, unless `--rounds` says otherwise.
const ROUNDS: usize = 5;

/// How long one round of one server lasts.
const ROUND: Duration = Duration::from_millis(500);

/// What was measured of one server at one size.
struct Figures {
    server: String,
    records: usize,
    requests_per_second: f64,
    median: f64,
    ninety_ninth: f64,
    /// CPU seconds of the server for one request; `None` if it can't be measured.
    cpu: Option<f64>,
    rounds: Vec<Round>,
}

impl Figures {
    /// What this server takes or gives by what another does: the median over the rounds, of which each is held
    /// against the other's that took its turn beside it. A machine that others use is now quick, now slow.
    fn by(&self, other: &Self, what: fn(&Round) -> Option<f64>) -> f64 {
        let pairs = self.rounds.iter().zip(&other.rounds);
        median(pairs.filter_map(|(own, other)| Some(what(own)? / what(other)?)).collect())
    }
}

fn main() -> ExitCode {
    match run(&Options::of_this_process()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}

/// Whether every goal is met. As one of the servers that are compared with, it does not return.
fn run(options: &Options) -> Result<bool, String> {
    let contract = Contract::of(options)?;
    let measured = Measured::choose(&contract, SIZES[1])?;
    match options.value("--serve") {
        Some(what) => servers::serve(what, &measured).map(|()| true),
        None => measure(options, &measured),
    }
}

fn measure(options: &Options, measured: &Measured<'_>) -> Result<bool, String> {
    let rounds = options.value("--rounds").and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS);
    let file = std::env::temp_dir().join(format!("tally-bench-{}.sqlite", std::process::id()));
    let servers = started(options, measured.contract, &file)?;
    let mut figures = Vec::new();
    for records in SIZES {
        let load = Load::new(measured, records);
        let mut taken: Vec<Vec<Round>> = servers.iter().map(|_| Vec::new()).collect();
        for _ in 0..rounds {
            for (server, taken) in servers.iter().zip(&mut taken) {
                taken.push(load.round(server, ROUND)?);
            }
        }
        figures.extend(servers.iter().zip(taken).map(|(server, rounds)| summed_up(server, records, rounds)));
    }
    drop(servers);
    servers::remove(&file);
    let bare = store::bare(measured, rounds, SIZES[1])?;
    let memory = load::memory(measured, &options.tally())?;
    Ok(report(options, &figures, bare, &memory))
}

fn started(options: &Options, contract: &Contract, file: &std::path::Path) -> Result<Vec<Server>, String> {
    let (tally, store) = (options.tally(), format!("sqlite:{}", file.display()));
    let mut servers = vec![
        Server::own(servers::BARE, contract)?,
        Server::own("axum, Value + jsonschema", contract)?,
        Server::tally("tally, memory", contract, &tally, &[])?,
        Server::tally("tally, sqlite", contract, &tally, &["--store", &store])?,
    ];
    let openapi = options.value("--openapi").map(Path::new);
    match openapi.ok_or_else(|| "no OpenAPI document was given".to_owned()).and_then(Server::prism) {
        Ok(prism) => servers.push(prism),
        Err(reason) => eprintln!("Prism is left out: {reason}"),
    }
    Ok(servers)
}

fn summed_up(server: &Server, records: usize, rounds: Vec<Round>) -> Figures {
    let of = |what: fn(&Round) -> f64| median(rounds.iter().map(what).collect());
    let cpu: Option<Vec<f64>> = rounds.iter().map(|round| round.cpu_per_request).collect();
    Figures {
        server: server.name.clone(),
        records,
        requests_per_second: of(|round| round.requests_per_second),
        median: of(|round| round.median),
        ninety_ninth: of(|round| round.ninety_ninth),
        cpu: cpu.map(median),
        rounds,
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn report(options: &Options, figures: &[Figures], bare: f64, memory: &load::Memory) -> bool {
    if options.as_json() {
        for one in figures {
            println!(
                "{}",
                json!({
                    "server": one.server, "records": one.records, "requests_per_s": one.requests_per_second,
                    "latency_median_us": one.median * 1e6, "latency_p99_us": one.ninety_ninth * 1e6,
                    "cpu_us": one.cpu.map(|cpu| cpu * 1e6),
                })
            );
        }
    } else {
        table(figures);
    }
    let goals = goals(figures, bare, memory);
    for (goal, value, held) in &goals {
        if options.as_json() {
            println!("{}", json!({ "goal": goal, "value": value, "held": held }));
        } else {
            println!("{} {goal}: {value}", if *held { "held    " } else { "NOT HELD" });
        }
    }
    goals.iter().all(|(_, _, held)| *held)
}

fn table(figures: &[Figures]) {
    println!(
        "{:<26} {:>7} {:>11} {:>9} {:>9} {:>9} {:>7}",
        "server", "records", "requests/s", "median", "p99", "CPU", "x bare"
    );
    for one in figures {
        let bare = figures.iter().find(|other| other.records == one.records);
        let ratio = bare
            .map_or_else(String::new, |bare| format!("{:.2}", one.by(bare, |round| round.cpu_per_request)));
        println!(
            "{:<26} {:>7} {:>11.0} {:>6.0} us {:>6.0} us {:>6.0} us {ratio:>7}",
            one.server,
            one.records,
            one.requests_per_second,
            one.median * 1e6,
            one.ninety_ninth * 1e6,
            one.cpu.unwrap_or(f64::NAN) * 1e6,
        );
    }
    println!();
}

/// Each goal with what was measured of it, and whether it holds.
fn goals(figures: &[Figures], bare: f64, memory: &load::Memory) -> Vec<(String, String, bool)> {
    let find =
        |name: &str, records: usize| figures.iter().find(|one| one.server == name && one.records == records);
    let by = |name: &str| {
        let (ours, other) = (find("tally, memory", SIZES[1]), find(name, SIZES[1]));
        ours.zip(other).map_or(f64::NAN, |(ours, other)| ours.by(other, |round| round.cpu_per_request))
    };
    let mut goals = vec![
        at_most("CPU of 200 records, by a bare handler's", by(servers::BARE), 6.0),
        at_most(
            "CPU of 200 records, by that of Value + jsonschema",
            by("axum, Value + jsonschema"),
            1.0 / 3.0,
        ),
    ];
    for records in SIZES {
        if let (Some(ours), Some(prism)) = (find("tally, memory", records), find("Prism", records)) {
            let ratio = ours.by(prism, |round| Some(round.requests_per_second));
            goals.push(at_least(&format!("requests/s of {records} records, by Prism's"), ratio, 10.0));
        }
    }
    if let Some(sqlite) = find("tally, sqlite", SIZES[1]) {
        #[expect(clippy::cast_precision_loss, reason = "a count of records is small")]
        let ratio = sqlite.requests_per_second * SIZES[1] as f64 / bare;
        goals.push(at_least("records/s with sqlite, by a bare loop's in transactions of 200", ratio, 0.5));
    }
    goals.push(at_most("MiB for a million records in memory", memory.mebibytes, 512.0));
    goals.push(at_most("ms from the start to the first answer", memory.first_answer * 1e3, 100.0));
    goals
}

fn at_most(goal: &str, value: f64, most: f64) -> (String, String, bool) {
    (goal.to_owned(), format!("{value:.2}, at most {most:.2}"), value <= most)
}

fn at_least(goal: &str, value: f64, least: f64) -> (String, String, bool) {
    (goal.to_owned(), format!("{value:.2}, at least {least:.2}"), value >= least)
}
