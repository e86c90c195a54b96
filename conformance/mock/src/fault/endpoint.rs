//! The endpoint, with the fault that it has for the time being.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use serde_json::Value;
use tally_fixtures::{Fixtures, Secret};
use tally_generated::runtime::Judgement;
use tally_spec::model::{Area, Contract};

use super::act::{Act, BodyChange, Context};
use super::history::History;
use super::mutation::{Exchanged, Mutated, Mutation};
use super::{CATALOGUE, Entry, Fault, PRESETS, answers, judgements};
use crate::contract::Contract as Checked;
use crate::endpoint::{Answered, Endpoint, Outcome, Received, Reply};
use crate::organisation::{JobCompletion, Organisation};
use crate::processor::{Hooks, Keeps, Processor, Sizes, cost_of_values};
use crate::server::{ActiveFault, Backend, Delivery, FaultsView, KnownFault, KnownPreset, Wire};

/// An endpoint, with a fault or without one; which, may change between two requests.
pub(crate) struct FaultyEndpoint {
    organisation: Arc<Organisation>,
    honest: Honest,
    plain: Arc<Variant>,
    active: RwLock<Arc<Variant>>,
    /// The faults that there are for the contract, found when they are first asked for.
    catalogue: OnceLock<Vec<KnownFault>>,
}

/// What an endpoint without a fault answers by.
pub(crate) struct Honest {
    pub(crate) contract: Checked,
    pub(crate) fixtures: Arc<Fixtures>,
    /// The token that it requires, or `None` if it takes any.
    pub(crate) token: Option<Secret>,
    /// The seed of what a fault leaves to chance.
    pub(crate) seed: u64,
}

impl Honest {
    fn spec(&self) -> &Arc<Contract> {
        self.contract.spec()
    }
}

/// What an endpoint does wrong.
#[derive(Debug, Clone)]
pub(crate) enum Wrong {
    Nothing,
    Fault(Fault),
    Mutation(Arc<dyn Mutation>),
}

impl From<Option<Fault>> for Wrong {
    fn from(fault: Option<Fault>) -> Self {
        fault.map_or(Self::Nothing, Self::Fault)
    }
}

/// The endpoint with one thing wrong, or with none.
struct Variant {
    endpoint: Endpoint,
    fixtures: Arc<Fixtures>,
    wrong: Wrong,
    history: Mutex<History>,
}

impl FaultyEndpoint {
    /// The endpoint of a mock. It goes on with the jobs that the organisation has left to do.
    pub(crate) fn new(honest: Honest, wrong: Wrong, organisation: Arc<Organisation>) -> Self {
        let processor = Processor::new(Arc::clone(honest.spec()), honest.contract.generated(), Box::new(()));
        let endpoint = Endpoint::new(processor, Arc::clone(&organisation), honest.token.clone());
        let fixtures = Arc::clone(&honest.fixtures);
        let history = Mutex::new(History::new(honest.seed));
        let plain = Arc::new(Variant { endpoint, fixtures, wrong: Wrong::Nothing, history });
        let active = RwLock::new(Arc::clone(&plain));
        let faulty = Self { organisation, honest, plain, active, catalogue: OnceLock::new() };
        faulty.switch(wrong);
        faulty.variant().endpoint.resume();
        faulty
    }

    /// The fault of the catalogue that it has.
    pub(crate) fn fault(&self) -> Option<Fault> {
        match self.variant().wrong {
            Wrong::Fault(fault) => Some(fault),
            Wrong::Nothing | Wrong::Mutation(_) => None,
        }
    }

    /// Gives it a fault in place of the one that it has, or none. Requests under way keep the one they began
    /// with, and so does the job of a request that was taken.
    pub(crate) fn switch(&self, wrong: impl Into<Wrong>) {
        let wrong = wrong.into();
        let pauses = matches!(&wrong, Wrong::Fault(fault) if matches!(fault.entry.act, Act::PauseJobs));
        let variant = match wrong {
            Wrong::Nothing => Arc::clone(&self.plain),
            Wrong::Fault(fault) => Arc::new(self.with(fault)),
            Wrong::Mutation(mutation) => Arc::new(self.mutated(mutation)),
        };
        self.organisation.pause_jobs(if pauses { JobCompletion::Paused } else { JobCompletion::Runs });
        *self.active.write().unwrap_or_else(PoisonError::into_inner) = variant;
    }

    fn variant(&self) -> Arc<Variant> {
        Arc::clone(&self.active.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn with(&self, fault: Fault) -> Variant {
        let act = fault.entry.act;
        let mut contract = Arc::clone(self.honest.spec());
        if let Act::Contract(change) = act {
            change(Arc::make_mut(&mut contract));
        }
        let hooks = Changed { act, contract: Arc::clone(self.honest.spec()) };
        let processor = Processor::new(contract, self.honest.contract.generated(), Box::new(hooks));
        let token = self.honest.token.clone().filter(|_| !matches!(act, Act::AnyToken | Act::NoToken));
        let endpoint = Endpoint::new(processor, Arc::clone(&self.organisation), token);
        let fixtures = Arc::clone(&self.honest.fixtures);
        let history = Mutex::new(History::new(self.honest.seed));
        Variant { endpoint, fixtures, wrong: Wrong::Fault(fault), history }
    }

    fn mutated(&self, mutation: Arc<dyn Mutation>) -> Variant {
        let honest = &self.honest;
        let mut contract = Arc::clone(honest.spec());
        mutation.change_contract(Arc::make_mut(&mut contract));
        let hooks = Mutated { mutation: Arc::clone(&mutation), contract: Arc::clone(honest.spec()) };
        let processor = Processor::new(contract, honest.contract.generated(), Box::new(hooks));
        let endpoint = Endpoint::new(processor, Arc::clone(&self.organisation), honest.token.clone());
        let history = Mutex::new(History::new(honest.seed));
        Variant {
            endpoint,
            fixtures: Arc::clone(&honest.fixtures),
            wrong: Wrong::Mutation(mutation),
            history,
        }
    }
}

impl Backend for FaultyEndpoint {
    fn organisation(&self) -> &Arc<Organisation> {
        &self.organisation
    }

    fn cost(&self, request: &Received) -> usize {
        let variant = self.variant();
        let area = variant.endpoint.area(&request.path);
        let cost = area.map_or(0, |area| variant.endpoint.cost(area, &request.body));
        if matches!(variant.wrong, Wrong::Nothing) {
            cost
        } else {
            2 * cost + 2 * cost_of_values(&request.body)
        }
    }

    fn weigh(&self, request: &mut Received) -> usize {
        let variant = self.variant();
        let Some(area) = variant.endpoint.area(&request.path) else { return 0 };
        let (sizes, cost) = variant.endpoint.weigh(area, &request.body);
        request.first_reading.0 = sizes;
        if matches!(variant.wrong, Wrong::Nothing) { cost } else { cost + 2 * cost_of_values(&request.body) }
    }

    fn answer(&self, request: Received) -> Delivery {
        let variant = self.variant();
        let contract = self.honest.spec();
        let (answered, wire, fault) = match &variant.wrong {
            Wrong::Nothing => (variant.endpoint.answer(&request), None, None),
            Wrong::Fault(fault) => {
                let (answered, wire) = variant.answer(contract, *fault, request);
                (answered, wire, Some(fault.to_string()))
            }
            Wrong::Mutation(mutation) => {
                let (answered, wire) = variant.answer_mutated(contract, mutation.as_ref(), request);
                (answered, wire, Some(mutation.name().to_owned()))
            }
        };
        Delivery { answered, wire, fault }
    }

    fn busy(&self, why: &str) -> Reply {
        self.plain.endpoint.busy(why)
    }

    fn too_many(&self, wait: Duration) -> Reply {
        self.plain.endpoint.too_many(wait)
    }

    fn weigh_body(&self, area: &str, body: &[u8]) -> Option<(Option<Sizes>, usize)> {
        Some(self.plain.endpoint.weigh(self.honest.spec().area(area)?, body))
    }

    fn would_answer(&self, area: &str, body: &[u8], sizes: Option<Sizes>) -> Option<Answered> {
        Some(self.plain.endpoint.would_answer(self.honest.spec().area(area)?, body, sizes))
    }

    fn active_fault(&self) -> Option<ActiveFault> {
        self.fault().map(|fault| ActiveFault {
            fault: fault.to_string(),
            name: fault.entry.name,
            argument: fault.argument(),
            preset: fault.preset().map(|preset| preset.name),
            summary: fault.entry.summary,
        })
    }

    fn faults(&self) -> FaultsView<'_> {
        let contract = self.honest.spec();
        let faults = self.catalogue.get_or_init(|| {
            // A fault that breaks no statement of the contract changes nothing there.
            let faults = CATALOGUE.iter().map(|entry| entry.view(contract));
            faults.filter(|fault| !fault.statements.is_empty()).collect()
        });
        let presets = PRESETS.iter().map(|preset| KnownPreset {
            name: preset.name,
            summary: preset.summary,
            fault: preset.fault,
        });
        FaultsView { active: self.active_fault(), faults, presets: presets.collect() }
    }

    fn set_fault(&self, name: Option<&str>) -> Result<(), String> {
        self.switch(name.map(str::parse::<Fault>).transpose()?);
        Ok(())
    }
}

/// What a fault changes of the processing of requests.
struct Changed {
    act: Act,
    /// The contract without the fault.
    contract: Arc<Contract>,
}

impl Hooks for Changed {
    fn rejudges(&self) -> bool {
        matches!(self.act, Act::Judgement(_))
    }

    fn judged(&self, area: &Area, body: &[u8], judgement: Judgement) -> Judgement {
        match (self.act, self.contract.area(&area.name)) {
            (Act::Judgement(change), Some(area)) => {
                judgements::changed(&self.contract, area, body, judgement, change)
            }
            _ => judgement,
        }
    }

    fn keeps(&self) -> Option<Keeps> {
        match self.act {
            Act::Keeps(keeps) => Some(keeps),
            _ => None,
        }
    }
}

impl Variant {
    fn answer(&self, contract: &Contract, fault: Fault, mut request: Received) -> (Answered, Option<Wire>) {
        let area = self.endpoint.area(&request.path).and_then(|area| contract.area(&area.name));
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.heard(contract, area, &request);
        let fixtures = &self.fixtures;
        let context = Context { contract, area, fixtures, history: &history, argument: fault.argument };
        let early_outcome = || Outcome { area: area.map(|area| area.name.clone()), ..Outcome::default() };
        if let Some((Entry { act: Act::Request(refuses), .. }, argument)) = fault.of_the_day
            && let Some(reply) = refuses(&Context { argument, ..context }, &mut request)
        {
            history.answered(&reply);
            return (Answered { reply, outcome: early_outcome(), receipt: None }, None);
        }
        let mut early = None;
        match fault.entry.act {
            Act::Request(change) => early = change(&context, &mut request),
            Act::Body(change) => change_body(&context, &mut request, change),
            Act::NoToken => {
                let scheme = &contract.file.service.authentication.scheme;
                request.credentials = Some(format!("{scheme} anyone"));
            }
            _ => {}
        }
        if let (Some(area), true) = (area, request.first_reading.0.is_some()) {
            // The body may be another one now.
            request.first_reading.0 = self.endpoint.weigh(area, &request.body).0;
        }
        let mut answered = match early {
            Some(reply) => Answered { reply, outcome: early_outcome(), receipt: None },
            None => self.endpoint.answer(&request),
        };
        let reply = &mut answered.reply;
        let wire = match fault.entry.act {
            Act::Reply(change) => {
                change(&context, &request, reply);
                None
            }
            Act::Counting(change) => {
                answers::change_counting(&context, reply, change);
                None
            }
            Act::Contract(_) => {
                // An endpoint with another limit does not reveal it.
                answers::change_counting(&context, reply, answers::honest_next_batch_size);
                None
            }
            Act::Wire(wire) => wire(&context, &request, reply),
            _ => None,
        };
        history.answered(reply);
        (answered, wire)
    }

    fn answer_mutated(
        &self,
        contract: &Contract,
        mutation: &dyn Mutation,
        mut request: Received,
    ) -> (Answered, Option<Wire>) {
        let area = self.endpoint.area(&request.path).and_then(|area| contract.area(&area.name));
        let early = mutation.change_request(area, &mut request);
        let outcome = || Outcome { area: area.map(|area| area.name.clone()), ..Outcome::default() };
        let mut answered = match early {
            Some(reply) => Answered { reply, outcome: outcome(), receipt: None },
            None => self.endpoint.answer(&request),
        };
        // A request whose path was changed is one to the other area.
        let area = answered.outcome.area.as_ref().and_then(|area| contract.area(area));
        let exchanged = Exchanged { contract, area, request: &request, outcome: &answered.outcome };
        mutation.change_reply(&exchanged, &mut answered.reply);
        let wire = mutation.delivery(&exchanged).wire();
        (answered, wire)
    }
}

/// Lets a fault change a request's body, if it is one with a list of records.
fn change_body(context: &Context<'_>, request: &mut Received, change: BodyChange) {
    let Some(area) = context.area else { return };
    let Ok(mut body) = serde_json::from_slice::<Value>(&request.body) else { return };
    let envelope = match &context.contract.file.service.envelope {
        Some(name) => body.get_mut(name),
        None => Some(&mut body),
    };
    let Some(envelope) = envelope.and_then(Value::as_object_mut) else { return };
    if !envelope.contains_key(&area.list.name) {
        return;
    }
    change(context, area, envelope);
    request.body = body.to_string().into();
}
