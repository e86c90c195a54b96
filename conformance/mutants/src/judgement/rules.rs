//! Mutants of an area's rules.

use tally_spec::model::{Area, Cites, Condition, Constraint, Contract, Field, Rule, UnknownThing};

use super::Candidate;
use super::perform::Act;

/// The mutants of an area's rules, and those of other areas' rules that it does not have.
pub(super) fn of(contract: &Contract, area: &Area) -> Vec<Candidate> {
    let own = area.rules.iter().enumerate().flat_map(|(index, rule)| of_rule(area, index, rule));
    own.chain(borrowed(contract, area)).collect()
}

fn of_rule(area: &Area, index: usize, rule: &Rule) -> Vec<Candidate> {
    let one = OfRule { index, rule };
    let mut found = match &rule.constraint {
        Constraint::Required(fields) => one.required(fields),
        Constraint::AnyOf(fields) => one.any_of(fields),
        Constraint::Range { field, minimum, maximum } => one.bounds(field, *minimum, *maximum),
        Constraint::MultipleOf { field, .. } => one.multiple_of(field),
        Constraint::MaxLength { field, .. } => one.max_length(field),
        Constraint::Contains { field, members } => one.contains(field, members),
        Constraint::Exists { field, unknown } => vec![one.exists(field, *unknown)],
        Constraint::Pattern { .. } | Constraint::MemberOf { .. } => vec![one.removed()],
    };
    found.extend(one.conditions(area));
    found
}

/// A rule by its place among the area's.
#[derive(Clone, Copy)]
struct OfRule<'a> {
    index: usize,
    rule: &'a Rule,
}

impl OfRule<'_> {
    fn candidate(
        self,
        place: &str,
        operator: &'static str,
        change: impl Fn(&mut Rule) + Send + Sync + 'static,
    ) -> Candidate {
        let index = self.index;
        let act = Act::contract(move |area| {
            if let Some(rule) = area.rules.get_mut(index) {
                change(rule);
            }
        });
        let statements = Cites::ids([&self.rule.statement]);
        Candidate { place: place.to_owned(), operator, statements, act }
    }

    /// The rule is not enforced.
    fn removed(self) -> Candidate {
        let index = self.index;
        let act = Act::contract(move |area| {
            area.rules.remove(index);
        });
        let statements = Cites::ids([&self.rule.statement]);
        Candidate { place: place_of(&self.rule.constraint), operator: "not-enforced", statements, act }
    }

    /// Each field is not required.
    fn required(self, fields: &[String]) -> Vec<Candidate> {
        let one = |field: &String| {
            let name = field.clone();
            self.candidate(&placed(field, "required"), "not-enforced", move |rule| {
                if let Constraint::Required(fields) = &mut rule.constraint {
                    fields.retain(|field| *field != name);
                }
            })
        };
        fields.iter().map(one).collect()
    }

    /// No field is needed, or one of them does not count.
    fn any_of(self, fields: &[String]) -> Vec<Candidate> {
        let one = |field: &String| {
            let name = field.clone();
            self.candidate(&placed(field, "any-of"), "stricter", move |rule| {
                if let Constraint::AnyOf(fields) = &mut rule.constraint {
                    fields.retain(|field| *field != name);
                }
            })
        };
        std::iter::once(self.removed()).chain(fields.iter().map(one)).collect()
    }

    /// The divisor is not enforced, or is half or twice as large.
    fn multiple_of(self, field: &str) -> Vec<Candidate> {
        let by = |(operator, by): (&'static str, f64)| {
            self.candidate(&placed(field, "multiple-of"), operator, move |rule| {
                if let Constraint::MultipleOf { divisor, .. } = &mut rule.constraint {
                    *divisor *= by;
                }
            })
        };
        std::iter::once(self.removed()).chain([("laxer", 0.5), ("stricter", 2.0)].map(by)).collect()
    }

    /// The limit is not enforced, or is one off.
    fn max_length(self, field: &str) -> Vec<Candidate> {
        let by = |(operator, by): (&'static str, isize)| {
            self.candidate(&placed(field, "max-length"), operator, move |rule| {
                if let Constraint::MaxLength { limit, .. } = &mut rule.constraint {
                    *limit = limit.saturating_add_signed(by);
                }
            })
        };
        std::iter::once(self.removed()).chain([("laxer", 1), ("stricter", -1)].map(by)).collect()
    }

    /// No member is needed, or one of several is not.
    fn contains(self, field: &str, members: &[String]) -> Vec<Candidate> {
        let one = |member: &String| {
            let name = member.clone();
            let place = format!("{}/{member}", placed(field, "contains"));
            self.candidate(&place, "laxer", move |rule| {
                if let Constraint::Contains { members, .. } = &mut rule.constraint {
                    members.retain(|member| *member != name);
                }
            })
        };
        let several = members.iter().filter(|_| members.len() > 1);
        std::iter::once(self.removed()).chain(several.map(one)).collect()
    }

    /// What is unknown passes, or fails if it need not.
    fn exists(self, field: &str, unknown: UnknownThing) -> Candidate {
        match unknown {
            UnknownThing::Fails => self.removed(),
            UnknownThing::Creates | UnknownThing::Open => {
                self.candidate(&placed(field, "exists"), "stricter", |rule| {
                    if let Constraint::Exists { unknown, .. } = &mut rule.constraint {
                        *unknown = UnknownThing::Fails;
                    }
                })
            }
        }
    }

    /// Each bound of a range is not enforced, or is one off.
    fn bounds(self, field: &str, minimum: Option<f64>, maximum: Option<f64>) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (name, bound, inward) in [("minimum", minimum, 1.0), ("maximum", maximum, -1.0)] {
            if bound.is_none() {
                continue;
            }
            let place = placed(field, name);
            let moved = |by: Option<f64>| {
                move |rule: &mut Rule| {
                    if let Constraint::Range { minimum, maximum, .. } = &mut rule.constraint {
                        let bound = if inward > 0.0 { minimum } else { maximum };
                        *bound = bound.zip(by).map(|(bound, by)| bound + by);
                    }
                }
            };
            found.push(self.candidate(&place, "not-enforced", moved(None)));
            found.push(self.candidate(&place, "laxer", moved(Some(-inward))));
            found.push(self.candidate(&place, "stricter", moved(Some(inward))));
        }
        found
    }

    /// The rule's condition is ignored, inverted, or looked for in another field.
    fn conditions(self, area: &Area) -> Vec<Candidate> {
        let mut found = Vec::new();
        if self.rule.is_unconditional() {
            return found;
        }
        let place = place_of(&self.rule.constraint);
        found.push(self.candidate(&place, "condition-ignored", |rule| {
            (rule.when, rule.unless) = (None, None);
        }));
        found.push(self.candidate(&place, "condition-inverted", |rule| {
            std::mem::swap(&mut rule.when, &mut rule.unless);
        }));
        if let Some(other) = self.rule.conditions().find_map(|condition| other_field(area, condition)) {
            let elsewhere = move |rule: &mut Rule| {
                for condition in rule.when.iter_mut().chain(&mut rule.unless) {
                    condition.field.clone_from(&other);
                }
            };
            found.push(self.candidate(&place, "condition-elsewhere", elsewhere));
        }
        found
    }
}

/// Another field of the type that a condition looks at.
fn other_field(area: &Area, condition: &Condition) -> Option<String> {
    let own = area.field_at(&condition.field)?;
    let other = |field: &&Field| field.name != own.name && field.types().iter().any(|one| own.takes(*one));
    area.fields.iter().find(other).map(|field| field.name.clone())
}

/// Rules of other areas on fields that this area has, too, and for which it has no such rule.
fn borrowed(contract: &Contract, area: &Area) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for other in contract.areas.iter().filter(|other| other.name != area.name) {
        for rule in other.rules.iter().flat_map(single) {
            let fields = named(&rule);
            let alike = |path: &&str| match (area.field_at(path), other.field_at(path)) {
                (Some(one), Some(two)) => one.json_type == two.json_type && one.kind == two.kind,
                _ => false,
            };
            let place = place_of(&rule.constraint);
            let has_it = area.rules.iter().flat_map(single).any(|own| place_of(&own.constraint) == place);
            let is_known = found.iter().any(|known| known.place == place);
            if has_it || is_known || !fields.iter().all(alike) {
                continue;
            }
            let cited = fields.iter().filter_map(|path| area.field_at(path));
            let cited = cited.flat_map(|field| [Some(&field.statement), field.optional_statement.as_ref()]);
            let statements = Cites::ids(cited.flatten().chain([&area.statement]));
            let act = Act::contract(move |area| area.rules.push(rule.clone()));
            found.push(Candidate { place, operator: "borrowed", statements, act });
        }
    }
    found
}

/// A rule as one for each required field.
fn single(rule: &Rule) -> Vec<Rule> {
    let one = |field: &String| Rule { constraint: Constraint::Required(vec![field.clone()]), ..rule.clone() };
    match rule.constraint.required() {
        [] => vec![rule.clone()],
        fields => fields.iter().map(one).collect(),
    }
}

/// The fields that a rule names, its conditions' included.
fn named(rule: &Rule) -> Vec<&str> {
    let constraint = &rule.constraint;
    let several = constraint.required().iter().chain(constraint.any_of()).map(String::as_str);
    let one = constraint.field().into_iter().chain(constraint.member_of());
    several.chain(one).chain(rule.conditions().map(|condition| condition.field.as_str())).collect()
}

/// A field with what is said of it.
fn placed(field: &str, keyword: &str) -> String {
    format!("{}/{keyword}", field.replace('/', "."))
}

/// What a constraint is about.
fn place_of(constraint: &Constraint) -> String {
    let keyword = match constraint {
        Constraint::Required(_) => "required",
        Constraint::AnyOf(_) => "any-of",
        Constraint::Range { .. } => "range",
        Constraint::MultipleOf { .. } => "multiple-of",
        Constraint::MaxLength { .. } => "max-length",
        Constraint::Pattern { .. } => "pattern",
        Constraint::Contains { .. } => "contains",
        Constraint::Exists { .. } => "exists",
        Constraint::MemberOf { .. } => "member-of",
    };
    let several = [constraint.required(), constraint.any_of()].concat().join("+");
    placed(constraint.field().unwrap_or(&several), keyword)
}
