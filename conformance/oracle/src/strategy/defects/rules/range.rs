//! `minimum` and `maximum`.

use serde_json::{Value, json};
use tally_spec::model::Rule;

use super::Side;
use crate::strategy::defects::{At, Borders};
use crate::strategy::numbers::{number, on_grid};

impl<'m> Borders<'_, 'm> {
    pub(super) fn range(
        &self,
        at: At<'_>,
        rule: &'m Rule,
        minimum: Option<f64>,
        maximum: Option<f64>,
    ) -> Vec<Side<'m>> {
        let step = self.step(at.path);
        let mut sides = Vec::new();
        if let Some(minimum) = minimum {
            sides.extend(bound(
                at,
                rule,
                ("minimum", minimum),
                ("below", on_grid((minimum / step).ceil() * step - step, step)),
                step,
            ));
        }
        if let Some(maximum) = maximum {
            sides.extend(bound(
                at,
                rule,
                ("maximum", maximum),
                ("above", on_grid((maximum / step).floor() * step + step, step)),
                step,
            ));
            let far = number(on_grid(maximum + 989.0 * step, step));
            sides.push(Side::broken(rule, "maximum/far-above", vec![far]));
        }
        sides
    }
}

/// The bound itself and what lies a step beyond it, as numbers and as text that spells them.
fn bound<'m>(
    at: At<'_>,
    rule: &'m Rule,
    (keyword, bound): (&str, f64),
    (what, beyond): (&str, f64),
    step: f64,
) -> Vec<Side<'m>> {
    let mut sides = vec![
        Side::kept(rule, format!("{keyword}/at"), vec![number(bound)]),
        Side::broken(rule, format!("{keyword}/{what}"), vec![number(beyond)]),
    ];
    if at.field.numeric && step.fract() == 0.0 && bound.fract() == 0.0 {
        let text = |number: f64| -> Vec<Value> { vec![json!(format!("{number:.0}"))] };
        if bound >= 0.0 {
            sides.push(Side::kept(rule, format!("{keyword}/at-as-text"), text(bound)));
        }
        sides.push(Side::broken(rule, format!("{keyword}/{what}-as-text"), text(beyond)));
    }
    sides
}
