//! The endpoint, with the fault that it has for the time being.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tally_spec::model::Contract;

use super::act::{Act, Context};
use super::history::History;
use super::wire::Wire;
use super::{Fault, answers, judgements, requests};
use crate::clerk::Clerk;
use crate::contract::Contract as Checked;
use crate::endpoint::{Answered, Endpoint, Outcome, Received, Reply};
use crate::state::Organisation;
use tally_fixtures::Fixtures;
use tally_fixtures::Secret;

/// An endpoint, with a fault or without one; which, may change between two requests.
pub(crate) struct Faulty {
    organisation: Arc<Organisation>,
    honest: Honest,
    plain: Arc<Variant>,
    active: RwLock<Arc<Variant>>,
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

/// The endpoint with one fault, or with none.
struct Variant {
    endpoint: Endpoint,
    fixtures: Arc<Fixtures>,
    fault: Option<Fault>,
    history: Mutex<History>,
}

/// What a request was answered, and how that goes over the wire.
pub(crate) struct FaultyAnswer {
    pub(crate) answered: Answered,
    pub(crate) wire: Option<Wire>,
    /// The fault that the endpoint had.
    pub(crate) fault: Option<Fault>,
}

impl Faulty {
    /// The endpoint of a mock. It goes on with the jobs that the organisation has left to do.
    pub(crate) fn new(honest: Honest, fault: Option<Fault>, organisation: Arc<Organisation>) -> Self {
        let clerk = Clerk::new(Arc::clone(honest.spec()), honest.contract.generated());
        let endpoint = Endpoint::new(clerk, Arc::clone(&organisation), honest.token.clone());
        let fixtures = Arc::clone(&honest.fixtures);
        let history = Mutex::new(History::new(honest.seed));
        let plain = Arc::new(Variant { endpoint, fixtures, fault: None, history });
        let active = RwLock::new(Arc::clone(&plain));
        let faulty = Self { organisation, honest, plain, active };
        faulty.switch(fault);
        faulty.variant().endpoint.resume();
        faulty
    }

    /// The organisation that it answers for.
    pub(crate) const fn organisation(&self) -> &Arc<Organisation> {
        &self.organisation
    }

    /// The fault that it has.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.variant().fault
    }

    /// Gives it a fault in place of the one that it has, or none. Requests in hand keep the one they began
    /// with, and so does the job of a request that was taken.
    pub(crate) fn switch(&self, fault: Option<Fault>) {
        let variant = match fault {
            None => Arc::clone(&self.plain),
            Some(fault) => Arc::new(self.with(fault)),
        };
        self.organisation.stall(fault.is_some_and(|fault| matches!(fault.entry.act, Act::Stall)));
        *self.active.write().unwrap_or_else(PoisonError::into_inner) = variant;
    }

    /// The answer to a request that is to come again later.
    pub(crate) fn busy(&self) -> Reply {
        self.plain.endpoint.busy()
    }

    /// What a body would be answered if it were sent to an area, without any fault. Nothing is written. None
    /// where there is no such area.
    pub(crate) fn would_answer(&self, area: &str, body: &[u8]) -> Option<Answered> {
        Some(self.plain.endpoint.would_answer(self.honest.spec().area(area)?, body))
    }

    /// Answers a request.
    pub(crate) fn answer(&self, request: Received) -> FaultyAnswer {
        let variant = self.variant();
        let (answered, wire) = match variant.fault {
            None => (variant.endpoint.answer(&request), None),
            Some(fault) => variant.answer(self.honest.spec(), fault, request),
        };
        FaultyAnswer { answered, wire, fault: variant.fault }
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
        let mut clerk = Clerk::new(contract, self.honest.contract.generated());
        if let Act::Judgement(change) = act {
            let known = Arc::clone(self.honest.spec());
            clerk = clerk.with_amends(Box::new(move |area, body, judgement| match known.area(&area.name) {
                Some(area) => judgements::changed(&known, area, body, judgement, change),
                None => judgement,
            }));
        }
        if let Act::Keeps(keeps) = act {
            clerk = clerk.with_keeps(keeps);
        }
        let token = self.honest.token.clone().filter(|_| !matches!(act, Act::AnyToken | Act::NoToken));
        let endpoint = Endpoint::new(clerk, Arc::clone(&self.organisation), token);
        let fixtures = Arc::clone(&self.honest.fixtures);
        Variant {
            endpoint,
            fixtures,
            fault: Some(fault),
            history: Mutex::new(History::new(self.honest.seed)),
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
            Some(reply) => {
                let outcome = Outcome { area: area.map(|area| area.name.clone()), ..Outcome::default() };
                Answered { reply, outcome, receipt: None }
            }
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
                // An endpoint with another limit does not tell.
                answers::change_counting(&context, reply, answers::honest_next_batch_size);
                None
            }
            Act::Wire(wire) => wire(&context, &request, reply),
            _ => None,
        };
        history.answered(reply);
        (answered, wire)
    }
}
