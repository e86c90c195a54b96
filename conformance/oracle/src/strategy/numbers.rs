//! The numbers that a field's rules allow.

use serde_json::Value;
use tally_spec::model::{Contract, Field, JsonType, Provenance, Rule};

use super::Rng;
use super::plan::Wish;
use super::source::is_of_text;

/// The numbers that a field's rules allow, as whole steps.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    pub(super) minimum: Option<f64>,
    pub(super) maximum: Option<f64>,
    pub(super) step: Option<f64>,
    pub(super) as_text: bool,
    fractions: Fractions,
    /// Whether the document is sure of the types beyond the first.
    pub(super) both_are_sure: bool,
    /// Whether text is the first type.
    pub(super) text_first: bool,
}

/// What becomes of fractions.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fractions {
    Taken,
    /// A rule says which steps there are, or text may spell the number.
    InDoubt,
}

impl Numbers {
    pub(super) fn new(contract: &Contract, field: &Field, rules: &[&Rule]) -> Self {
        let greatest = |bounds: Vec<f64>| bounds.into_iter().reduce(f64::max);
        let least = |bounds: Vec<f64>| bounds.into_iter().reduce(f64::min);
        let weight = contract.weight(field.statement.iter());
        let step = rules.iter().filter_map(|rule| rule.constraint.multiple_of()).reduce(common_step);
        Self {
            minimum: greatest(rules.iter().filter_map(|rule| rule.constraint.minimum()).collect()),
            maximum: least(rules.iter().filter_map(|rule| rule.constraint.maximum()).collect()),
            step,
            fractions: if step.is_none() && !field.numeric { Fractions::Taken } else { Fractions::InDoubt },
            as_text: field.takes(JsonType::String) && !rules.iter().any(|rule| is_of_text(&rule.constraint)),
            both_are_sure: weight != Provenance::Assumed,
            text_first: field.types().first() == Some(&JsonType::String),
        }
    }

    /// Whether no number lies between the bounds.
    pub(super) fn is_none(&self) -> bool {
        let least = self.nth(0);
        self.maximum.is_some_and(|maximum| least > maximum)
            || self.minimum.is_some_and(|minimum| least < minimum)
    }

    /// The value so many steps above the least one.
    pub(super) fn nth(&self, steps: usize) -> f64 {
        let step = self.step.unwrap_or(1.0);
        #[expect(clippy::cast_precision_loss, reason = "steps are few")]
        let above = steps as f64 * step;
        match (self.minimum, self.maximum) {
            (Some(minimum), _) => on_grid((minimum / step).ceil() * step + above, step),
            (None, Some(maximum)) => on_grid((maximum / step).floor() * step - above, step),
            (None, None) => on_grid(above, step),
        }
    }

    /// How many numbers there are to tell records apart by.
    pub(super) fn capacity(&self) -> usize {
        if self.minimum.is_some() && self.maximum.is_some() { self.steps() } else { 1_000_000_000 }
    }

    /// How many numbers there are between the bounds, both included, up to a thousand. Without bounds, as many as make
    /// numbers that any range holds.
    pub(super) fn steps(&self) -> usize {
        let (Some(_), Some(maximum)) = (self.minimum, self.maximum) else { return 100 };
        let steps = ((maximum - self.nth(0)) / self.step.unwrap_or(1.0)).floor().clamp(0.0, 999.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped above")]
        let steps = steps as usize;
        steps + 1
    }

    pub(super) fn value(&self, rng: &mut Rng, wish: &Wish<'_>) -> Value {
        let steps = self.steps();
        let nth = match rng.below(4) {
            _ if wish.number.is_some() => wish.number.unwrap_or(0),
            _ if wish.plain => 1.min(steps - 1),
            0 => 0,
            1 if self.maximum.is_some() => steps - 1,
            _ => rng.below(steps),
        };
        let free = self.both_are_sure || !wish.firm;
        let as_text = self.as_text && if wish.plain || !free { self.text_first } else { rng.one_in(2) };
        let number = self.nth(nth);
        if as_text && number >= 0.0 {
            return Value::String(format!("{:.0}", number.floor()));
        }
        let settled = wish.plain || wish.number.is_some() || self.maximum.is_some();
        let between = !settled && self.fractions == Fractions::Taken && rng.one_in(4);
        self::number(if between { number + 0.25 } else { number })
    }
}

/// The step of the numbers that stand on two grids.
pub(super) fn common_step(step: f64, other: f64) -> f64 {
    let mut steps = (1..=1000).map(|steps| on_grid(f64::from(steps) * step, step));
    steps.find(|number| is_on_grid(*number, other)).unwrap_or(step * other)
}

/// The number that stands on a grid of so wide steps, without what binary fractions add: three steps of 0.1 are
/// 0.3, not 0.30000000000000004.
pub(super) fn on_grid(number: f64, step: f64) -> f64 {
    let places = format!("{step}").split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let rounded = if places == 0 { number } else { format!("{number:.places$}").parse().unwrap_or(number) };
    // Zero has no sign.
    rounded + 0.0
}

/// Whether a number is a whole number of steps.
pub(super) fn is_on_grid(number: f64, step: f64) -> bool {
    let steps = (number / step).round();
    on_grid(steps * step, step).to_bits() == (number + 0.0).to_bits()
}

/// A JSON number, whole if it can be.
pub(super) fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        let text = format!("{number:.0}");
        return text.parse::<i64>().map_or(Value::Null, Value::from);
    }
    Value::from(number)
}

#[cfg(test)]
mod tests {
    use super::{common_step, is_on_grid, on_grid};

    #[test]
    fn two_grids_have_a_step_in_common() {
        for (step, other, common) in
            [(2.0, 3.0, 6.0), (4.0, 6.0, 12.0), (0.5, 0.25, 0.5), (0.25, 7.0, 7.0), (5.0, 5.0, 5.0)]
        {
            assert_eq!(common_step(step, other).to_bits(), f64::to_bits(common), "{step} and {other}");
        }
    }

    #[test]
    fn a_grid_is_one_of_decimals() {
        for steps in 0..2000 {
            let number = on_grid(f64::from(steps) * 0.01, 0.01);
            assert!(is_on_grid(number, 0.01), "{number}");
            assert!(number.to_string().split('.').nth(1).is_none_or(|places| places.len() <= 2), "{number}");
            assert!(!is_on_grid(number + 0.005, 0.01), "{number}");
        }
        assert!(is_on_grid(-0.0, 1.0) && is_on_grid(-6.0, 3.0) && is_on_grid(7.5, 0.5));
        assert!(!is_on_grid(7.0, 3.0) && !is_on_grid(0.5, 1.0));
    }
}
