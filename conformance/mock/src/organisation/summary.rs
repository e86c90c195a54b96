//! What the organisation holds, counted.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tally_spec::model::{Area, ExampleKind, KeyPart};

use super::{JobState, Organisation, State};

/// The most names of entities in the summary.
const NAMES: usize = 100;

/// More of a name is not shown there. Unit: bytes.
const SHOWN: usize = 500;

/// Organisation data, counted.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "State")]
pub(crate) struct StateView {
    contract: ContractView,
    areas: Vec<AreaView>,
    things: Vec<ThingsView>,
    /// The day in the organisation's time zone.
    #[schemars(extend("format" = "date"))]
    today: String,
    /// Whether the day was set by hand.
    clock_is_set: bool,
    /// The organisation's time zone, by its IANA name.
    time_zone: String,
    /// The ID of the session's user, if the fixtures name one.
    session_user: Option<String>,
    /// The organisation's settings.
    switches: BTreeMap<String, bool>,
    /// The store that keeps the data, such as `memory` or `sqlite`.
    store: &'static str,
    jobs: JobCounts,
}

/// The API that is mocked.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Contract")]
struct ContractView {
    name: String,
    title: String,
    /// The base path of the API.
    base_path: String,
    verb: String,
    media_type: String,
    authentication: Authentication,
}

/// The header of a request's credentials, and their scheme.
#[derive(Debug, Serialize, JsonSchema)]
struct Authentication {
    header: String,
    scheme: String,
}

/// An area (a batch endpoint) and its records, counted.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Area")]
struct AreaView {
    name: String,
    title: String,
    /// The path below the API's base path.
    path: String,
    /// The member that holds the records.
    list: String,
    /// The maximum number of records in one request.
    limit: usize,
    /// The number of records kept.
    records: usize,
    /// The fields that identify a record's entity.
    key: Vec<String>,
    fields: Vec<String>,
    /// The body of a request in which every record passes.
    example: Option<String>,
}

/// The entities of a kind, counted.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Things")]
struct ThingsView {
    kind: String,
    title: String,
    /// How many exist.
    count: usize,
    /// How many were created by requests.
    created_count: usize,
    /// The names of those that requests created, each cut to 500 bytes: the newest 100, the newest first. `/_tally/things/{kind}` has all
    /// of them.
    #[schemars(length(max = NAMES))]
    created: Vec<String>,
}

/// The jobs in each state, counted.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct JobCounts {
    queued: usize,
    running: usize,
    done: usize,
    set_aside: usize,
}

impl Organisation {
    /// What there is: areas with their counts, entities, the day, the switches and the jobs.
    pub(crate) fn summary(&self) -> StateView {
        let state = self.lock();
        let switches = self.contract.file.switches.keys();
        let count = |wanted: JobState| state.jobs.all().filter(|job| job.view.state == wanted).count();
        StateView {
            contract: self.contract_summary(),
            areas: self
                .contract
                .areas
                .iter()
                .enumerate()
                .map(|(place, area)| AreaView::new(&state, place, area))
                .collect(),
            things: ThingsView::all(&state),
            today: self.today_in(&state).to_string(),
            clock_is_set: state.today.is_some(),
            time_zone: self.time_zone.iana_name().unwrap_or("UTC").to_owned(),
            session_user: self.session_user.clone(),
            switches: switches.map(|name| (name.clone(), self.switches.contains(name))).collect(),
            store: self.store.name(),
            jobs: JobCounts {
                queued: count(JobState::Queued),
                running: count(JobState::Running),
                done: count(JobState::Done),
                set_aside: count(JobState::SetAside),
            },
        }
    }

    fn contract_summary(&self) -> ContractView {
        let service = &self.contract.file.service;
        ContractView {
            name: self.contract.file.name.clone(),
            title: self.contract.file.title.clone(),
            base_path: service.base_path().to_owned(),
            verb: service.verb.value.clone(),
            media_type: service.media_type.value.clone(),
            authentication: Authentication {
                header: service.authentication.header.clone(),
                scheme: service.authentication.scheme.clone(),
            },
        }
    }
}

impl AreaView {
    fn new(state: &State, place: usize, area: &Area) -> Self {
        let example = area.examples.iter().find(|example| example.entry.kind == ExampleKind::Request);
        Self {
            name: area.name.clone(),
            title: area.title.clone(),
            path: area.path.clone(),
            list: area.list.name.clone(),
            limit: area.limit.maximum,
            records: state.records.records(place).len(),
            key: area.key.parts.iter().flat_map(KeyPart::fields).cloned().collect(),
            fields: area.fields.iter().map(|field| field.name.clone()).collect(),
            example: example.map(|example| example.text.clone()),
        }
    }
}

impl ThingsView {
    fn all(state: &State) -> Vec<Self> {
        let listed = state.records.entities.listed();
        let view = listed.map(|(kind, title, count, created)| Self {
            kind: kind.to_owned(),
            title: title.to_owned(),
            count,
            created_count: created.len(),
            created: created.iter().rev().take(NAMES).map(|name| start(name).to_owned()).collect(),
        });
        view.collect()
    }
}

fn start(name: &str) -> &str {
    &name[..name.floor_char_boundary(SHOWN)]
}
