//! Misbehaviour made of one function.

use std::fmt;
use std::sync::Arc;

use serde_json::{Value, json};
use tally_mock::{Delivered, Exchanged, Mutation, Received, Reply};
use tally_spec::model::{Area, Contract, Response};

use crate::mutant::{Group, Label, Make, Mutant};

type OfContract = Box<dyn Fn(&mut Contract) + Send + Sync>;
type OfVerdicts = Box<dyn Fn(&Area, &Value, &mut [bool]) + Send + Sync>;
type OfRequest = Box<dyn Fn(Option<&Area>, &mut Received) + Send + Sync>;
type OfDelivery = Box<dyn Fn(&Exchanged<'_>) -> Delivered + Send + Sync>;
type OfReply = Box<dyn Fn(&Exchanged<'_>, &mut Reply) + Send + Sync>;

/// What a mutant does. Each is made anew for a run, and may remember what it saw.
#[derive(Default)]
pub(crate) struct Act {
    contract: Option<OfContract>,
    verdicts: Option<OfVerdicts>,
    request: Option<OfRequest>,
    reply: Option<OfReply>,
    delivery: Option<OfDelivery>,
}

impl Act {
    /// Answers by another contract, which the size of the next batch does not give away.
    pub(crate) fn contract(change: impl Fn(&mut Contract) + Send + Sync + 'static) -> Self {
        let act = Self { contract: Some(Box::new(change)), ..Self::default() };
        act.and_reply(honest_next_batch_size)
    }

    /// Judges records otherwise.
    pub(crate) fn verdicts(change: impl Fn(&Area, &Value, &mut [bool]) + Send + Sync + 'static) -> Self {
        Self { verdicts: Some(Box::new(change)), ..Self::default() }
    }

    /// Fails records for which a test holds, too.
    pub(crate) fn refuses(
        contract: &Arc<Contract>,
        is_one: impl Fn(&Value) -> bool + Send + Sync + 'static,
    ) -> Self {
        let contract = Arc::clone(contract);
        Self::verdicts(move |area, body, fails| {
            for (fails, record) in fails.iter_mut().zip(area.records(&contract, body)) {
                *fails |= is_one(record);
            }
        })
    }

    /// Delivers answers otherwise.
    pub(crate) fn delivery(how: impl Fn(&Exchanged<'_>) -> Delivered + Send + Sync + 'static) -> Self {
        Self { delivery: Some(Box::new(how)), ..Self::default() }
    }

    /// Takes a request for another one.
    pub(crate) fn request(change: impl Fn(Option<&Area>, &mut Received) + Send + Sync + 'static) -> Self {
        Self { request: Some(Box::new(change)), ..Self::default() }
    }

    /// Answers otherwise.
    pub(crate) fn reply(change: impl Fn(&Exchanged<'_>, &mut Reply) + Send + Sync + 'static) -> Self {
        Self::default().and_reply(change)
    }

    /// The same, with another answer.
    pub(crate) fn and_reply(
        self,
        change: impl Fn(&Exchanged<'_>, &mut Reply) + Send + Sync + 'static,
    ) -> Self {
        Self { reply: Some(Box::new(change)), ..self }
    }
}

/// Puts the limit that is documented in the next batch size's place.
fn honest_next_batch_size(exchanged: &Exchanged<'_>, reply: &mut Reply) {
    let Some(area) = exchanged.area.filter(|area| area.next_batch_size.is_some()) else { return };
    let Response::Counting(counted) = exchanged.contract.response(area) else { return };
    let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return };
    if let Some(size) = body.get_mut(&counted.next_batch_size) {
        *size = json!(area.limit.maximum);
        reply.body = body.to_string().into_bytes();
    }
}

/// A mutant of an area, or of the platform, that is made of an act.
pub(crate) struct Made {
    pub(crate) group: Group,
    /// The area; `None` for the platform.
    pub(crate) area: Option<String>,
    pub(crate) place: String,
    pub(crate) operator: &'static str,
    pub(crate) label: Label,
}

impl Made {
    /// The mutant that does what `act` makes.
    pub(crate) fn by(self, act: impl Fn() -> Act + Send + Sync + 'static) -> Mutant {
        let Self { group, area, place, operator, label } = self;
        let name = format!("{}/{place}/{operator}", area.as_deref().unwrap_or("platform"));
        let own = area.clone();
        let make: Make =
            Arc::new(move |name| Arc::new(Acting { name: name.to_owned(), area: own.clone(), act: act() }));
        Mutant { name, group, operator, area, label, make }
    }
}

/// An act with its name and its area.
struct Acting {
    name: String,
    area: Option<String>,
    act: Act,
}

impl Acting {
    fn concerns(&self, area: Option<&Area>) -> bool {
        self.area.as_ref().is_none_or(|own| area.is_some_and(|area| area.name == *own))
    }
}

impl Mutation for Acting {
    fn name(&self) -> &str {
        &self.name
    }

    fn change_contract(&self, contract: &mut Contract) {
        if let Some(change) = &self.act.contract {
            change(contract);
        }
    }

    fn change_request(&self, area: Option<&Area>, request: &mut Received) -> Option<Reply> {
        if let Some(change) = self.act.request.as_ref().filter(|_| self.concerns(area)) {
            change(area, request);
        }
        None
    }

    fn changes_verdicts(&self, area: &Area) -> bool {
        self.act.verdicts.is_some() && self.concerns(Some(area))
    }

    fn change_verdicts(&self, area: &Area, body: &Value, fails: &mut [bool]) {
        if let Some(change) = &self.act.verdicts {
            change(area, body, fails);
        }
    }

    fn change_reply(&self, exchanged: &Exchanged<'_>, reply: &mut Reply) {
        if let Some(change) = self.act.reply.as_ref().filter(|_| self.concerns(exchanged.area)) {
            change(exchanged, reply);
        }
    }

    fn delivery(&self, exchanged: &Exchanged<'_>) -> Delivered {
        let how = self.act.delivery.as_ref().filter(|_| self.concerns(exchanged.area));
        how.map_or(Delivered::Whole, |how| how(exchanged))
    }
}

impl fmt::Debug for Acting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Acting").field("name", &self.name).finish_non_exhaustive()
    }
}
