//! A mock of its own for each case, and what is asked of it over HTTP.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tally_conformance::fixtures::Fixtures;
use tally_conformance::mock::Mock;
use tally_spec::model::Contract;

/// The contract whose document the cases are from.
const CONTRACT: &str = "gsapi-v1";

pub(crate) struct Sandbox {
    contract: Arc<Contract>,
    mock: Mock,
}

impl Sandbox {
    pub(crate) fn start(switches: &Value) -> Self {
        let generated = tally_generated::contract(CONTRACT).expect("it is there");
        let contract = tally_mock::Contract::from_generated(generated).expect("its spec is read");
        let spec = Arc::clone(contract.spec());
        let mut fixtures = Fixtures::sample(&spec).expect("the sample is read");
        for (name, on) in switches.as_object().into_iter().flatten() {
            fixtures.switches.insert(name.clone(), on.as_bool().expect("a switch is on or off"));
        }
        let mock = Mock::builder(contract).fixtures(fixtures).job_pause(Duration::from_mins(1));
        Self { contract: spec, mock: mock.start().expect("a port is free") }
    }

    pub(crate) fn statements() -> BTreeSet<String> {
        let (contract, _) = tally_conformance::cli::contract(Some(CONTRACT)).expect("it is there");
        contract.statements.iter().map(|statement| statement.id.clone()).collect()
    }

    /// A request's body.
    pub(crate) fn body(&self, area: &str, options: &Value, records: Vec<Value>) -> String {
        let area = self.contract.area(area).expect("the area is there");
        let mut holder: Map<String, Value> = options.as_object().cloned().unwrap_or_default();
        holder.insert(area.list.name.clone(), Value::Array(records));
        match &self.contract.file.service.envelope {
            Some(envelope) => json!({ envelope.as_str(): holder }).to_string(),
            None => Value::Object(holder).to_string(),
        }
    }

    pub(crate) fn send(&self, area: &str, body: &str) {
        let path = &self.contract.area(area).expect("the area is there").path;
        ureq::post(format!("{}{path}", self.mock.root()))
            .header("Authorization", "Bearer token")
            .content_type("application/json")
            .send(body)
            .expect("it is answered with success");
    }

    pub(crate) fn set_today(&self, today: &Value) {
        if today.is_string() {
            let url = format!("{}/_tally/clock", self.origin());
            let sent =
                ureq::put(url).content_type("application/json").send(json!({ "today": today }).to_string());
            assert!(sent.is_ok(), "the day can be set: {sent:?}");
        }
    }

    pub(crate) fn drain(&self) {
        let drained = ureq::post(format!("{}/_tally/drain", self.origin())).send_empty();
        assert!(drained.is_ok(), "it drains: {drained:?}");
    }

    pub(crate) fn records(&self, area: &str, wanted: Option<&str>) -> Value {
        let wanted = wanted.map(|wanted| format!("?where={wanted}")).unwrap_or_default();
        self.get(&format!("/_tally/state/{area}{wanted}"))
    }

    pub(crate) fn jobs(&self) -> Vec<Value> {
        self.get("/_tally/jobs")["jobs"].as_array().expect("jobs are listed").clone()
    }

    /// What the summary says of a kind of things.
    pub(crate) fn things(&self, kind: &str) -> Value {
        let summary = self.get("/_tally/state");
        let things = summary["things"].as_array().expect("things are listed");
        things.iter().find(|one| one["kind"] == kind).cloned().unwrap_or_default()
    }

    /// The names of a kind that requests made, from one on.
    pub(crate) fn created(&self, kind: &str, offset: usize) -> Value {
        self.get(&format!("/_tally/things/{kind}?offset={offset}"))
    }

    fn origin(&self) -> String {
        format!("http://{}", self.mock.address())
    }

    fn get(&self, path: &str) -> Value {
        let mut answer = ureq::get(format!("{}{path}", self.origin())).call().expect("it is answered");
        let text = answer.body_mut().read_to_string().expect("it has a body");
        serde_json::from_str(&text).expect("it is JSON")
    }
}
