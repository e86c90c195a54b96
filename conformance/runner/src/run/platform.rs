//! Requests that the platform must refuse, and odd ones that must do no harm.

use super::session::{Session, is_refusal};
use super::settle::{Purpose, one};
use crate::check::assertions;
use crate::check::platform_errors::{self, Allowed, Probe};
use crate::check::{Breach, Keyword, ids};
use crate::client::{Exchange, Request};
use crate::outcome::How;
use serde_json::Value;
use tally_oracle::strategy::Batch;

/// Sends the probe at that place of the list, made from the valid batch `good`.
pub(super) fn probe(session: &mut Session<'_>, good: &Batch, allowed: Allowed, place: usize) {
    let good = session.request(good.bytes());
    let probes = platform_errors::probes(session.contract, session.area, &good, allowed);
    if let Some(probe) = probes.get(place) {
        send_probe(session, &good, probe);
    }
}

/// Sends the probe that spoils the request `good` in that way.
pub(super) fn probe_named(session: &mut Session<'_>, good: &Request, allowed: Allowed, what: &str) {
    let probes = platform_errors::probes(session.contract, session.area, good, allowed);
    if let Some(probe) = probes.iter().find(|probe| probe.what == what) {
        send_probe(session, good, probe);
    }
}

fn send_probe(session: &mut Session<'_>, good: &Request, probe: &Probe) {
    let exchange = session.exchange(probe.request.clone(), 0, Purpose::Case);
    settle_probe(session, good, probe, exchange);
}

/// Judges a probe that spoils the batch `good` and was answered before.
pub(super) fn judge_asked(session: &mut Session<'_>, probe: &Probe, good: &Batch, exchange: Exchange) {
    let good = session.request(good.bytes());
    settle_probe(session, &good, probe, exchange);
}

fn settle_probe(session: &mut Session<'_>, good: &Request, probe: &Probe, exchange: Exchange) {
    let how = serde_json::from_slice(&good.body).ok().map(|body| (How::Probe(probe.what.clone()), body));
    session.log.case(session.contract, probe.check, &probe.statements);
    settle(session, exchange, 0, how, &|session, exchange, purpose| {
        judge_probe(session, probe, exchange, purpose)
    });
}

/// What is wrong with the answer to a probe.
pub(super) fn judge_probe(
    session: &mut Session<'_>,
    probe: &Probe,
    exchange: &Exchange,
    purpose: Purpose,
) -> Option<Breach> {
    match exchange.answer() {
        Some(answer) => {
            let token = &session.client.token();
            let mut breach = platform_errors::judge(session.contract, probe, answer, token)?;
            breach.assertions = assertions::of_probe(session.contract, probe, &breach);
            Some(breach)
        }
        None => session.unanswered(exchange, &probe.due.statement, purpose),
    }
}

/// Checks that the media type is accepted with a parameter, and in capitals.
pub(super) fn parameters(session: &mut Session<'_>, good: &Batch) {
    const CHECK: &str = "media_type_may_have_parameters";
    let service = &session.contract.file.service;
    let cites = &service.media_type_parameters;
    let own = &service.media_type.value;
    let statements = ids(cites.iter().chain([&service.media_type.statement]));
    let spelt = [
        ("with a charset", format!("{own}; charset=utf-8"), Keyword::Refused),
        ("in capitals", own.to_uppercase(), Keyword::MediaType),
    ];
    // A contract that says nothing of parameters leaves them open.
    for (how, media_type, keyword) in spelt.into_iter().skip(usize::from(cites.is_none())) {
        let mut request = session.request(good.bytes());
        request.media_type = Some(media_type);
        session.log.case(session.contract, CHECK, &statements);
        let replayed = Some((How::Parameters, good.body()));
        judged(session, &request, good.records.len(), replayed, &|_, exchange, _| {
            let status = exchange.answer().filter(|answer| is_refusal(answer)).map(|answer| answer.status)?;
            let message = format!("A media type {how} was rejected: got HTTP {status}, expected an answer");
            let breach = Breach::new(CHECK, keyword, statements.clone(), message);
            // That its case means nothing is HTTP's, and no statement's.
            Some(if keyword == Keyword::MediaType { breach.assumed() } else { breach })
        });
    }
}

/// Says what is wrong with a request's exchange.
type Judge<'j> = &'j dyn Fn(&mut Session<'_>, &Exchange, Purpose) -> Option<Breach>;

/// Sends a request and logs what is wrong with its answer, unless it is known. A breach that does not show again
/// is logged with its rate.
fn judged(
    session: &mut Session<'_>,
    request: &Request,
    records: usize,
    how: Option<(How, Value)>,
    judge: Judge<'_>,
) {
    let exchange = session.exchange(request.clone(), records, Purpose::Case);
    settle(session, exchange, records, how, judge);
}

/// Logs what is wrong with an exchange, as [`judged`] does.
fn settle(
    session: &mut Session<'_>,
    exchange: Exchange,
    records: usize,
    how: Option<(How, Value)>,
    judge: Judge<'_>,
) {
    let Some(breach) = judge(session, &exchange, Purpose::Case) else { return };
    let request = exchange.request.clone();
    let again = |session: &mut Session<'_>| {
        let exchange = session.exchange(request.clone(), records, Purpose::Search);
        let breach = judge(session, &exchange, Purpose::Search);
        breach.map(|breach| one(breach, exchange, records)).into_iter().collect()
    };
    session.settle_as_sent(one(breach, exchange, records), how, &again);
}

/// What is odd about each of the bodies that [`odd_bodies`] sends.
pub(super) const ODD_BODIES: [&str; 6] = [
    "a value 5000 lists deep",
    "half of a surrogate pair",
    "text that is not UTF-8",
    "a bare control character in text",
    "a number beyond any float",
    "a number of 400 digits",
];

/// Sends bodies that parsers stumble over. Whether they are accepted is unspecified, but they must not lead to a
/// server error or give the token away. Sends those of the name alone, if one is given.
pub(super) fn odd_bodies(session: &mut Session<'_>, good: &Batch, only: Option<&str>) {
    const CHECK: &str = "odd_bodies_are_harmless";
    let statements = ids([crate::check::response_cites(session.contract, session.area)]);
    let with = |odd: &[u8]| {
        let good = good.bytes();
        let Some(place) = good.windows(2).rposition(|two| two == b"[{" || two == b":{") else { return good };
        [&good[..place + 2], b"\"tallyUnknown\":", odd, b",", &good[place + 2..]].concat()
    };
    let deep = [vec![b'['; 5_000], vec![b']'; 5_000]].concat();
    let bodies = [
        with(&deep),
        with(br#""\ud800""#),
        with(b"\"\xff\xfe\""),
        with(b"\"a\x01b\""),
        with(b"1e999"),
        with(&[b'7'; 400]),
    ];
    for (what, body) in
        ODD_BODIES.into_iter().zip(bodies).filter(|(what, _)| only.is_none_or(|only| only == *what))
    {
        session.log.case(session.contract, CHECK, &statements);
        let request = session.request(body);
        let how = Some((How::OddBody(what.to_owned()), good.body()));
        judged(session, &request, good.records.len(), how, &|session, exchange, purpose| {
            if exchange.answer().is_none() {
                let cites = crate::check::response_cites(session.contract, session.area);
                return session.unanswered(exchange, cites, purpose);
            }
            let answer = exchange.answer()?;
            let token = session.client.token();
            if let Some(breach) = crate::check::token_in(session.contract, answer, &token) {
                return Some(breach);
            }
            let status = Some(answer.status).filter(|status| *status >= 500)?;
            let message = format!("Expected no server error for {what}, got HTTP {status}");
            Some(Breach::new(CHECK, Keyword::ServerError, statements.clone(), message))
        });
    }
}

/// Sends a batch with undocumented members. Whether they are accepted is unspecified, but they must not lead to
/// a server error.
pub(super) fn unknown_members(session: &mut Session<'_>, good: &Batch) {
    const CHECK: &str = "unknown_members_are_harmless";
    let mut batch = good.clone();
    for record in &mut batch.records {
        record.insert("tallyUnknown".to_owned(), serde_json::json!({ "a": [1, null] }));
    }
    batch.envelope.insert("tallyUnknown".to_owned(), true.into());
    let statements = ids([crate::check::response_cites(session.contract, session.area)]);
    session.log.case(session.contract, CHECK, &statements);
    let request = session.request(batch.bytes());
    let how = Some((How::UnknownMembers, good.body()));
    judged(session, &request, batch.records.len(), how, &|_, exchange, _| {
        let status = exchange.answer().map(|answer| answer.status).filter(|status| *status >= 500)?;
        let message = format!("Expected no server error for undocumented members, got HTTP {status}");
        Some(Breach::new(CHECK, Keyword::ServerError, statements.clone(), message))
    });
}
