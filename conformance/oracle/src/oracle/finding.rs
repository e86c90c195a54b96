//! What judging a record gathers: places, findings, and the premises of its passing.

use tally_spec::model::Cites;

use super::{Expected, Fate, Reason};

/// A place in an instance: written as a pointer only if something is found there.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'p> {
    /// A pointer, already written.
    Pointer(&'p str),
    /// An element of the array at that pointer.
    Listed(&'p str, usize),
    /// A member of the object there.
    Member(&'p Place<'p>, &'p str),
    /// An element of the array there.
    Element(&'p Place<'p>, usize),
}

impl<'p> Place<'p> {
    /// A member of the object here.
    pub(super) const fn member(&'p self, name: &'p str) -> Self {
        Self::Member(self, name)
    }

    /// An element of the array here.
    pub(super) const fn element(&'p self, index: usize) -> Self {
        Self::Element(self, index)
    }

    /// The RFC 6901 pointer.
    pub(super) fn pointer(&self) -> String {
        match self {
            Self::Pointer(pointer) => (*pointer).to_owned(),
            Self::Listed(list, index) => format!("{list}/{index}"),
            Self::Member(parent, name) => {
                format!("{}/{}", parent.pointer(), name.replace('~', "~0").replace('/', "~1"))
            }
            Self::Element(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }

    /// The members' names from the record down, as rules name fields: `array/member`.
    pub(super) fn field_path(&self) -> String {
        match self {
            Self::Pointer(_) | Self::Listed(..) => String::new(),
            Self::Element(parent, _) => parent.field_path(),
            Self::Member(parent, name) => match parent.field_path() {
                above if above.is_empty() => (*name).to_owned(),
                above => format!("{above}/{name}"),
            },
        }
    }

    /// The last member's name.
    pub(super) const fn name(&self) -> &str {
        match self {
            Self::Pointer(_) | Self::Listed(..) => "the record",
            Self::Element(parent, _) => parent.name(),
            Self::Member(_, name) => name,
        }
    }
}

/// Something found in a record.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    /// Why, and at which place.
    pub(super) reason: Reason,
    /// What it makes of the record: open or failing.
    pub(super) fate: Fate,
    /// Whether it breaks a rule of shape, whatever the fate.
    pub(super) shape: bool,
    /// Whether the endpoint may refuse the request for it.
    pub(super) may_refuse: bool,
}

/// Everything found in a record.
#[derive(Debug, Default)]
pub(super) struct Findings<'s> {
    list: Vec<Finding>,
    premises: Vec<&'s str>,
}

impl<'s> Findings<'s> {
    /// Adds a finding.
    pub(super) fn add(&mut self, finding: Finding) {
        self.list.push(finding);
    }

    /// Adds a finding that leaves the record open without breaking a rule of shape.
    pub(super) fn open(&mut self, statements: Vec<String>, place: &Place<'_>, because: String) {
        let reason = Reason { statements, pointer: place.pointer(), keyword: "open".to_owned(), because };
        self.add(Finding { reason, fate: Fate::Open, shape: false, may_refuse: false });
    }

    /// Adds a statement that the record's passing would rest on.
    pub(super) fn rests_on(&mut self, statement: &'s str) {
        if !self.premises.contains(&statement) {
            self.premises.push(statement);
        }
    }

    /// Adds every statement cited.
    pub(super) fn rests_on_all(&mut self, cites: &'s Cites) {
        for statement in cites.iter() {
            self.rests_on(statement);
        }
    }

    /// The rules of shape that the record breaks.
    pub(super) fn shape(self) -> Vec<Reason> {
        self.list.into_iter().filter(|finding| finding.shape).map(|finding| finding.reason).collect()
    }

    /// What is expected of the record: the worst that was found.
    pub(super) fn expected(self) -> Expected {
        let fate = self.list.iter().map(|finding| finding.fate).max().unwrap_or(Fate::Passes);
        let may_refuse = self.list.iter().any(|finding| finding.may_refuse);
        let premises = match fate {
            Fate::Passes => self.premises.into_iter().map(str::to_owned).collect(),
            Fate::Open | Fate::Fails => Vec::new(),
        };
        let reasons = self.list.into_iter().filter(|finding| finding.fate == fate);
        Expected { fate, reasons: reasons.map(|finding| finding.reason).collect(), may_refuse, premises }
    }
}
