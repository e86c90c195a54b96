//! An error entry repeats the values of a failed record: as sent, in their canonical form, or as null.

use serde_json::Value;
use tally_spec::model::{Area, Contract, Counted, Response};

use super::fates::{Fates, strongest};
use super::{Breach, Check, CountedAnswer, Keyword, Seen, extend, ids, shown};
use crate::outcome::Difference as Compared;
use tally_oracle::oracle::{Attribution, Difference, Echoes, Expected, Fate};

/// The check.
pub(super) const CHECK: Check = Check { id: "echoes_match_records", cites, ask };

fn cites(contract: &Contract, area: &Area) -> Vec<String> {
    match contract.response(area) {
        Response::Counting(shape) => {
            let own = [&shape.entry.statement, &shape.entry.null_statement];
            let text = contract.file.reading.text_unchanged.iter();
            ids(own.into_iter().chain(area.echoes.iter().map(|echo| &echo.statement)).chain(text))
        }
        Response::Whole(_) | Response::ByPosition(_) | Response::Later(_) => Vec::new(),
    }
}

fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let expected = seen.expected()?;
    let answer = CountedAnswer::of(seen)?;
    let entries = answer.entries.filter(|entries| !entries.is_empty())?;
    // Another check reports entries that are not objects.
    if !entries.iter().all(Value::is_object) {
        return None;
    }
    let echoes = seen.oracle.echoes(seen.area);
    let attribution = echoes.attribute(seen.body, expected, entries);
    // If more records failed than may, their entries are not at fault.
    let fates = Fates::of(expected);
    let most = u64::try_from(fates.failing + fates.open).unwrap_or(u64::MAX);
    let too_many = answer.failed.is_some_and(|failed| failed > most);
    let mut found: Vec<Breach> = foreign((seen, &echoes), answer.shape, expected, (&attribution, entries))
        .filter(|breach| !(too_many && breach.keyword == Keyword::Passing))
        .into_iter()
        .collect();
    if found.is_empty() && counts_are_right(&answer, expected, entries) {
        found.extend(without_entry(seen, answer.shape, expected, (&attribution, entries)));
    }
    // Whose a date is, is only certain if each entry is some record's, and each record has one.
    if found.is_empty() && attribution.without_entry.is_empty() && attribution.surplus.is_empty() {
        found.extend(not_midnight(seen, &echoes, &attribution, entries));
        found.extend(withheld(seen, &echoes, answer.shape, (expected, entries)));
    }
    Some(found)
}

/// An echo that is null although its record has a value.
fn withheld(
    seen: &Seen<'_>,
    echoes: &Echoes<'_>,
    shape: &Counted,
    (expected, entries): (&[Expected], &[Value]),
) -> Option<Breach> {
    let failable = seen.records.iter().zip(expected).filter(|(_, expected)| expected.fate != Fate::Passes);
    let failable: Vec<&Value> = failable.map(|(record, _)| record).collect();
    // With more entries than records, one record has two.
    if entries.len() > failable.len() || seen.may_be_refused() {
        return None;
    }
    let (place, echo) = echoes.withheld(entries, &failable)?;
    let message = format!(
        "`{}` of `{}[{place}]` is null, expected the record's `{}`, which was sent",
        echo.name, shape.errors, echo.field
    );
    let statements = ids([&echo.statement, &shape.entry.statement, &shape.entry.null_statement]);
    let difference =
        Compared::new(format!("{:?}: the value sent", echo.name), format!("{:?}: null", echo.name));
    Some(Breach::new(CHECK.id, Keyword::Null, statements, message).comparing(difference))
}

/// Whether as many failed as may, with an entry each. Only then does this check report a record without one.
fn counts_are_right(answer: &CountedAnswer<'_>, expected: &[Expected], entries: &[Value]) -> bool {
    let fates = Fates::of(expected);
    let failed = answer.failed.and_then(|failed| usize::try_from(failed).ok());
    failed.is_some_and(|failed| failed >= fates.failing && failed <= entries.len())
}

/// The first entry that belongs to no failed record.
fn foreign(
    (seen, echoes): (&Seen<'_>, &Echoes<'_>),
    shape: &Counted,
    expected: &[Expected],
    (attribution, entries): (&Attribution, &[Value]),
) -> Option<Breach> {
    let foreign = attribution.foreign.first()?;
    let place = foreign.entry;
    if let Some(record) = foreign.passing {
        // That nothing is wrong with the record may itself be a reading: of several that the entry repeats, it
        // is taken for the one of which that is least sure.
        let passing = (record..expected.len()).filter(|place| expected[*place].fate == Fate::Passes);
        let entry = entries.get(place)?;
        let is_repeated =
            |place: &usize| seen.records.get(*place).is_some_and(|record| echoes.can_belong(entry, record));
        let weight = |place: &usize| (expected[*place].weight(seen.contract), std::cmp::Reverse(*place));
        let record = passing.filter(is_repeated).max_by_key(weight).unwrap_or(record);
        let mut statements = ids([&shape.entry.statement, &shape.entry_statement]);
        extend(&mut statements, expected.get(record).map_or(&[][..], |expected| &expected.premises));
        let valid = seen.record_named(record);
        let message =
            format!("`{}[{place}]` repeats {valid}, which is valid: expected no entry for it", shape.errors);
        return Some(Breach::new(CHECK.id, Keyword::Passing, statements, message));
    }
    let (record, differences) = foreign.nearest.as_ref()?;
    let weight =
        |difference: &&Difference| seen.contract.weight(difference.statements.iter().map(String::as_str));
    let difference = differences.iter().min_by_key(weight)?;
    let Difference { echo, statements, sent, echoed } = difference;
    let message = format!(
        "`{}[{place}]` matches no failed record: `{echo}` is {}, expected {} ({})",
        shape.errors,
        dated(echoed),
        wanted(seen, echoes, *record, (echo, sent)),
        seen.record_named(*record)
    );
    // If nothing of the entry fits, the entry is wrong; if one echo does not fit, that echo is.
    let answered = answered_echoes(seen, place);
    let mut principal =
        if differences.len() == answered { ids([&shape.entry.statement]) } else { Vec::new() };
    extend(&mut principal, statements);
    let found = entries.get(place)?;
    let mut wanted = found.clone();
    for Difference { echo, sent, .. } in differences {
        if let Some(members) = wanted.as_object_mut() {
            members.insert(echo.clone(), sent.clone());
        }
    }
    Some(
        Breach::new(CHECK.id, Keyword::Echo, principal, message)
            .comparing(Compared::of_values(&wanted, found)),
    )
}

/// How many echoes of an entry are present and not null.
fn answered_echoes(seen: &Seen<'_>, place: usize) -> usize {
    let entries = CountedAnswer::of(seen).and_then(|answer| answer.entries).unwrap_or_default();
    let entry = entries.get(place);
    let names = seen.area.echoes.iter().map(|echo| &echo.name);
    names
        .filter(|name| entry.and_then(|entry| entry.get(*name)).is_some_and(|value| !value.is_null()))
        .count()
}

/// The first record that must fail and has no entry.
fn without_entry(
    seen: &Seen<'_>,
    shape: &Counted,
    expected: &[Expected],
    (attribution, entries): (&Attribution, &[Value]),
) -> Option<Breach> {
    let record = *attribution.without_entry.first()?;
    let reason = strongest(seen.contract, expected.get(record)?)?;
    // An entry that repeats another record's values a second time, and is not simply that record's entry once
    // more, is likely this one's, with a wrong echo.
    let is_copy = |entry: &usize| {
        entries.iter().enumerate().any(|(other, value)| other != *entry && entries.get(*entry) == Some(value))
    };
    let misplaced = attribution.surplus.first().is_some_and(|entry| !is_copy(entry));
    let mut statements = if misplaced { ids([&shape.entry.statement]) } else { Vec::new() };
    extend(&mut statements, &ids([&shape.entry_statement]));
    extend(&mut statements, &reason.statements);
    let message = format!(
        "Expected an entry in `{}` for {}, which must fail ({}): found none",
        shape.errors,
        seen.record_named(record),
        reason.because
    );
    let key = seen.record_named(record);
    let difference = Compared::new(format!("an entry for {key}"), format!("no entry for {key}"));
    Some(Breach::new(CHECK.id, Keyword::WithoutEntry, statements, message).comparing(difference))
}

/// The first date that is an instant of the day sent, and not its midnight.
fn not_midnight(
    seen: &Seen<'_>,
    echoes: &Echoes<'_>,
    attribution: &Attribution,
    entries: &[Value],
) -> Option<Breach> {
    let envelope = envelope(seen)?;
    let late = attribution.belongs_to.iter().zip(entries).find_map(|(record, entry)| {
        let record = (*record)?;
        let difference =
            echoes.not_midnight(entry, seen.records.get(record)?, envelope).into_iter().next()?;
        Some((record, difference))
    });
    let (record, Difference { echo, statements, sent, echoed }) = late?;
    let message = format!(
        "`{echo}` of {} is {}, expected {}, the midnight",
        seen.record_named(record),
        dated(&echoed),
        wanted(seen, echoes, record, (&echo, &sent))
    );
    let line = |value: &Value| format!("{echo:?}: {}", dated(value));
    let difference = Compared::new(line(&sent), line(&echoed));
    Some(Breach::new(CHECK.id, Keyword::Midnight, statements, message).comparing(difference))
}

/// What an echo should be: of a date, the milliseconds of its midnight with the date.
fn wanted(seen: &Seen<'_>, echoes: &Echoes<'_>, record: usize, (echo, sent): (&str, &Value)) -> String {
    let instant = seen.records.get(record).zip(envelope(seen)).and_then(|(record, envelope)| {
        let (_, instant) = echoes.midnights(record, envelope).into_iter().find(|(name, _)| name == echo)?;
        Some(dated(&instant.into()))
    });
    instant.unwrap_or_else(|| shown(Some(sent)))
}

/// The object that holds the list.
fn envelope<'a>(seen: &Seen<'a>) -> Option<&'a Value> {
    match &seen.contract.file.service.envelope {
        Some(name) => seen.body.get(name),
        None => Some(seen.body),
    }
}

/// A value, with the date and time it stands for if it is a number of milliseconds since 1970.
fn dated(value: &Value) -> String {
    // From 1971 on: smaller numbers are hardly ever dates.
    let instant = value.as_i64().filter(|millis| *millis > 31_536_000_000);
    match instant.and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok()) {
        Some(instant) if value.as_i64().is_some_and(|millis| millis % 60_000 == 0) => {
            format!("{value} ({})", instant.strftime("%Y-%m-%dT%H:%MZ"))
        }
        Some(instant) => format!("{value} ({instant})"),
        None => shown(Some(value)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn milliseconds_are_shown_with_their_date() {
        for (value, wanted) in [
            (json!(1_204_675_200_000_i64), "1204675200000 (2008-03-05T00:00Z)"),
            (json!(1_204_675_200_001_i64), "1204675200001 (2008-03-05T00:00:00.001Z)"),
            (json!("2008-03-05"), "\"2008-03-05\""),
            (json!(11), "11"),
        ] {
            assert_eq!(dated(&value), wanted);
        }
    }
}
