//! The difference of what was expected and what was found, line by line.

use similar::{ChangeTag, TextDiff};

use super::text::{cut, joined, safe};
use crate::outcome::Difference;

/// The most bytes shown of either side.
const MOST: usize = 4_000;

/// The difference; a hint if the finding has none.
pub(super) fn section(difference: Option<&Difference>) -> String {
    let Some(Difference { expected, found }) = difference else {
        return "<section class=\"difference\"><h4>Expected and found</h4>\
                <p class=\"soft small\">See the first line: there are no two values to compare.</p></section>\n"
            .to_owned();
    };
    let (expected, found) = (cut(expected, MOST).0, cut(found, MOST).0);
    let diff = TextDiff::from_lines(expected, found);
    let lines = joined(diff.iter_all_changes(), |change| {
        let line = safe(change.value().trim_end_matches('\n'));
        match change.tag() {
            ChangeTag::Delete => format!("<del>− {line}</del>\n"),
            ChangeTag::Insert => format!("<ins>+ {line}</ins>\n"),
            ChangeTag::Equal => format!("<span>  {line}</span>\n"),
        }
    });
    format!(
        "<section class=\"difference\"><h4><del>− expected</del> <ins>+ found</ins></h4>\
         <pre class=\"diff\">{lines}</pre></section>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lines_that_differ_are_marked() {
        let shown = section(Some(&Difference::new("{\n  \"a\": 1\n}", "{\n  \"a\": <2>\n}")));
        assert!(
            shown.contains("<del>−   &quot;a&quot;: 1</del>\n<ins>+   &quot;a&quot;: &lt;2&gt;</ins>"),
            "{shown}"
        );
        assert!(shown.contains("<span>  {</span>"), "{shown}");
    }
}
