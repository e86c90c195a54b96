//! Which of the known names was meant.

/// How alike two names must be, by Jaro and Winkler's measure, for one to be a slip of the other.
const ALIKE: f64 = 0.76;

/// The known name that is most like an unknown one, whatever the case of its letters; `None` if none is like it.
#[must_use]
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let name = name.to_lowercase();
    let near = known.into_iter().map(|known| (strsim::jaro_winkler(&name, &known.to_lowercase()), known));
    near.filter(|(likeness, _)| *likeness > ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}

/// A cure that names the nearest of the known names, where one is near.
pub(crate) fn did_you_mean<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    nearest(name, known).map(|nearest| format!("did you mean `{nearest}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_name() {
        let known = ["optional-demanded", "read-timeout", "flaky", "map"];
        for (name, found) in [
            ("mapp", Some("map")),
            ("falky", Some("flaky")),
            ("Map", Some("map")),
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
