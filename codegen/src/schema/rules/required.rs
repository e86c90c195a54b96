//! `required`.

use serde_json::{Map, Value, json};
use tally_spec::model::Area;

use crate::schema::field;

/// Records with a value in each of the fields; `None` if there are no fields.
pub(super) fn schema(area: &Area, paths: &[String]) -> Option<Value> {
    (!paths.is_empty()).then(|| object(area, "", &paths.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// Objects at `above` with a value at each of the paths.
fn object(area: &Area, above: &str, paths: &[&str]) -> Value {
    let mut names: Vec<&str> = Vec::new();
    for path in paths {
        let name = path.split('/').next().unwrap_or(path);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut properties = Map::new();
    for name in &names {
        let at = format!("{above}{name}");
        let Some(described) = area.field_at(&at) else { continue };
        let mut present = field::present(described);
        let below = |path: &&str| path.strip_prefix(*name)?.strip_prefix('/').map(str::len);
        let inner: Vec<&str> =
            paths.iter().filter_map(|path| below(path).map(|length| &path[path.len() - length..])).collect();
        if !inner.is_empty()
            && let Value::Object(members) = object(area, &format!("{at}/"), &inner)
        {
            present.extend(members);
        }
        properties.insert((*name).to_owned(), Value::Object(present));
    }
    json!({ "required": names, "properties": properties })
}

/// Whether the record's own list of required members can say it: not of a member of an object, and not of a
/// field that a request option stands in for.
pub(super) fn is_plain(area: &Area, path: &str) -> bool {
    !path.contains('/') && area.stand_in_for(path).is_none()
}

/// Whether every record has the member at that path: an object has, if one of its members is required.
pub(in crate::schema) fn always(area: &Area, path: &str) -> bool {
    let rules = area.rules.iter().filter(|rule| rule.is_unconditional());
    let mut required = rules.flat_map(|rule| rule.constraint.required());
    let below = format!("{path}/");
    area.stand_in_for(path).is_none() && required.any(|one| one == path || one.starts_with(&below))
}
