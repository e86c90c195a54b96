//! No request of any kind earns a server error.

use super::{Breach, Check, Seen, ids, response_cites};

/// The check.
pub(super) const CHECK: Check =
    Check { id: "never_server_error", cites: |contract, area| ids([response_cites(contract, area)]), ask };

#[expect(clippy::unnecessary_wraps, reason = "the question arises of every answer")]
fn ask(seen: &Seen<'_>) -> Option<Vec<Breach>> {
    let status = seen.answer.status;
    if status < 500 {
        return Some(Vec::new());
    }
    let message = format!("the answer is a server error, HTTP {status}");
    Some(vec![Breach::new(CHECK.id, "5xx", (CHECK.cites)(seen.contract, seen.area), message)])
}
