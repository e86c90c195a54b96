//! The validator of an area's requests: a call for each field and each rule, in the spec's order.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use serde_json::Value;
use tally_spec::model::{
    Additional, Area, Condition, Constraint, Contract, Field, JsonType, Response, Rule, TextFormat,
};

use crate::names;

/// The validator: the layout, the patterns, `judge`, and the judge of one record.
pub(crate) fn validator(contract: &Contract, area: &Area) -> Vec<TokenStream> {
    let emitter = Emitter { contract, area, patterns: patterns(contract, area) };
    let mut items = vec![emitter.layout()];
    items.extend(emitter.pattern_items());
    items.extend(emitter.closed_lists());
    items.push(emitter.judge());
    items.push(emitter.judge_record());
    items
}

struct Emitter<'a> {
    contract: &'a Contract,
    area: &'a Area,
    /// The patterns that the validator needs, by the names of their statics.
    patterns: BTreeMap<String, &'a str>,
}

fn patterns<'a>(contract: &'a Contract, area: &'a Area) -> BTreeMap<String, &'a str> {
    let mut patterns = BTreeMap::new();
    each_field(&area.fields, &mut |field| {
        let kind = field.kind.as_ref().and_then(|kind| contract.file.kinds.get_key_value(kind));
        if let Some((name, Some(pattern))) = kind.map(|(name, kind)| (name, kind.pattern.as_deref())) {
            patterns.insert(pattern_name(name), pattern);
        }
    });
    for rule in &area.rules {
        if let Some(Constraint::Pattern { field, pattern }) = rule.constraint() {
            patterns.insert(pattern_name(field), pattern);
        }
    }
    patterns
}

fn pattern_name(of: &str) -> String {
    format!("{}_FORM", names::snake(of).to_uppercase())
}

fn each_field<'a>(fields: &'a [Field], visit: &mut impl FnMut(&'a Field)) {
    for field in fields {
        visit(field);
        each_field(&field.properties, visit);
        each_field(&field.items, visit);
    }
}

impl Emitter<'_> {
    fn layout(&self) -> TokenStream {
        let reading = &self.contract.file.reading;
        let envelope = match &self.contract.file.service.envelope {
            Some(envelope) => quote! { Some(#envelope) },
            None => quote! { None },
        };
        let (list, one_object) = (&self.area.list.name, self.area.list.one_object.is_some());
        let (not_json, unusable, wrong_type) =
            (reading.not_json.principal(), reading.unusable.principal(), reading.wrong_type.principal());
        quote! {
            const LAYOUT: Layout = Layout {
                envelope: #envelope,
                list: #list,
                one_object: #one_object,
                not_json: #not_json,
                unusable: #unusable,
                wrong_type: #wrong_type,
            };
        }
    }

    fn pattern_items(&self) -> Vec<TokenStream> {
        let item = |(name, pattern): (&String, &&str)| {
            let name = names::ident(name);
            quote! {
                static #name: LazyLock<Regex> =
                    LazyLock::new(|| Regex::new(#pattern).expect("the spec's reader compiled it"));
            }
        };
        self.patterns.iter().map(item).collect()
    }

    fn closed_lists(&self) -> Vec<TokenStream> {
        let mut items = Vec::new();
        each_field(&self.area.fields, &mut |field| {
            if let Some(values) = &field.closed {
                let name = closed_name(field);
                items.push(quote! { const #name: &[&str] = &[#(#values),*]; });
            }
        });
        items
    }

    /// The record field that a field beside the list stands in for, with both.
    fn stand_ins(&self) -> Vec<(&Field, &str)> {
        self.area
            .envelope
            .iter()
            .filter_map(|beside| Some((beside, beside.stands_in_for.as_deref()?)))
            .collect()
    }

    fn judge(&self) -> TokenStream {
        let beside = self.area.envelope.iter().map(|field| self.beside(field));
        let arguments: Vec<Ident> =
            self.stand_ins().iter().map(|(beside, _)| names::snake_ident(&beside.name)).collect();
        let record_judge = if arguments.is_empty() {
            quote! { judge_record }
        } else {
            quote! { |record| judge_record(record, #(#arguments),*) }
        };
        let counted = match &self.area.limit.counts {
            Some(field) => quote! { Some(#field) },
            None => quote! { None },
        };
        let call = match self.contract.response(self.area) {
            Response::Whole(_) => {
                let empty = match &self.area.list.empty_fails {
                    Some(cites) => {
                        let statement = cites.principal();
                        quote! { Some(#statement) }
                    }
                    None => quote! { None },
                };
                quote! { batch.whole(#counted, #empty, #record_judge) }
            }
            _ => quote! { batch.each(#counted, #record_judge) },
        };
        quote! {
            /// Judges a request's body by the rules of shape.
            ///
            /// Every broken rule is reported: record by record, and in each by the spec's order of
            /// fields, then of the rules about several.
            #[must_use]
            pub fn judge(body: &[u8]) -> Judgement {
                Batch::judge(body, LAYOUT, |batch| {
                    #(#beside)*
                    Ok(#call)
                })
            }
        }
    }

    fn beside(&self, field: &Field) -> TokenStream {
        let name = &field.name;
        let (wanted, taken) = match field.types() {
            [JsonType::String] => ("text", quote! { Value::as_str }),
            [JsonType::Boolean] => ("true or false", quote! { Value::as_bool }),
            [JsonType::Number] => ("a number", quote! { Value::as_number }),
            [JsonType::Object] => ("an object", quote! { Value::as_object }),
            [JsonType::Array] => ("a list", quote! { Value::as_array }),
            _ => (
                "text or a number",
                quote! { |value| (value.is_string() || value.is_number()).then_some(()) },
            ),
        };
        let Some(stands_in_for) = &field.stands_in_for else {
            return quote! { batch.beside(#name, #wanted, #taken)?; };
        };
        let ident = names::snake_ident(name);
        let closed =
            self.area.fields.iter().find(|field| &field.name == stands_in_for && field.closed.is_some());
        let usable = match closed {
            Some(field) => {
                let values = closed_name(field);
                quote! { #values.contains(value) }
            }
            None => quote! { !value.is_empty() },
        };
        quote! { let #ident = batch.beside(#name, #wanted, #taken)?.filter(|value| #usable); }
    }

    fn judge_record(&self) -> TokenStream {
        let stand_ins = self.stand_ins();
        let parameters: Vec<_> = stand_ins
            .iter()
            .map(|(beside, _)| {
                let ident = names::snake_ident(&beside.name);
                quote! { #ident: Option<&str> }
            })
            .collect();
        let effective = stand_ins.iter().map(|(beside, of)| {
            let (own, stand_in) = (names::snake_ident(of), names::snake_ident(&beside.name));
            quote! { let #own = record.text_or(#of, #stand_in); }
        });
        let fields = self.area.fields.iter().map(|field| self.field(field, &field.name));
        let rules = self.area.rules.iter().filter_map(|rule| self.rule(rule));
        quote! {
            fn judge_record(record: &mut Record<'_, '_>, #(#parameters),*) {
                #(#effective)*
                #(#fields)*
                #(#rules)*
            }
        }
    }

    /// The call that holds a field to its type and to the rules about its value.
    fn field(&self, field: &Field, path: &str) -> TokenStream {
        let (name, statement) = (&field.name, field.statement.principal());
        let taken = taken(field.types());
        let steps = self.steps(field, path);
        quote! { record.field(#name, #taken, #statement) #(#steps)*; }
    }

    fn steps(&self, field: &Field, path: &str) -> Vec<TokenStream> {
        let statement = field.statement.principal();
        let mut steps = Vec::new();
        if let Some((name, kind)) =
            field.kind.as_ref().and_then(|kind| self.contract.file.kinds.get_key_value(kind))
            && kind.pattern.is_some()
        {
            let (form, cited) = (names::ident(&pattern_name(name)), kind.statement.principal());
            steps.push(quote! { .matches(&#form, #cited) });
        }
        if field.closed.is_some() {
            let values = closed_name(field);
            steps.push(quote! { .one_of(#values, #statement) });
        }
        if field.format == Some(TextFormat::Date) {
            let cited = self.contract.file.reading.date.principal();
            let format = if field.date_time.is_some() { "date_or_date_time" } else { "date" };
            let format = names::ident(format);
            steps.push(quote! { .#format(#cited) });
        }
        if field.numeric {
            steps.push(quote! { .numeric(#statement) });
        }
        steps.extend(self.area.rules.iter().filter_map(|rule| value_rule(rule, path)));
        if !field.properties.is_empty() {
            let members =
                field.properties.iter().map(|inner| self.field(inner, &format!("{path}/{}", inner.name)));
            steps.push(quote! { .members(|record| { #(#members)* }) });
        }
        if field.additional_properties == Some(Additional::Scalar) {
            let named = field.properties.iter().map(|inner| &inner.name);
            steps.push(quote! { .scalars_beyond(&[#(#named),*], #statement) });
        }
        if !field.items.is_empty() {
            let members =
                field.items.iter().map(|inner| self.field(inner, &format!("{path}/{}", inner.name)));
            steps.push(quote! { .each(#statement, |record| { #(#members)* }) });
        }
        steps
    }

    /// The call for a rule about which fields have a value, under its condition.
    fn rule(&self, rule: &Rule) -> Option<TokenStream> {
        let statement = rule.statement.principal();
        let stand_ins = self.stand_ins();
        let calls: Vec<_> = match rule.constraint()? {
            Constraint::Required(fields) => fields
                .iter()
                .map(|field| {
                    let of = self.area.fields.iter().find(|one| &one.name == field);
                    let takes_text = of.is_none_or(|one| one.takes(JsonType::String));
                    let require = names::ident(if takes_text { "require_text" } else { "require" });
                    let call = quote! { record.#require(#field, #statement); };
                    if stand_ins.iter().any(|(_, of)| of == field) {
                        let effective = names::snake_ident(field);
                        quote! { if #effective.is_none() { #call } }
                    } else {
                        call
                    }
                })
                .collect(),
            Constraint::AnyOf(fields) => vec![quote! { record.require_any(&[#(#fields),*], #statement); }],
            _ => return None,
        };
        Some(self.under(rule, &quote! { #(#calls)* }))
    }

    /// The calls, under the rule's condition.
    fn under(&self, rule: &Rule, calls: &TokenStream) -> TokenStream {
        let when = rule.when.as_ref().map(|condition| self.holds(condition));
        let unless = rule.unless.as_ref().map(|condition| {
            let holds = self.holds(condition);
            quote! { !(#holds) }
        });
        match (when, unless) {
            (None, None) => calls.clone(),
            (Some(condition), None) | (None, Some(condition)) => quote! { if #condition { #calls } },
            (Some(when), Some(unless)) => quote! { if #when && #unless { #calls } },
        }
    }

    fn holds(&self, condition: &Condition) -> TokenStream {
        let field = &condition.field;
        let stands_in = self.stand_ins().iter().any(|(_, of)| of == field);
        let values: Vec<&Value> =
            condition.constant.iter().chain(condition.one_of.iter().flatten()).collect();
        if values.is_empty() {
            let effective = names::snake_ident(field);
            return if stands_in {
                quote! { #effective.is_some() }
            } else {
                quote! { record.value(#field).is_some() }
            };
        }
        let equals = values.into_iter().map(|value| match value {
            Value::String(text) if stands_in => {
                let effective = names::snake_ident(field);
                quote! { #effective == Some(#text) }
            }
            Value::String(text) => quote! { record.text(#field) == Some(#text) },
            Value::Bool(wanted) => quote! { record.value(#field).is_some_and(|value| value == #wanted) },
            Value::Number(number) => {
                let number = Literal::f64_unsuffixed(number.as_f64().unwrap_or(f64::NAN));
                quote! { record.value(#field).and_then(Value::as_f64) == Some(#number) }
            }
            _ => quote! { false },
        });
        quote! { #(#equals)||* }
    }
}

fn closed_name(field: &Field) -> Ident {
    names::ident(&format!("{}_VALUES", names::snake(&field.name).to_uppercase()))
}

/// The call for a rule about the value of the field at that path.
fn value_rule(rule: &Rule, path: &str) -> Option<TokenStream> {
    let statement = rule.statement.principal();
    match rule.constraint()? {
        Constraint::Range { field, minimum, maximum } if field == path => {
            let bound = |bound: Option<f64>, none: &str| match bound {
                Some(bound) => {
                    let bound = Literal::f64_unsuffixed(bound);
                    quote! { #bound }
                }
                None => {
                    let none = names::ident(none);
                    quote! { f64::#none }
                }
            };
            let (minimum, maximum) = (bound(minimum, "NEG_INFINITY"), bound(maximum, "INFINITY"));
            Some(quote! { .between(#minimum, #maximum, #statement) })
        }
        Constraint::MultipleOf { field, divisor } if field == path => {
            let divisor = Literal::f64_unsuffixed(divisor);
            Some(quote! { .multiple_of(#divisor, #statement) })
        }
        Constraint::MaxLength { field, limit } if field == path => {
            let limit = Literal::usize_unsuffixed(limit);
            Some(quote! { .at_most(#limit, #statement) })
        }
        Constraint::Pattern { field, .. } if field == path => {
            let form = names::ident(&pattern_name(field));
            Some(quote! { .matches(&#form, #statement) })
        }
        Constraint::Contains { field, members } if field == path => {
            Some(quote! { .contains(&[#(#members),*], #statement) })
        }
        _ => None,
    }
}

fn taken(types: &[JsonType]) -> TokenStream {
    match types {
        [JsonType::String] => quote! { Taken::TEXT },
        [JsonType::Number] => quote! { Taken::NUMBER },
        [JsonType::Boolean] => quote! { Taken::BOOLEAN },
        [JsonType::Object] => quote! { Taken::OBJECT },
        [JsonType::Array] => quote! { Taken::LIST },
        [JsonType::String, JsonType::Number] | [JsonType::Number, JsonType::String] => {
            quote! { Taken::TEXT_OR_NUMBER }
        }
        types => {
            let names = types.iter().map(|one| json_name(*one));
            quote! { Taken::any(&[#(#names),*]) }
        }
    }
}

fn json_name(json_type: JsonType) -> &'static str {
    match json_type {
        JsonType::String => "string",
        JsonType::Number => "number",
        JsonType::Boolean => "boolean",
        JsonType::Object => "object",
        JsonType::Array => "array",
    }
}
