//! A fixtures file to be filled in, made from a contract's kinds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use tally_fixtures::Fixtures;
use tally_spec::model::{Area, Behaviour, Contract, Field, Kind};

/// The text of a fixtures file with a line for each kind of thing that the records of these areas name; of all
/// areas, if none are given.
#[must_use]
pub fn skeleton(contract: &Contract, areas: &[String]) -> String {
    let chosen = contract.areas.iter().filter(|area| areas.is_empty() || areas.contains(&area.name));
    let chosen: Vec<&Area> = chosen.collect();
    let kinds = needed(contract, &chosen);
    let mut template = Template { text: String::new(), sample: Fixtures::sample(contract).ok() };
    template.comment(&format!(
        "What the organisation under test has, for tests of {}. Fill in the lists: the more they hold, the fewer keys \
         repeat. What is listed must exist, and what is listed as unknown must not.",
        contract.file.title
    ));
    template.organisation();
    let mut tables: BTreeMap<&str, Vec<&Kind>> = BTreeMap::new();
    for kind in &kinds {
        match kind.member {
            Some(_) => tables.entry(&kind.fixtures).or_default().push(kind),
            None => template.list(kind, &kind.fixtures, contract),
        }
        if let Some(unknown) = &kind.unknown {
            template.unknown(kind, unknown, contract);
        }
    }
    let switches = used_switches(&chosen);
    for (name, switch) in contract.file.switches.iter().filter(|(name, _)| switches.contains(name.as_str())) {
        template.blank();
        template.comment(&switch.description);
        template.line(&format!("{name} = {}", switch.default));
    }
    for (table, kinds) in tables {
        template.table(table, &kinds, contract);
    }
    template.text
}

/// The kinds of the fields of these areas, in the contract's order.
fn needed<'c>(contract: &'c Contract, areas: &[&Area]) -> Vec<&'c Kind> {
    fn gather(fields: &[Field], names: &mut BTreeSet<String>) {
        for field in fields {
            names.extend(field.kind.clone());
            gather(&field.properties, names);
            gather(&field.items, names);
        }
    }
    let mut names = BTreeSet::new();
    for area in areas {
        gather(&area.fields, &mut names);
    }
    contract.file.kinds.iter().filter(|(name, _)| names.contains(*name)).map(|(_, kind)| kind).collect()
}

/// The settings of the organisation that decide what happens in these areas.
fn used_switches<'c>(areas: &[&'c Area]) -> BTreeSet<&'c str> {
    let behaviours = areas.iter().flat_map(|area| &area.behaviours);
    let switch = |behaviour: &'c Behaviour| {
        let Behaviour::RollsUp { switch, .. } = behaviour else { return None };
        Some(switch.as_str())
    };
    behaviours.filter_map(switch).collect()
}

/// The text so far.
struct Template {
    text: String,
    /// The contract's own sample, whose entries are the examples.
    sample: Option<Fixtures>,
}

impl Template {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A comment of as many lines as its text needs.
    fn comment(&mut self, text: &str) {
        let mut line = String::from("#");
        for word in text.split_whitespace() {
            if line.len() + 1 + word.len() > 110 {
                self.line(&line);
                "#".clone_into(&mut line);
            }
            // Writing to a String does not fail.
            let _ = write!(line, " {word}");
        }
        self.line(&line);
    }

    fn organisation(&mut self) {
        self.blank();
        let user = self.sample.as_ref().and_then(|sample| sample.session_user.clone()).unwrap_or_default();
        self.comment(
            "The ID of the user whose token is used, and the organisation's time zone (UTC if left out).",
        );
        self.line(&format!("# session_user = {}", quoted(&user)));
        self.line("# time_zone = \"America/Los_Angeles\"");
    }

    fn list(&mut self, kind: &Kind, key: &str, contract: &Contract) {
        self.blank();
        self.comment(&format!("Each {} that exists.{}", kind.title, form(kind)));
        let example = self.example(kind, contract);
        self.example_line(key, example.as_deref());
        self.comment(&format!("Or a file with one a line: {key}_file = \"{key}.txt\""));
        self.line(&format!("{key} = []"));
    }

    fn unknown(&mut self, kind: &Kind, key: &str, contract: &Contract) {
        self.blank();
        let what =
            if kind.pattern.is_some() { "of the right form, and names nothing" } else { "names nothing" };
        self.comment(&format!("Not one of these is any {}: each is a text that {what}.", kind.title));
        let name = contract.file.kinds.iter().find(|(_, other)| *other == kind).map(|(name, _)| name);
        let sample = self.sample.as_ref().zip(name).and_then(|(sample, name)| sample.unknown.get(name));
        let example = sample.and_then(|unknown| unknown.first()).cloned();
        self.example_line(key, example.as_deref());
        self.line(&format!("{key} = []"));
    }

    fn table(&mut self, table: &str, kinds: &[&Kind], contract: &Contract) {
        self.blank();
        self.comment("A table like this one for each that exists; copy it. Until its values are filled in, it is left out.");
        self.line(&format!("# [[{table}]]"));
        for kind in kinds {
            let Some(member) = &kind.member else { continue };
            self.comment(&format!("The {}.{}", kind.title, form(kind)));
            let example = self.example(kind, contract).unwrap_or_default();
            self.line(&format!("# {member} = {}", quoted(&example)));
        }
        let members: BTreeMap<&String, &String> = kinds.iter().flat_map(|kind| &kind.members).collect();
        for (member, kind) in members {
            let title = contract.file.kinds.get(kind).map_or(kind.as_str(), |kind| kind.title.as_str());
            self.comment(&format!("Each {title} that belongs to it; left out, every one does."));
            self.line(&format!("# {member} = []"));
        }
    }

    fn example_line(&mut self, key: &str, example: Option<&str>) {
        if let Some(example) = example {
            self.comment(&format!("For example: {key} = [{}]", quoted(example)));
        }
    }

    /// What the sample calls the first thing of the kind.
    fn example(&self, kind: &Kind, contract: &Contract) -> Option<String> {
        let name = contract.file.kinds.iter().find(|(_, other)| *other == kind)?.0;
        Some(self.sample.as_ref()?.things.get(name)?.first()?.name.clone())
    }
}

/// What one of the kind looks like, and where it is found.
fn form(kind: &Kind) -> String {
    let mut text = match (&kind.pattern, &kind.identity) {
        (Some(pattern), Some(identity)) => format!(
            " An ID of the form {pattern}, of which the first {} characters count, with their case.",
            identity.prefix
        ),
        (Some(pattern), None) => format!(" It has the form {pattern}."),
        (None, _) => " By name, without blanks around it.".to_owned(),
    };
    if let Some(found) = &kind.found {
        let _ = write!(text, " It is found at: {found}.");
    }
    text
}

/// A TOML string: JSON's are such.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
