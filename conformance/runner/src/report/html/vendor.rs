//! The vendor's view: what the maker of an API needs of a finding, without a word of the runner's own.
//!
//! The page's script shows it if the address ends with `?vendor`.

use tally_spec::model::Provenance;

use super::text::safe;
use crate::outcome::{Finding, Report, Severity};
use crate::report::number::{counted, moment};

/// The query of the vendor's view.
pub(super) const QUERY: &str = "?vendor";

/// Whether the finding is the vendor's business: it breaks what the API's own document says, and is not yet known.
pub(super) fn concerns(finding: &Finding) -> bool {
    finding.severity == Severity::Violation
        && finding.known.is_none()
        && finding.provenance != Provenance::Assumed
}

/// The head of the view.
pub(super) fn head(report: &Report) -> String {
    let count = report.findings.iter().filter(|finding| concerns(finding)).count();
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let said = if count == 0 {
        "No difference from the API's documentation was found.".to_owned()
    } else {
        let (differ, each) = if count == 1 { ("differs", "It") } else { ("differ", "Each") };
        format!(
            "{} {differ} from the API's documentation. {each} can be repeated with the curl command shown; set \
             <code>TALLY_TOKEN</code> to an access token first.",
            counted(count, "answer")
        )
    };
    format!(
        "<div class=\"vendor-only\"><h1>Differences from the API documentation</h1>\
         <p class=\"soft\"><span class=\"mono\">{}</span> · {}</p><p>{said}</p></div>\n",
        safe(&report.target),
        safe(&moment(&report.started)),
    )
}

/// What the view says of a finding: the call, and what the API's document says and where.
pub(super) fn about(report: &Report, finding: &Finding) -> String {
    if !concerns(finding) {
        return String::new();
    }
    let area = report.areas.iter().find(|area| area.name == finding.area);
    let call = area.and_then(|area| area.operation.as_deref()).unwrap_or(&finding.area);
    let title = area.map_or("", |area| area.title.as_str());
    let others = match finding.areas.len() {
        0 | 1 => String::new(),
        _ => format!(" and {} more", counted(others(finding), "endpoint")),
    };
    format!(
        "<div class=\"vendor-only\"><dl class=\"pairs\"><dt>Endpoint</dt><dd><code>{}</code> {}{others}</dd>\
         <dt>Documentation</dt><dd>{}: {}</dd></dl></div>\n",
        safe(call),
        safe(title),
        safe(&capital(finding.source.as_deref().unwrap_or("documented"))),
        safe(&finding.summary),
    )
}

fn others(finding: &Finding) -> u64 {
    u64::try_from(finding.areas.len().saturating_sub(1)).unwrap_or(u64::MAX)
}

/// The text with a capital at its beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
