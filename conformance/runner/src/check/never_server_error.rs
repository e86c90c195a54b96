//! No request of any kind leads to a server error.

use tally_spec::model::OverLimit;

use super::{Breach, Check, Keyword, Seen, extend, ids, response_cites};
use crate::outcome::Difference;
use tally_oracle::oracle::Expectation;

/// The check.
pub(super) const CHECK: Check =
    Check { id: "never_server_error", cites: |contract, area| ids([response_cites(contract, area)]), ask };

#[expect(clippy::unnecessary_wraps, reason = "it applies to every answer")]
fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let status = seen.answer.status;
    if status < 500 {
        return Some(Vec::new());
    }
    let message = format!("Expected no server error, got HTTP {status}");
    let mut statements = Vec::new();
    if matches!(seen.expectation, Expectation::Acknowledged { plain: true })
        && let OverLimit::Acknowledges { statement, .. } = &seen.area.limit.over
    {
        statements.push(statement.principal().to_owned());
    }
    extend(&mut statements, &(CHECK.cites)(seen.contract, seen.area));
    let difference = Difference::new("an HTTP status below 500", format!("HTTP {status}"));
    Some(vec![Breach::new(CHECK.id, Keyword::ServerError, statements, message).comparing(difference)])
}
