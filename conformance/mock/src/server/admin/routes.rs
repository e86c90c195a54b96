//! The routes of the mock's own API, each with its description.

use serde_json::{Map, Value};

use super::super::fault_view::FaultsView;
use super::super::journal::ExchangeView;
use super::clock::Clock;
use super::jobs::Drained;
use super::judge::Judgement;
use super::route::{Operation, Parameter, RequestBody, Route, Success, Takes};
use super::shapes::{CreatedList, ExchangeList, JobList, RecordList};
use super::state::Reset;
use super::{Health, jobs, journal, state};
use crate::organisation::StateView;

const BAD_NUMBER: (u16, &str) = (400, "A number is invalid.");
const NO_AREA: (u16, &str) = (404, "No such area.");

/// Every route.
pub(super) const ROUTES: &[Route] = &[
    Route::new(
        "GET",
        "/healthz",
        Operation::Health,
        "health",
        "Whether the mock is up",
        Success::json::<Health>("It is up."),
    )
    .open(),
    Route::new(
        "GET",
        "/",
        Operation::Page,
        "page",
        "The page",
        Success::text("text/html", "A page for a browser."),
    ),
    Route::new(
        "GET",
        "/_tally/openapi.json",
        Operation::OpenApi,
        "openapi",
        "This description",
        Success::json::<Map<String, Value>>("An OpenAPI document."),
    ),
    Route::new(
        "GET",
        "/_tally/state",
        Operation::State,
        "state",
        "Organisation data, counted",
        Success::json::<StateView>("The areas, the entities and the settings."),
    ),
    Route::new(
        "GET",
        "/_tally/state/{area}",
        Operation::Area,
        "records",
        "The records of an area",
        Success::json::<RecordList>("Records, in the order of their creation."),
    )
    .takes(&[AREA, WHERE, CONTAINS, OFFSET, LIMIT])
    .refuses(&[(400, "The area has no such field, or a number is invalid."), NO_AREA]),
    Route::new(
        "GET",
        "/_tally/things/{kind}",
        Operation::Entities,
        "things",
        "The entities of a kind that requests created",
        Success::json::<CreatedList>("Names, in the order of their creation."),
    )
    .takes(&[KIND, OFFSET, LIMIT])
    .refuses(&[BAD_NUMBER, (404, "No such kind.")]),
    Route::new(
        "POST",
        "/_tally/reset",
        Operation::Reset,
        "reset",
        "Reset to the fixtures",
        Success::json::<Reset>("Everything is reset."),
    )
    .about(
        "Deletes records, entities that requests created, jobs and the journal, and lets the \
             clock run again. The fault stays.",
    ),
    Route::new(
        "GET",
        "/_tally/journal",
        Operation::Journal,
        "journal",
        "Exchanges of the API",
        Success::json::<ExchangeList>("The newest first, without `after`."),
    )
    .about("The last 1,000 are kept, and at most 32 MiB of them.")
    .takes(&[AFTER, BEFORE, ENTRIES, OF_AREA, FAILED])
    .refuses(&[BAD_NUMBER]),
    Route::new(
        "GET",
        "/_tally/journal/{number}",
        Operation::Exchange,
        "exchange",
        "One exchange, whole",
        Success::json::<ExchangeView<'_>>("Its request and its answer, without tokens."),
    )
    .takes(&[NUMBER])
    .refuses(&[(400, "Not a number."), (404, "It is not kept, or never was.")]),
    Route::new(
        "GET",
        "/_tally/jobs",
        Operation::Jobs,
        "jobs",
        "Batches over their limit",
        Success::json::<JobList>("The newest first."),
    )
    .about(
        "Failures in a job are only shown here. A job is processed with the fault that the \
             mock had when it took the request.",
    ),
    Route::new(
        "POST",
        "/_tally/drain",
        Operation::Drain,
        "drain",
        "Wait until no job is under way",
        Success::json::<Drained>("No job is under way."),
    )
    .about("Jobs do not pause between their chunks while a request waits for them.")
    .takes(&[SECONDS])
    .refuses(&[BAD_NUMBER, (504, "Not every job ended in that time.")]),
    Route::new(
        "GET",
        "/_tally/clock",
        Operation::Clock,
        "clock",
        "The day",
        Success::json::<Clock>("The day."),
    ),
    Route::new(
        "PUT",
        "/_tally/clock",
        Operation::SetClock,
        "setClock",
        "Set the day",
        Success::json::<Clock>("The day."),
    )
    .with_body(RequestBody::Member {
        name: "today",
        format: Some("date"),
        about: "The day.",
        example: "2015-02-01",
    })
    .refuses(&[(400, "Not a date.")]),
    Route::new(
        "DELETE",
        "/_tally/clock",
        Operation::FreeClock,
        "freeClock",
        "Let the clock run again",
        Success::json::<Clock>("The day."),
    ),
    Route::new(
        "GET",
        "/_tally/fault",
        Operation::Fault,
        "fault",
        FAULTS,
        Success::json::<FaultsView<'_>>("As asked."),
    ),
    Route::new(
        "PUT",
        "/_tally/fault",
        Operation::SetFault,
        "setFault",
        "Give the mock a fault",
        Success::json::<FaultsView<'_>>("As `GET`."),
    )
    .about(
        "In place of the one it has. Requests under way keep the one they began with. So does \
             the job of a request over its limit: it is processed with the fault that the mock \
             had when it took the request, which the exchange names. After a restart, jobs that \
             were left go on with the fault that the mock is started with. Only `job-never-ends` \
             applies to the whole mock: it holds up every job for as long as it is on.",
    )
    .with_body(RequestBody::Member {
        name: "fault",
        format: None,
        about: "`NAME`, `NAME=NUMBER` or a preset's name.",
        example: "read-timeout",
    })
    .refuses(&[(400, "No such fault; the error suggests a similar one.")]),
    Route::new(
        "DELETE",
        "/_tally/fault",
        Operation::NoFault,
        "noFault",
        "Take the fault from the mock",
        Success::json::<FaultsView<'_>>("As `GET`."),
    )
    .about("Applies to later requests: see `PUT`."),
    Route::new(
        "POST",
        "/_tally/judge/{area}",
        Operation::Judge,
        "judge",
        "Validate a body",
        Success::json::<Judgement<'_>>("The verdict."),
    )
    .about("Returns what the body would be answered, without any fault. Nothing is written.")
    .takes(&[AREA])
    .with_body(RequestBody::Any)
    .refuses(&[NO_AREA]),
    Route::new(
        "GET",
        "/_tally/events",
        Operation::Events,
        "events",
        "What happens, as server-sent events",
        Success::text("text/event-stream", "Events, until the listener leaves."),
    )
    .about(
        "`exchange` (a Summary), `job` (a Job), `fault` (an ActiveFault), `clock` (a Clock), \
             `reset` (an empty object) and `lagged` (`missed`: how many events a slow listener \
             missed). A comment at least every 15 seconds.",
    ),
];

const FAULTS: &str = "The fault that the mock has, and those it could have";

const AREA: Parameter = in_path("area", Takes::Text, "An area's name, as `/_tally/state` lists it.");
const KIND: Parameter = in_path("kind", Takes::Text, "A kind's name, as `/_tally/state` lists it.");
const NUMBER: Parameter = in_path("number", Takes::Number { least: 1, usual: None }, "");

const WHERE: Parameter = in_query(
    "where",
    Takes::Texts,
    "`FIELD:VALUE`, FIELD being a field or `object/member`: returns records with that value, compared as \
     keys are. May be repeated; all must match.",
);
const CONTAINS: Parameter = in_query("q", Takes::Text, "A text that the record must contain, in any case.");
const OFFSET: Parameter = in_query("offset", number(Some(0)), "How many to skip.");
const LIMIT: Parameter = in_query("limit", number(Some(state::USUAL as u64)), MOST);
const ENTRIES: Parameter = in_query("limit", number(Some(journal::USUAL as u64)), MOST);
const AFTER: Parameter = in_query("after", number(None), "Only those with larger numbers, the oldest first.");
const BEFORE: Parameter = in_query("before", number(None), "Only those with smaller numbers.");
const OF_AREA: Parameter = in_query("area", Takes::Text, "Only those of an area.");
const FAILED: Parameter = in_query("failed", Takes::Flag, "Only those with failed records or an error.");
const SECONDS: Parameter =
    in_query("seconds", number(Some(jobs::USUAL)), "How many seconds to wait, at most 600.");

const MOST: &str = "How many to return, at most 1,000.";

const fn number(usual: Option<u64>) -> Takes {
    Takes::Number { least: 0, usual }
}

const fn in_path(name: &'static str, takes: Takes, about: &'static str) -> Parameter {
    Parameter { name, place: "path", takes, about }
}

const fn in_query(name: &'static str, takes: Takes, about: &'static str) -> Parameter {
    Parameter { name, place: "query", takes, about }
}
