//! Suggestions for names that were not found.

/// A cure that names the nearest of the known names, where one is near.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let near = known.map(|one| (strsim::jaro_winkler(&one.to_lowercase(), &name.to_lowercase()), one));
    let (likeness, nearest) = near.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (likeness > 0.75).then(|| format!("did you mean `{nearest}`?"))
}
