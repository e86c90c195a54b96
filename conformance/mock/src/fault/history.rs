//! What an endpoint with a fault of memory remembers.

use std::collections::HashMap;

use serde_json::Value;
use tally_spec::model::{Area, Contract};

use super::body;
use crate::endpoint::{Received, Reply};
use tally_fixtures::Rng;

/// The bytes of bodies, and the number of credentials, after which those so far are forgotten.
const BODIES: usize = 4 * 1024 * 1024;
const CREDENTIALS: usize = 1000;

/// The requests and answers so far.
#[expect(clippy::struct_excessive_bools, reason = "each is a memory of its own")]
pub(super) struct History {
    /// How often each body was sent, including the current one.
    bodies: HashMap<Vec<u8>, u32>,
    /// The bytes of those bodies.
    bytes: usize,
    times: u32,
    /// How many requests came, including the current one.
    requests: u64,
    /// How many came with each credentials.
    credentials: HashMap<Option<String>, u64>,
    /// How many came with the current request's credentials, including it.
    with_credentials: u64,
    /// Whether a request over its limit came before.
    pub(super) over_limit_before: bool,
    /// Whether the answer before was a refusal.
    pub(super) refused_before: bool,
    /// Whether the request before was of another area.
    pub(super) other_area_before: bool,
    over_limit: bool,
    area: String,
    rng: Rng,
    /// A number from 0 to 1, drawn anew for each request.
    pub(super) chance: f64,
}

impl History {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            bodies: HashMap::new(),
            bytes: 0,
            times: 0,
            requests: 0,
            credentials: HashMap::new(),
            with_credentials: 0,
            over_limit_before: false,
            refused_before: false,
            other_area_before: false,
            over_limit: false,
            area: String::new(),
            rng: Rng::new(seed),
            chance: 1.0,
        }
    }

    /// How often the current body was sent, including this time.
    pub(super) const fn times(&self) -> u32 {
        self.times
    }

    /// How many requests came, including the current one.
    pub(super) const fn requests(&self) -> u64 {
        self.requests
    }

    /// How many requests came with the current one's credentials, including it.
    pub(super) const fn with_credentials(&self) -> u64 {
        self.with_credentials
    }

    /// Whether the current request is over its limit.
    pub(super) const fn is_over_limit(&self) -> bool {
        self.over_limit
    }

    pub(super) fn heard(&mut self, contract: &Contract, area: Option<&Area>, request: &Received) {
        self.requests += 1;
        if self.credentials.len() > CREDENTIALS {
            self.credentials.clear();
        }
        let known = self.credentials.entry(request.credentials.clone()).or_default();
        *known += 1;
        self.with_credentials = *known;
        self.over_limit_before = std::mem::take(&mut self.over_limit);
        if let Some(area) = area {
            self.other_area_before = !self.area.is_empty() && self.area != area.name;
            self.area.clone_from(&area.name);
            let count =
                body::records(contract, area, &request.body).map_or(0, |records| match &area.limit.counts {
                    None => records.len(),
                    Some(array) => {
                        records.iter().filter_map(|record| record.get(array)?.as_array()).map(Vec::len).sum()
                    }
                });
            self.over_limit = count > area.limit.maximum;
        }
        // Short bodies alone: a memory of every large one would be a large one itself.
        self.times = 1;
        if !request.body.is_empty()
            && request.body.len() < 20_000
            && serde_json::from_slice::<Value>(&request.body).is_ok()
        {
            if self.bytes > BODIES {
                self.bodies.clear();
                self.bytes = 0;
            }
            let times = self.bodies.entry(request.body.to_vec()).or_default();
            self.bytes += if *times == 0 { request.body.len() + 100 } else { 0 };
            *times += 1;
            self.times = *times;
        }
        #[expect(clippy::cast_precision_loss, reason = "a chance need not be exact")]
        let chance = self.rng.below(1 << 30) as f64 / f64::from(1 << 30);
        self.chance = chance;
    }

    pub(super) fn answered(&mut self, reply: &Reply) {
        self.refused_before = reply.status >= 400;
    }
}
