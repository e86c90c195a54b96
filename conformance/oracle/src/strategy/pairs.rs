//! Two borders at once.

use super::Defect;
use super::defect::top;
use super::maker::Maker;
use crate::oracle::Fate;

impl Maker<'_> {
    /// The pairs of defects that do not meddle with each other, by their places in `defects`. The worse of
    /// the two fates is the record's.
    pub fn pairs<'d>(&self, defects: &'d [Defect]) -> impl Iterator<Item = (usize, usize)> + use<'d> {
        let domains: Vec<Vec<String>> = defects.iter().map(|defect| self.domain(defect)).collect();
        let count = defects.len();
        (0..count).flat_map(move |left| (left + 1..count).map(move |right| (left, right))).filter(
            move |(left, right)| {
                let apart = domains[*left].iter().all(|name| !domains[*right].contains(name));
                apart && sets_disjoint_envelope_fields(&defects[*left], &defects[*right])
            },
        )
    }

    /// The fate of a record with both defects.
    #[must_use]
    pub fn fate_of_both(left: &Defect, right: &Defect) -> Fate {
        left.fate.max(right.fate)
    }

    /// The members that a defect touches, and those that rules tie to them.
    fn domain(&self, defect: &Defect) -> Vec<String> {
        let mut domain = defect.touched();
        domain.extend(defect.field.split(['/', '+']).filter(|name| !name.is_empty()).map(str::to_owned));
        let options = defect.envelope.iter().map(|(name, _)| name);
        let stands_in = options.filter_map(|name| {
            let field = self.area.envelope.iter().find(|field| &field.name == name)?;
            field.stands_in_for.clone()
        });
        domain.extend(stands_in.collect::<Vec<_>>());
        for rule in &self.area.rules {
            let mut tied: Vec<&str> = rule.constraint.any_of().iter().map(|path| top(path)).collect();
            let conditions: Vec<_> = rule.conditions().map(|when| top(&when.field)).collect();
            if !conditions.is_empty() || rule.constraint.member_of().is_some() {
                tied.extend(conditions);
                tied.extend(rule.constraint.required().iter().map(|path| top(path)));
                tied.extend(rule.constraint.member_of());
            }
            let field =
                rule.constraint.field().map(|field| field.split('/').next().unwrap_or(field).to_owned());
            let tied: Vec<String> = match field {
                Some(field) if !tied.is_empty() => {
                    tied.into_iter().map(str::to_owned).chain([field]).collect()
                }
                _ => tied.into_iter().map(str::to_owned).collect(),
            };
            if tied.iter().any(|name| domain.contains(name)) {
                domain.extend(tied);
            }
        }
        domain
    }
}

fn sets_disjoint_envelope_fields(left: &Defect, right: &Defect) -> bool {
    left.envelope.iter().all(|(name, _)| !right.envelope.iter().any(|(other, _)| other == name))
}
