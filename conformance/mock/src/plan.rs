//! An area with its names looked up: the places of the fields that its rules, its key and its defaults speak
//! of. Made once, so that nothing is looked for by its name while records are read.

use std::ops::Deref;

use serde_json::Value;
use tally_generated::runtime::JsonValue;
use tally_spec::model::{
    Area, Behaviour, Condition, Contract, Default, DefaultSource, Field, TextFormat, UnknownThing,
};

use crate::entities::KindPlace;

/// The areas of a contract, in its order.
pub(crate) struct Plans(Vec<Plan>);

/// An area with its names looked up.
pub(crate) struct Plan {
    area: Area,
    /// The area's place in its contract.
    pub(crate) place: usize,
    /// For each field of a record, by its place.
    pub(crate) planned_fields: Vec<PlannedField>,
    /// Whether the records' own values are all that is kept of a new thing, envelope what stands in for them:
    /// nothing is filled in, left out or put in another's place.
    pub(crate) keeps_what_is_sent: bool,
    /// What stands in for fields, by the field's place.
    pub(crate) stand_ins: Vec<(usize, StandIn)>,
    /// The flags envelope the list that put a request's dates in the organisation's time zone, by their places.
    pub(crate) zones: Vec<usize>,
    /// The parts of the key.
    pub(crate) key_parts: Vec<PlannedPart>,
    /// The rules about what exists that a record may break.
    pub(crate) references: Vec<Reference>,
    /// The fields that name what is made where it does not exist.
    pub(crate) creates: Vec<(Named, KindPlace)>,
    /// Fields of which one stands, the first before the others.
    pub(crate) alternatives: Vec<Vec<usize>>,
    /// Orders to clear fields.
    pub(crate) resets: Vec<Reset>,
    /// What absent fields become.
    pub(crate) planned_defaults: Vec<PlannedDefault>,
    /// What the records are rolled up by.
    pub(crate) rolled_by: Vec<Named>,
    /// The fields, by their names too, that name what something is attached for.
    pub(crate) attaches: Vec<(String, Named)>,
    /// What the records have sent.
    pub(crate) sends: Vec<Sending>,
}

/// A field of a record.
pub(crate) struct PlannedField {
    /// Its name as it begins a member: in quotes, with a colon.
    pub(crate) member: String,
    pub(crate) is_date: bool,
    /// Whether it is an order to the call, and nothing that is kept.
    pub(crate) is_order: bool,
}

/// What stands envelope the list for a field that a record has no value for.
pub(crate) struct StandIn {
    /// Its place among the request options.
    pub(crate) place: usize,
    /// The only texts that can be used.
    closed: Option<Vec<String>>,
}

/// A field, `object/member` or `array/member`.
pub(crate) struct Named {
    /// The place of the field, or of the object or array.
    pub(crate) place: usize,
    /// The steps within it.
    pub(crate) within: Vec<String>,
    /// The kind of thing that it names.
    pub(crate) kind: Option<KindPlace>,
}

/// A condition on a record.
pub(crate) struct Test {
    pub(crate) named: Option<Named>,
    wanted: Wanted,
}

/// The values that a condition wants.
enum Wanted {
    Any,
    /// One of these texts.
    Texts(Vec<String>),
    /// One of these.
    Values(Vec<Value>),
}

/// A part of a key.
pub(crate) struct PlannedPart {
    pub(crate) when: Option<Test>,
    /// The field, and the one that is taken where there is no value for it.
    pub(crate) fields: Vec<Named>,
}

/// A rule about what exists.
pub(crate) struct Reference {
    /// The rule's place among the area's.
    pub(crate) rule: usize,
    pub(crate) when: Option<Test>,
    pub(crate) unless: Option<Test>,
    pub(crate) named: Named,
    pub(crate) kind: KindPlace,
    /// What it must belong to.
    pub(crate) owner: Option<(Named, KindPlace)>,
}

/// An order to clear fields.
pub(crate) struct Reset {
    pub(crate) when: Test,
    pub(crate) clears: Vec<usize>,
    /// The text that they are shown as.
    pub(crate) shown_as: String,
}

/// Something that a record has sent.
pub(crate) struct Sending {
    /// To whom.
    pub(crate) to: Named,
    pub(crate) kind: KindPlace,
    /// The order to send it once more.
    pub(crate) again: Option<Named>,
}

/// What an absent field becomes.
pub(crate) struct PlannedDefault {
    pub(crate) place: usize,
    /// Of `object/member`, the member.
    pub(crate) member: Option<String>,
    pub(crate) source: Source,
    pub(crate) always: bool,
}

/// Where a default comes from; fields by their places.
pub(crate) enum Source {
    /// This JSON text.
    Value(String),
    Field(usize),
    Today,
    WeekdaysAfter {
        place: usize,
        days: u32,
    },
    SessionUser,
}

impl Plans {
    pub(crate) fn new(contract: &Contract) -> Self {
        let plan = |(place, area)| Plan::new(contract, place, area);
        Self(contract.areas.iter().enumerate().map(plan).collect())
    }

    /// The plan of the area of that name.
    pub(crate) fn of(&self, name: &str) -> Option<&Plan> {
        self.0.iter().find(|plan| plan.name == name)
    }
}

impl Deref for Plans {
    type Target = [Plan];

    fn deref(&self) -> &[Plan] {
        &self.0
    }
}

impl Deref for Plan {
    type Target = Area;

    fn deref(&self) -> &Area {
        &self.area
    }
}

impl Plan {
    fn new(contract: &Contract, place: usize, area: &Area) -> Self {
        let look_up = Names { contract, area };
        let kinded = |pointer: &str| {
            let named = look_up.named(pointer)?;
            let kind = named.kind?;
            Some((named, kind))
        };
        let creates =
            area.rules.iter().filter(|rule| rule.constraint.exists() == Some(UnknownThing::Creates));
        let behaviours = &area.behaviours;
        let planned_defaults: Vec<_> =
            area.defaults.iter().filter_map(|default| look_up.default(default)).collect();
        let leaves_out = |behaviour: &Behaviour| {
            matches!(
                behaviour,
                Behaviour::Alternatives { .. } | Behaviour::Resets { .. } | Behaviour::Sends { .. }
            )
        };
        Self {
            place,
            keeps_what_is_sent: planned_defaults.is_empty() && !behaviours.iter().any(leaves_out),
            planned_fields: area.fields.iter().map(|field| look_up.field(field)).collect(),
            stand_ins: (0..area.fields.len())
                .filter_map(|place| Some((place, look_up.stand_in(&area.fields[place])?)))
                .collect(),
            zones: (0..area.envelope.len()).filter(|place| area.envelope[*place].zones).collect(),
            key_parts: area
                .key
                .parts
                .iter()
                .map(|part| PlannedPart {
                    when: part.when.as_ref().map(|when| look_up.test(when)),
                    fields: part.fields().filter_map(|field| look_up.named(field)).collect(),
                })
                .collect(),
            references: (0..area.rules.len()).filter_map(|rule| look_up.reference(rule)).collect(),
            creates: creates.filter_map(|rule| kinded(rule.constraint.field()?)).collect(),
            alternatives: behaviours
                .iter()
                .filter_map(|behaviour| match behaviour {
                    Behaviour::Alternatives { fields, .. } => Some(look_up.places(fields)),
                    _ => None,
                })
                .collect(),
            resets: behaviours
                .iter()
                .filter_map(|behaviour| match behaviour {
                    Behaviour::Resets { when, clears, shown_as, .. } => Some(Reset {
                        when: look_up.test(when),
                        clears: look_up.places(clears),
                        shown_as: shown_as.clone(),
                    }),
                    _ => None,
                })
                .collect(),
            planned_defaults,
            rolled_by: behaviours
                .iter()
                .filter_map(|behaviour| match behaviour {
                    Behaviour::RollsUp { by, .. } => look_up.named(by),
                    _ => None,
                })
                .collect(),
            attaches: behaviours
                .iter()
                .filter_map(|behaviour| match behaviour {
                    Behaviour::Attaches { field, .. } => Some((field.clone(), look_up.named(field)?)),
                    _ => None,
                })
                .collect(),
            sends: behaviours
                .iter()
                .filter_map(|behaviour| match behaviour {
                    Behaviour::Sends { to, again, .. } => {
                        let (to, kind) = kinded(to)?;
                        Some(Sending { to, kind, again: look_up.named(again) })
                    }
                    _ => None,
                })
                .collect(),
            area: area.clone(),
        }
    }

    /// The area itself.
    pub(crate) const fn area(&self) -> &Area {
        &self.area
    }

    /// A field, `object/member` or `array/member`, looked up.
    pub(crate) fn named(&self, contract: &Contract, pointer: &str) -> Option<Named> {
        Names { contract, area: &self.area }.named(pointer)
    }

    /// What stands in for the field at that place.
    pub(crate) fn stand_in(&self, place: usize) -> Option<&StandIn> {
        self.stand_ins.iter().find(|(of, _)| *of == place).map(|(_, stand_in)| stand_in)
    }
}

impl StandIn {
    /// Whether a value envelope the list can be used.
    pub(crate) fn takes(&self, value: &JsonValue<'_>) -> bool {
        let is_known = |list: &Vec<String>| list.iter().any(|one| value.is_text(one));
        self.closed.as_ref().is_none_or(is_known) && value.has_value()
    }
}

impl Test {
    /// Whether the value is one that the condition wants.
    pub(crate) fn wants(&self, value: &JsonValue<'_>) -> bool {
        match &self.wanted {
            Wanted::Any => true,
            Wanted::Texts(texts) => texts.iter().any(|text| value.is_text(text)),
            Wanted::Values(values) => values.iter().any(|one| is(value, one)),
        }
    }
}

/// Whether a value is that constant: numbers by what they are worth.
fn is(part: &JsonValue<'_>, constant: &Value) -> bool {
    match constant {
        Value::String(text) => part.is_text(text),
        Value::Bool(value) => part.is_boolean(*value),
        Value::Number(number) => number.as_f64().is_some_and(|number| part.is_number(number)),
        _ => false,
    }
}

/// Looks names up.
#[derive(Clone, Copy)]
struct Names<'c> {
    contract: &'c Contract,
    area: &'c Area,
}

impl Names<'_> {
    fn place(self, name: &str) -> Option<usize> {
        place(&self.area.fields, name)
    }

    fn places(self, names: &[String]) -> Vec<usize> {
        names.iter().filter_map(|name| self.place(name)).collect()
    }

    fn field(self, field: &Field) -> PlannedField {
        PlannedField {
            member: format!("{}:", Value::from(field.name.as_str())),
            is_date: field.format == Some(TextFormat::Date),
            is_order: self.is_order(&field.name),
        }
    }

    fn is_order(self, name: &str) -> bool {
        self.area.behaviours.iter().any(|behaviour| match behaviour {
            Behaviour::Resets { when, .. } => when.field == name,
            Behaviour::Sends { again, .. } => again == name,
            _ => false,
        })
    }

    fn stand_in(self, field: &Field) -> Option<StandIn> {
        let stands = |option: &Field| option.stands_in_for.as_deref() == Some(&field.name);
        let place = self.area.envelope.iter().position(stands)?;
        Some(StandIn { place, closed: field.closed.clone() })
    }

    fn named(self, pointer: &str) -> Option<Named> {
        let kind = find(&self.area.fields, pointer).and_then(|field| field.kind.as_deref());
        let kind = kind.and_then(|kind| KindPlace::of(self.contract, kind));
        if let Some(place) = self.place(pointer) {
            return Some(Named { place, within: Vec::new(), kind });
        }
        let mut steps = pointer.split('/');
        let place = self.place(steps.next()?)?;
        Some(Named { place, within: steps.map(str::to_owned).collect(), kind })
    }

    fn test(self, condition: &Condition) -> Test {
        let values = condition.constant.iter().chain(condition.one_of.iter().flatten());
        let wanted = if condition.constant.is_none() && condition.one_of.is_none() {
            Wanted::Any
        } else if let Some(texts) = values.clone().map(Value::as_str).collect::<Option<Vec<_>>>() {
            Wanted::Texts(texts.into_iter().map(str::to_owned).collect())
        } else {
            Wanted::Values(values.cloned().collect())
        };
        Test { named: self.named(&condition.field), wanted }
    }

    fn reference(self, rule: usize) -> Option<Reference> {
        let says = &self.area.rules[rule];
        if says.constraint.exists() != Some(UnknownThing::Fails) && says.constraint.member_of().is_none() {
            return None;
        }
        let named = self.named(says.constraint.field()?)?;
        let owner = says.constraint.member_of().map(|of| {
            let owner = self.named(of)?;
            let kind = owner.kind?;
            Some((owner, kind))
        });
        Some(Reference {
            rule,
            when: says.when.as_ref().map(|when| self.test(when)),
            unless: says.unless.as_ref().map(|unless| self.test(unless)),
            kind: named.kind?,
            named,
            // What belongs to something of no kind can't be told apart.
            owner: match owner {
                Some(None) => return None,
                Some(owner) => owner,
                None => None,
            },
        })
    }

    fn default(self, default: &Default) -> Option<PlannedDefault> {
        let (field, member) = match default.field.split_once('/') {
            Some((field, member)) => (field, Some(member.to_owned())),
            None => (default.field.as_str(), None),
        };
        if self.is_order(&default.field) {
            return None;
        }
        let source = match &default.source {
            DefaultSource::Value(value) => Source::Value(value.to_string()),
            DefaultSource::Field(name) => Source::Field(self.place(name)?),
            DefaultSource::Today => Source::Today,
            DefaultSource::WeekdaysAfter(after) => {
                Source::WeekdaysAfter { place: self.place(&after.field)?, days: after.days }
            }
            DefaultSource::SessionUser => Source::SessionUser,
            DefaultSource::Elsewhere(_) => return None,
        };
        Some(PlannedDefault { place: self.place(field)?, member, source, always: default.always })
    }
}

/// The place of the field of that name.
pub(crate) fn place(fields: &[Field], name: &str) -> Option<usize> {
    fields.iter().position(|field| field.name == name)
}

/// The field at `field`, `object/member` or `array/member`.
pub(crate) fn find<'a>(fields: &'a [Field], pointer: &str) -> Option<&'a Field> {
    let (name, rest) = pointer.split_once('/').map_or((pointer, None), |(name, rest)| (name, Some(rest)));
    let field = fields.iter().find(|field| field.name == name)?;
    match rest {
        None => Some(field),
        Some(rest) => find(&field.properties, rest).or_else(|| find(&field.items, rest)),
    }
}
