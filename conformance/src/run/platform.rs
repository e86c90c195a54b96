//! Requests that the platform refuses whole, and the one that it takes in another media type's spelling.

use super::session::{Session, Shown, is_refusal};
use crate::check::{Breach, ids, platform_errors};
use crate::strategy::Batch;

/// Sends each probe of an area, with `good` being a batch that it answers.
pub(super) fn probe(session: &mut Session<'_>, good: &Batch, token_is_real: bool) {
    let request = session.request(good.bytes());
    for probe in platform_errors::probes(session.contract, session.area, &request, token_is_real) {
        if session.log.ended.is_some() {
            return;
        }
        session.log.case(session.contract, probe.check, &probe.statements);
        let exchange = session.exchange(probe.request.clone(), 0);
        let breach = match exchange.answer() {
            Some(answer) => platform_errors::judge(session.contract, &probe, answer),
            None => session.unanswered(&exchange, &probe.due.statement),
        };
        note(session, breach.map(|breach| Shown { breach, exchange, records: 0 }));
    }
    parameters(session, good);
}

/// The check that a media type's parameters are taken.
fn parameters(session: &mut Session<'_>, good: &Batch) {
    const CHECK: &str = "media_type_may_have_parameters";
    let service = &session.contract.file.service;
    let Some(cites) = &service.media_type_parameters else { return };
    let mut request = session.request(good.bytes());
    request.media_type = Some(format!("{}; charset=utf-8", service.media_type.value));
    let statements = ids([cites, &service.media_type.statement]);
    session.log.case(session.contract, CHECK, &statements);
    let exchange = session.exchange(request, good.records.len());
    let refused = exchange.answer().filter(|answer| is_refusal(answer)).map(|answer| answer.status);
    let breach = refused.map(|status| {
        let message = format!("a media type with a charset is refused: HTTP {status}");
        Breach::new(CHECK, "refused", statements, message)
    });
    note(session, breach.map(|breach| Shown { breach, exchange, records: good.records.len() }));
}

/// Counts a breach and keeps it, unless its cause is known.
pub(super) fn note(session: &mut Session<'_>, shown: Option<Shown>) {
    let Some(shown) = shown else { return };
    let breach = shown.breach.clone();
    let severity = match session.log.known(session.contract, &breach) {
        Some(known) => known.severity,
        None => session.keep(shown),
    };
    session.log.breach(session.contract, &breach, severity);
}

/// Sends a batch with members that no field names. Whether they are taken is open: they are no reason for a
/// server error, or for giving the token away.
pub(super) fn unknown_members(session: &mut Session<'_>, good: &Batch) {
    const CHECK: &str = "unknown_members_are_harmless";
    let mut batch = good.clone();
    for record in &mut batch.records {
        record.insert("tallyUnknown".to_owned(), serde_json::json!({ "a": [1, null] }));
    }
    batch.envelope.insert("tallyUnknown".to_owned(), true.into());
    let statements = ids([crate::check::response_cites(session.contract, session.area)]);
    session.log.case(session.contract, CHECK, &statements);
    let exchange = session.exchange(session.request(batch.bytes()), batch.records.len());
    let status = exchange.answer().map(|answer| answer.status).filter(|status| *status >= 500);
    let breach = status.map(|status| {
        let message = format!("members that no field names earn a server error, HTTP {status}");
        Breach::new(CHECK, "5xx", statements, message)
    });
    note(session, breach.map(|breach| Shown { breach, exchange, records: batch.records.len() }));
}
