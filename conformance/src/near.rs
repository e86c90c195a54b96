//! Which of the known names was meant.

/// The known name that differs least from one that is not known; none where each differs in more than a slip
/// would explain: one character, and one more for every five that the name has.
pub(crate) fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let slips = 1 + name.chars().count() / 5;
    let near = known.into_iter().map(|known| (strsim::osa_distance(name, known), known));
    near.filter(|(distance, _)| *distance <= slips)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_name() {
        let known = ["optional-demanded", "read-timeout", "flaky", "nps"];
        for (name, found) in [
            ("npss", Some("nps")),
            ("falky", Some("flaky")),
            ("read-timeuots", Some("read-timeout")),
            ("optional-demand", Some("optional-demanded")),
            ("nope", None),
            ("", None),
            ("no-such-thing-at-all", None),
        ] {
            assert_eq!(nearest(name, known), found, "{name}");
        }
    }
}
