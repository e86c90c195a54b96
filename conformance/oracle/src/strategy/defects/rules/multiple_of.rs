//! `multipleOf`.

use serde_json::json;
use tally_spec::model::Rule;

use super::Side;
use crate::strategy::defects::{At, Borders};
use crate::strategy::numbers::{is_on_grid, number};

impl<'m> Borders<'_, 'm> {
    pub(super) fn multiple_of(&self, at: At<'_>, rule: &'m Rule, divisor: f64) -> Vec<Side<'m>> {
        let Some(numbers) = self.numbers_at(at.path) else { return Vec::new() };
        let whole = numbers.nth(numbers.steps() / 2);
        let first = if numbers.steps() > 1 { numbers.nth(0) } else { whole };
        let between = (first / divisor).floor() * divisor + divisor / 2.0;
        let mut sides = vec![Side::broken(rule, "multipleOf/between", vec![number(between)])];
        if at.field.numeric {
            let text = json!(format!("{between}"));
            sides.push(Side::broken(rule, "multipleOf/between-as-text", vec![text]));
        }
        if divisor.fract() == 0.0 && whole.fract() == 0.0 {
            let cites = vec![&self.maker.contract.file.reading.numeric_text];
            let kept = Side::kept(rule, "multipleOf/fraction-of-zero", vec![json!(whole)]);
            sides.push(Side { cites, ..kept });
        }
        // A value off the field's other steps: what a rule that does not apply lets through.
        if divisor > 1.0 {
            let next = (1..=8).map(|steps| numbers.nth(0) + f64::from(steps));
            let off = next.filter(|number| !is_on_grid(*number, divisor)).map(number).take(2).collect();
            sides.push(Side::broken(rule, "multipleOf/whole-between", off));
        }
        sides
    }
}
