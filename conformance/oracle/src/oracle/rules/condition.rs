//! `when` and `unless`.

use tally_spec::model::{Condition, Rule};

use crate::oracle::numeral::equal;
use crate::oracle::record::{Holds, Judge};
use crate::oracle::request::is_taken;

impl Judge<'_> {
    /// Whether a rule applies.
    pub(in crate::oracle) fn applies(&self, rule: &Rule) -> Holds {
        let sure = |plainly| Holds { plainly, surely: true };
        let when = rule.when.as_ref().map_or(sure(true), |condition| self.holds(condition));
        let unless = rule.unless.as_ref().map_or(sure(false), |condition| self.holds(condition));
        let plainly = when.plainly && !unless.plainly;
        let surely = if plainly {
            when.surely && unless.surely
        } else {
            (when.surely && !when.plainly) || (unless.surely && unless.plainly)
        };
        Holds { plainly, surely }
    }

    /// Whether a condition holds. A value of a wrong type, or one with blanks around it, may be read otherwise.
    pub(in crate::oracle) fn holds(&self, condition: &Condition) -> Holds {
        let Some(value) = self.effective(&condition.field) else {
            return Holds { plainly: false, surely: true };
        };
        let field = self.area.field_at(&condition.field);
        let padded = value.as_str().is_some_and(|text| text.trim().len() != text.len());
        let surely = !padded && field.is_none_or(|field| is_taken(field, value));
        let mut wanted = condition.constant.iter().chain(condition.one_of.iter().flatten()).peekable();
        let plainly = wanted.peek().is_none() || wanted.any(|wanted| equal(wanted, value));
        Holds { plainly, surely }
    }
}
