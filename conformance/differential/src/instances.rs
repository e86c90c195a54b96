//! Requests of an area, one for each number: right ones, broken ones, and texts that are no JSON.

use serde_json::{Map, Value, json};
use tally_spec::model::{Area, Contract, ExampleKind};

use super::mutation::{Mutations, odd};
use super::rules::{Rule, rules};
use super::spelling::{damage, spell};
use tally_fixtures::Fixtures;
use tally_oracle::strategy::{Batch, Defect, Maker, Rng, join, shrink};

/// Makes instances: the worked examples, what every strategy of the runner makes, and mutations of them.
#[derive(Debug)]
pub struct Instances<'c> {
    maker: Maker<'c>,
    examples: Vec<&'c Value>,
    /// The borders, a list for each rule that they touch: rare rules are tried as often as common ones.
    borders: Vec<Vec<Defect>>,
    pairs: Vec<(Defect, Defect)>,
    rules: Vec<Rule>,
    mutations: Mutations,
    seed: u64,
}

impl<'c> Instances<'c> {
    /// For an area of a contract, at an organisation.
    #[must_use]
    pub fn new(contract: &'c Contract, area: &'c Area, fixtures: &'c Fixtures, seed: u64) -> Self {
        let maker = Maker::new(contract, area, fixtures, "instance");
        let defects = maker.defects();
        let pairs: Vec<_> = maker.pairs(&defects).collect();
        let pairs = pairs.iter().map(|(left, right)| (defects[*left].clone(), defects[*right].clone()));
        let requests = area.examples.iter().filter(|example| example.entry.kind == ExampleKind::Request);
        Self {
            pairs: pairs.collect(),
            borders: by_rule(&defects),
            examples: requests.map(|example| &example.value).collect(),
            rules: rules(contract, area),
            mutations: Mutations::new(contract, area),
            maker,
            seed,
        }
    }

    /// The instance of that number: the same bytes each time.
    #[must_use]
    pub fn instance(&self, number: u64) -> Vec<u8> {
        let seed = join(self.seed, number);
        let mut rng = Rng::new(seed);
        let mut body = self.body(seed, &mut rng);
        if rng.one_in(2) {
            for _ in 0..=rng.below(3) {
                self.mutations.mutate(&mut body, &mut rng);
            }
        }
        let text = spell(&body, &mut rng);
        if rng.one_in(32) { damage(text, &mut rng) } else { text.into_bytes() }
    }

    fn body(&self, seed: u64, rng: &mut Rng) -> Value {
        let size = 1 + rng.below(3);
        match rng.below(16) {
            0 => match rng.pick(&self.examples) {
                Some(example) => (*example).clone(),
                None => self.maker.batch(seed, size).body(),
            },
            1..4 => self.batch(seed, size, rng).body(),
            4..9 => {
                let mut borders = Vec::new();
                for place in 0..size {
                    if let Some(border) = rng.pick(&self.borders).and_then(|alike| rng.pick(alike)) {
                        borders.push((place, border));
                    }
                }
                self.maker.with_defects(seed, size, &borders).body()
            }
            9 => match rng.pick(&self.pairs) {
                Some((left, right)) => {
                    let place = rng.below(size);
                    self.maker.with_defects(seed, size, &[(place, left), (place, right)]).body()
                }
                None => self.maker.batch(seed, size).body(),
            },
            _ => {
                let mut body = self.maker.batch(seed, size).body();
                for _ in 0..=rng.below(3) {
                    if let Some(rule) = rng.pick(&self.rules) {
                        aim(&mut body, rule, rng);
                    }
                }
                body
            }
        }
    }

    /// A batch without defects, in one of the forms that the runner gives it.
    fn batch(&self, seed: u64, size: usize, rng: &mut Rng) -> Batch {
        let batch = self.maker.batch(seed, size);
        match rng.below(6) {
            0 => self.maker.of_seeds(seed, &[0, seed], &[]),
            1 => self.maker.batch(seed, 1).as_one_object().unwrap_or(batch),
            2 => batch.followed_by(&self.maker.batch(join(seed, 1), 1)),
            3 => shrink::candidates(&batch).nth(rng.below(16)).unwrap_or(batch),
            4 => batch.bare().unwrap_or(batch),
            _ => batch,
        }
    }
}

/// The borders, those of one keyword and statement together.
fn by_rule(defects: &[Defect]) -> Vec<Vec<Defect>> {
    let mut lists: Vec<Vec<Defect>> = Vec::new();
    for defect in defects {
        let alike = |list: &&mut Vec<Defect>| {
            list.first().is_some_and(|one| {
                one.keyword == defect.keyword && one.statements.first() == defect.statements.first()
            })
        };
        match lists.iter_mut().find(alike) {
            Some(list) => list.push(defect.clone()),
            None => lists.push(vec![defect.clone()]),
        }
    }
    lists
}

/// Puts a value in the rule's place that may break it. Missing members on the way are made.
fn aim(body: &mut Value, rule: &Rule, rng: &mut Rng) {
    let steps: Vec<String> =
        rule.pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let mut place = body;
    for step in &steps {
        let Some(inner) = inner(place, step, rng) else { return };
        place = inner;
    }
    match (rule.keyword, &mut *place) {
        ("type", place) => {
            let types = [Value::Null, json!("x"), json!(7), json!(true), json!([]), json!({})];
            // Null is a wrong type of what is required alone.
            *place = if rng.one_in(3) { Value::Null } else { rng.pick(&types).cloned().unwrap_or_default() };
        }
        ("minimum" | "maximum" | "multipleOf", place) => {
            *place = [json!(-1), json!(1e300), json!(0.5), json!(-0.5)][rng.below(4)].clone();
        }
        // Numbers spelt as text break the rules on numbers by this keyword.
        ("pattern", place) if rng.one_in(2) => {
            *place = [json!("+11"), json!("1000000")][rng.below(2)].clone();
        }
        ("minLength", place) => *place = Value::from(""),
        ("required" | "anyOf", Value::Object(members)) => {
            for _ in 0..=rng.below(3) {
                let name = members.keys().nth(rng.below(members.len())).cloned();
                name.and_then(|name| members.remove(&name));
            }
        }
        ("minItems" | "contains", place) => *place = Value::Array(Vec::new()),
        (_, place) => *place = odd(rng),
    }
}

/// The value one step further.
fn inner<'v>(value: &'v mut Value, step: &str, rng: &mut Rng) -> Option<&'v mut Value> {
    match value {
        Value::Array(elements) if step == "*" => {
            if elements.is_empty() {
                elements.push(Value::Object(Map::new()));
            }
            let place = rng.below(elements.len());
            elements.get_mut(place)
        }
        Value::Object(members) => {
            let name = if step == "*" { ["custom", "Other"][rng.below(2)] } else { step };
            Some(members.entry(name).or_insert_with(|| Value::Object(Map::new())))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
    }
}
