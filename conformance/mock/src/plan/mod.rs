//! An area with its names looked up: the places of the fields that its rules, its key and its defaults speak
//! of. Made once, so that nothing is looked for by its name while records are read.

mod look_up;

use std::ops::Deref;

use serde_json::Value;
use tally_generated::runtime::JsonValue;
use tally_spec::model::{Area, Behaviour, Contract, Field};

use self::look_up::LookUp;
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
    /// Whether the records' own values are all that is kept of a new entity, apart from what stands in for them:
    /// nothing is filled in, left out or replaced.
    pub(crate) keeps_what_is_sent: bool,
    /// What stands in for fields, by the field's place.
    pub(crate) stand_ins: Vec<(usize, StandIn)>,
    /// The flags among the request options that put a request's dates in the organisation's time zone, by their places.
    pub(crate) zones: Vec<usize>,
    /// The parts of the key.
    pub(crate) key_parts: Vec<PlannedPart>,
    /// The rules about what exists that a record may break.
    pub(crate) references: Vec<Reference>,
    /// The fields that name what is created if it does not exist.
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
    /// Whether it is an order to the endpoint, which is not kept.
    pub(crate) is_order: bool,
}

/// The request option that stands in for a field that a record has no value for.
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
    /// The kind of entity that it names.
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
    /// The field, and the one that is taken if it has no value.
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

/// What a default is taken from; fields by their places.
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
        let look_up = LookUp { contract, area };
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
            keeps_what_is_sent: planned_defaults.is_empty() && !area.behaviours.iter().any(leaves_out),
            planned_fields: area.fields.iter().map(|field| look_up.field(field)).collect(),
            stand_ins: look_up.stand_ins(),
            zones: (0..area.envelope.len()).filter(|place| area.envelope[*place].zones).collect(),
            key_parts: area.key.parts.iter().map(|part| look_up.key_part(part)).collect(),
            references: (0..area.rules.len()).filter_map(|rule| look_up.reference(rule)).collect(),
            creates: look_up.creates(),
            alternatives: look_up.behaviours(|behaviour| match behaviour {
                Behaviour::Alternatives { fields, .. } => Some(look_up.places(fields)),
                _ => None,
            }),
            resets: look_up.behaviours(|behaviour| look_up.reset(behaviour)),
            planned_defaults,
            rolled_by: look_up.behaviours(|behaviour| match behaviour {
                Behaviour::RollsUp { by, .. } => look_up.named(by),
                _ => None,
            }),
            attaches: look_up.behaviours(|behaviour| match behaviour {
                Behaviour::Attaches { field, .. } => Some((field.clone(), look_up.named(field)?)),
                _ => None,
            }),
            sends: look_up.behaviours(|behaviour| look_up.sending(behaviour)),
            area: area.clone(),
        }
    }

    /// The area itself.
    pub(crate) const fn area(&self) -> &Area {
        &self.area
    }

    /// A field, `object/member` or `array/member`, looked up.
    pub(crate) fn named(&self, contract: &Contract, pointer: &str) -> Option<Named> {
        LookUp { contract, area: &self.area }.named(pointer)
    }

    /// What stands in for the field at that place.
    pub(crate) fn stand_in(&self, place: usize) -> Option<&StandIn> {
        self.stand_ins.iter().find(|(of, _)| *of == place).map(|(_, stand_in)| stand_in)
    }
}

impl StandIn {
    /// Whether the value of a request option can be used.
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

/// Whether a value is that constant: numbers by their numeric value.
fn is(part: &JsonValue<'_>, constant: &Value) -> bool {
    match constant {
        Value::String(text) => part.is_text(text),
        Value::Bool(value) => part.is_boolean(*value),
        Value::Number(number) => number.as_f64().is_some_and(|number| part.is_number(number)),
        _ => false,
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
