//! Faults that the mock can have, so that the runner can be tested by them.
//!
//! A fault changes what the honest endpoint is given (the contract, the judge of shape, the request) or
//! what it answers. The honest modules know nothing of it.

mod act;
mod answers;
mod catalogue;
mod cites;
mod contracts;
mod history;
mod judgements;
mod requests;
mod wire;

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tally_spec::model::{Contract, Response};

use self::act::{Act, Context};
pub use self::catalogue::CATALOGUE;
use self::history::History;
pub(super) use self::wire::Wire;
use super::clerk::Clerk;
use super::endpoint::{Answered, Endpoint, Received, Reply, Told};
use super::server::MockConfig;
use super::state::Organisation;

/// A named fault.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The name that `--fault` takes.
    pub name: &'static str,
    /// What it is about.
    pub group: &'static str,
    /// What the endpoint does wrong.
    pub summary: &'static str,
    /// What its argument is, and its value where none is given; none where it takes none.
    pub argument: Option<(&'static str, f64)>,
    /// Why it cannot be seen from outside; none where it can.
    pub hidden: Option<&'static str>,
    /// The ids of the statements that it breaks, as the contract cites them. None where the contract has
    /// nothing of the kind.
    pub breaks: fn(&Contract) -> Vec<String>,
    /// What it changes.
    act: Act,
}

/// A fault of the catalogue, chosen by name.
#[derive(Clone, Copy)]
pub struct Fault {
    entry: &'static Entry,
    argument: f64,
}

impl Fault {
    /// The catalogue's entry.
    #[must_use]
    pub const fn entry(self) -> &'static Entry {
        self.entry
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry.argument {
            Some(_) => write!(formatter, "{}={}", self.entry.name, self.argument),
            None => formatter.write_str(self.entry.name),
        }
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, given) = match text.split_once('=') {
            Some((name, given)) => (name, Some(given)),
            None => (text, None),
        };
        let Some(entry) = CATALOGUE.iter().find(|entry| entry.name == name) else {
            let near = |entry: &&Entry| (strsim::jaro_winkler(entry.name, name) * 1000.0).round();
            let nearest = CATALOGUE.iter().max_by(|one, other| near(one).total_cmp(&near(other)));
            let hint = nearest.map(|entry| format!("; did you mean `{}`?", entry.name)).unwrap_or_default();
            return Err(format!("there is no fault `{name}`{hint} (`mock --list-faults` lists them)"));
        };
        let argument = match (entry.argument, given) {
            (None, None) => 0.0,
            (None, Some(_)) => return Err(format!("the fault `{name}` takes no argument")),
            (Some((_, usual)), None) => usual,
            (Some((what, _)), Some(given)) => given
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite() && *number >= 0.0)
                .ok_or_else(|| format!("`{given}` is no argument of `{name}`, which takes {what}"))?,
        };
        Ok(Self { entry, argument })
    }
}

/// An endpoint, with a fault or without one.
pub(super) struct Faulty {
    organisation: Arc<Organisation>,
    endpoint: Endpoint,
    /// The contract as it is without the fault.
    honest: Arc<Contract>,
    fault: Option<Fault>,
    history: Mutex<History>,
}

impl Faulty {
    pub(super) fn new(config: MockConfig, organisation: Arc<Organisation>) -> Self {
        let act = config.fault.map(|fault| fault.entry.act);
        let honest = Arc::clone(&config.contract);
        let mut contract = config.contract;
        if let Some(Act::Contract(change)) = act {
            change(Arc::make_mut(&mut contract));
        }
        let token = config.token.filter(|_| !matches!(act, Some(Act::AnyToken | Act::NoToken)));
        let mut clerk = Clerk::new(contract, config.generated);
        if let Some(Act::Judgement(change)) = act {
            let known = Arc::clone(&honest);
            clerk = clerk.with_judge(Box::new(move |area, body| {
                let judgement = (area.judge)(body);
                match known.area(area.name) {
                    Some(area) => judgements::changed(&known, area, body, judgement, change),
                    None => judgement,
                }
            }));
        }
        let endpoint = Endpoint::new(clerk, Arc::clone(&organisation), token);
        endpoint.resume();
        let history = Mutex::new(History::new(config.seed));
        Self { organisation, endpoint, honest, fault: config.fault, history }
    }

    /// The answer to a request that is to come again later.
    pub(super) fn busy(&self) -> Reply {
        self.endpoint.busy()
    }

    /// The organisation that it answers for.
    pub(super) const fn organisation(&self) -> &Arc<Organisation> {
        &self.organisation
    }

    pub(super) fn answer(&self, mut request: Received) -> (Answered, Option<Wire>) {
        let Some(fault) = self.fault else { return (self.endpoint.answer(&request), None) };
        let contract = &self.honest;
        let area = self.endpoint.area(&request.path).and_then(|area| contract.area(&area.name));
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.heard(contract, area, &request);
        let context = Context { contract, area, history: &history, argument: fault.argument };
        let mut early = None;
        match fault.entry.act {
            Act::Request(change) => early = change(&context, &mut request),
            Act::Body(change) => requests::change_body(&context, &mut request, change),
            Act::NoToken => {
                let scheme = &contract.file.service.authentication.scheme;
                request.credentials = Some(format!("{scheme} anyone"));
            }
            _ => {}
        }
        let mut answered = match early {
            Some(reply) => Answered { reply, told: Told::default(), receipt: None },
            None => self.endpoint.answer(&request),
        };
        let reply = &mut answered.reply;
        let wire = match fault.entry.act {
            Act::Reply(change) => {
                change(&context, &request, reply);
                None
            }
            Act::Counting(change) => {
                change_counting(&context, reply, change);
                None
            }
            Act::Contract(_) => {
                // An endpoint with another limit does not tell.
                change_counting(&context, reply, answers::honest_next_batch_size);
                None
            }
            Act::Wire(wire) => wire(&context, &request, reply),
            _ => None,
        };
        history.answered(reply);
        (answered, wire)
    }
}

fn change_counting(context: &Context<'_>, reply: &mut Reply, change: act::CountingChange) {
    let Some(area) = context.area else { return };
    let Response::Counting(counted) = context.contract.response(area) else { return };
    let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return };
    if body.get(&counted.errors).is_some() {
        change(area, counted, &mut body);
        reply.body = body.to_string().into_bytes();
    }
}
