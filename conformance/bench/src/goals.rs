//! What the decoders are to reach, and by how much they do.

use crate::contestants::{AJV, CHECKING, RECORDS, SCHEMA, SKIPPING, TYPED};
use crate::growth::Linear;
use crate::samples::Samples;

/// A goal, with the body that comes nearest to missing it.
pub struct Goal {
    /// What is wanted.
    pub wanted: &'static str,
    /// The bound.
    pub bound: f64,
    /// Whether the bound is the least that is wanted; else it is the most.
    pub at_least: bool,
    /// The worst figure, and where it was met. `None` if it was not measured.
    pub worst: Option<(f64, String)>,
    /// How many bodies keep to the bound, of how many.
    pub kept: (usize, usize),
}

impl Goal {
    /// Whether every figure keeps to the bound. `None` if nothing was measured.
    #[must_use]
    pub fn held(&self) -> Option<bool> {
        self.worst.as_ref().map(|_| self.kept.0 == self.kept.1)
    }
}

/// Every goal that times decide.
#[must_use]
pub fn all(samples: &[Samples<'_>], hostile: &[Linear]) -> Vec<Goal> {
    let share = |of: &'static str, to: &'static str, forms: &[&str]| -> Vec<(f64, String)> {
        let of_form = samples.iter().filter(|one| forms.iter().all(|form| one.body.form.contains(form)));
        of_form
            .filter_map(|one| {
                Some((one.share(of, to)?, format!("{}, {}", one.body.area.name, one.body.form)))
            })
            .collect()
    };
    let growth = hostile.iter().map(|one| (one.growth(), one.name.to_owned())).collect();
    vec![
        goal(
            "checking takes no longer than skipping: valid, compact",
            1.0,
            false,
            share(CHECKING, SKIPPING, &["valid", "compact"]),
        ),
        goal(
            "checking, as a share of the typed parse: compact",
            0.35,
            false,
            share(CHECKING, TYPED, &["compact"]),
        ),
        goal(
            "checking, as a share of the typed parse: pretty",
            0.40,
            false,
            share(CHECKING, TYPED, &["pretty"]),
        ),
        goal("with records, as a share of the typed parse", 0.55, false, share(RECORDS, TYPED, &[])),
        goal("times as fast as Value and jsonschema", 8.0, true, share(SCHEMA, CHECKING, &[])),
        goal("times as fast as ajv", 6.0, true, share(AJV, CHECKING, &[])),
        goal("ten times a hostile body, as a share of ten times the time", 1.5, false, growth),
    ]
}

fn goal(wanted: &'static str, bound: f64, at_least: bool, figures: Vec<(f64, String)>) -> Goal {
    let keeps = |figure: f64| if at_least { figure >= bound } else { figure <= bound };
    let kept = (figures.iter().filter(|(figure, _)| keeps(*figure)).count(), figures.len());
    let worse = |one: &(f64, String), other: &(f64, String)| {
        let order = one.0.total_cmp(&other.0);
        if at_least { order.reverse() } else { order }
    };
    Goal { wanted, bound, at_least, worst: figures.into_iter().max_by(worse), kept }
}
