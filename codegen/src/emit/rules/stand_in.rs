//! Request options that stand in for fields of the records.

use tally_spec::model::Field;

use super::Rules;

impl<'a> Rules<'a> {
    /// The request options that stand in for a record's field that some rule looks at, each with that field's
    /// name.
    pub(in crate::emit) fn stand_ins(&self) -> Vec<(&'a Field, &'a str)> {
        let options = self.area.envelope.iter();
        let all = options.filter_map(|option| Some((option, option.stands_in_for.as_deref()?)));
        all.filter(|(_, of)| self.is_looked_at(of)).collect()
    }

    /// Whether a request option stands in for the field.
    pub(super) fn is_stood_in(&self, path: &str) -> bool {
        self.area.stand_in_for(path).is_some()
    }

    /// Whether some rule asks for a value of the field, or has a condition on it.
    fn is_looked_at(&self, name: &str) -> bool {
        self.area.rules.iter().any(|rule| {
            let listed = rule.constraint.required().iter().chain(rule.constraint.any_of());
            listed.chain(rule.conditions().map(|condition| &condition.field)).any(|path| path == name)
        })
    }
}
