//! What a server asks of the endpoint that it serves.

use std::sync::Arc;
use std::time::Duration;

use super::fault_view::{ActiveFault, FaultsView};
use super::wire::Wire;
use crate::endpoint::{Answered, Received, Reply};
use crate::organisation::Organisation;
use crate::processor::Sizes;

/// The endpoint that a server serves. It may have a fault, which the server knows by its name alone.
pub(crate) trait Backend: Send + Sync {
    /// The organisation that it answers for.
    fn organisation(&self) -> &Arc<Organisation>;

    /// What it takes in memory to answer a request at most, as far as that can be said without reading its body.
    fn cost(&self, request: &Received) -> usize;

    /// What it takes in memory to answer a request, by a reading of its body that keeps nothing.
    fn weigh(&self, request: &mut Received) -> usize;

    /// Answers a request.
    fn answer(&self, request: Received) -> Delivery;

    /// The answer to a request that is to come again later, for that reason.
    fn busy(&self, why: &str) -> Reply;

    /// What it takes in memory to say what a body would be answered, and what a reading of it shows; `None` if there is
    /// no such area.
    fn weigh_body(&self, area: &str, body: &[u8]) -> Option<(Option<Sizes>, usize)>;

    /// The answer to a request that is one too many, and is to come again after that time.
    fn too_many(&self, wait: Duration) -> Reply;

    /// What a body would be answered if it were sent to an area, without any fault, or `None` if there is no such
    /// area. Nothing is written.
    fn would_answer(&self, area: &str, body: &[u8], sizes: Option<Sizes>) -> Option<Answered>;

    /// The fault that it has, or `None` if it has none.
    fn active_fault(&self) -> Option<ActiveFault>;

    /// The fault that it has and those that it could have.
    fn faults(&self) -> FaultsView<'_>;

    /// Gives it the fault of that name in place of the one that it has, or none.
    ///
    /// # Errors
    ///
    /// If it knows no such fault: a text for a person.
    fn set_fault(&self, name: Option<&str>) -> Result<(), String>;
}

/// What a request was answered, and how that goes over the wire.
pub(crate) struct Delivery {
    pub(crate) answered: Answered,
    /// How the answer goes over the wire, or `None` if it goes as it should.
    pub(crate) wire: Option<Wire>,
    /// The name of the fault that the endpoint had.
    pub(crate) fault: Option<String>,
}
