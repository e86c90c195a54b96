//! The decoder of an area's requests: what it reads, and a call for each field and each rule, in the spec's
//! order.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use tally_spec::model::{Additional, Area, Contract, Field, JsonType, Response, TextFormat};

use super::rules::Rules;
use super::{parts, types};
use crate::names;

/// The decoder: the patterns, the request's shape, and the judge of one record.
pub(crate) fn validator(contract: &Contract, area: &Area) -> Vec<TokenStream> {
    let emitter = Emitter { contract, area, rules: Rules::new(contract, area) };
    let mut items = emitter.rules.pattern_items();
    items.extend(emitter.closed_lists());
    items.extend(emitter.envelope());
    items.push(emitter.shape());
    items.push(emitter.judge_record());
    items
}

struct Emitter<'a> {
    contract: &'a Contract,
    area: &'a Area,
    rules: Rules<'a>,
}

/// Visits every field with its path.
fn each_field<'a>(fields: &'a [Field], above: &str, visit: &mut impl FnMut(&'a Field, &str)) {
    for field in fields {
        let path = format!("{above}{}", field.name);
        visit(field, &path);
        let below = format!("{path}/");
        each_field(&field.properties, &below, visit);
        each_field(&field.items, &below, visit);
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
        let whole = matches!(self.contract.response(self.area), Response::Whole(_));
        let empty_fails = match self.area.list.empty_fails.as_ref().filter(|_| whole) {
            Some(cites) => {
                let statement = cites.principal();
                quote! { Some(#statement) }
            }
            None => quote! { None },
        };
        let stands_in =
            (!self.rules.stand_ins().is_empty()).then(|| quote! { const STANDS_IN: bool = true; });
        let counts_within =
            self.area.limit.counts.is_some().then(|| quote! { const COUNTS_WITHIN: bool = true; });
        let (not_json, unusable, wrong_type) =
            (reading.not_json.principal(), reading.unusable.principal(), reading.wrong_type.principal());
        quote! {
            const LAYOUT: Layout = Layout {
                envelope: #envelope,
                list: #list,
                one_object: #one_object,
                whole: #whole,
                empty_fails: #empty_fails,
                not_json: #not_json,
                unusable: #unusable,
                wrong_type: #wrong_type,
            };
            #stands_in
            #counts_within
        }
    }

    fn closed_lists(&self) -> Vec<TokenStream> {
        let mut items = Vec::new();
        each_field(&self.area.fields, "", &mut |field, path| {
            if let Some(values) = &field.closed {
                let name = closed_name(path);
                items.push(quote! { const #name: &[&str] = &[#(#values),*]; });
            }
        });
        items
    }

    /// The type of the request options as they were read.
    fn envelope(&self) -> Option<TokenStream> {
        let members = self.area.envelope.iter().map(|field| names::snake_ident(&field.name));
        (!self.area.envelope.is_empty()).then(|| {
            quote! {
                /// The request options as they were read.
                #[derive(Debug, Clone, Copy, Default, PartialEq)]
                struct Envelope<'a> { #(#members: JsonValue<'a>,)* }
            }
        })
    }

    /// What the runtime must know of the area.
    fn shape(&self) -> TokenStream {
        let record = names::type_name(&self.area.record);
        let (parts, record) = (parts::parts_ident(&record), names::ident(&record));
        let layout = self.layout();
        let envelope = if self.area.envelope.is_empty() {
            quote! { () }
        } else {
            quote! { Envelope<'a> }
        };
        let (read_envelope_member, unusable) = (self.read_envelope_member(), self.unusable());
        let check_options = self.check_options();
        let argument = if self.rules.stand_ins().is_empty() {
            quote! { _envelope }
        } else {
            quote! { envelope }
        };
        let passed = (!self.rules.stand_ins().is_empty()).then(|| quote! { , envelope });
        let build = if types::required(self.area).is_empty() {
            quote! { Some(parts.build()) }
        } else {
            quote! { parts.build() }
        };
        let counted = self.area.limit.counts.as_ref().map(|field| {
            let field = names::snake_ident(field);
            quote! { fn counted(parts: &Self::Parts) -> usize { parts.#field.length() } }
        });
        let values = self.area.fields.iter().map(parts::handed_over);
        let envelope_values = self.area.envelope.iter().map(|field| names::snake_ident(&field.name));
        let hand_over_envelope = (!self.area.envelope.is_empty()).then(|| {
            quote! {
                fn hand_over_envelope(envelope: &Self::Envelope, gather: &mut dyn Gather<'a>) {
                    gather.envelope(&[#(envelope.#envelope_values),*]);
                }
            }
        });
        quote! {
            /// The area's requests, as the runtime decodes them.
            struct Requests;

            impl<'a> Shape<'a> for Requests {
                type Envelope = #envelope;
                type Parts = #parts<'a>;
                type Record = #record<'a>;

                #layout
                #read_envelope_member
                #unusable
                #check_options

                fn read(members: &mut Members<'_, 'a>, parts: &mut Self::Parts) -> Read<()> { parts.read(members) }

                fn judge(record: &mut Record<'_>, parts: &Self::Parts, #argument: &Self::Envelope) {
                    judge_record(record, parts #passed);
                }

                #counted

                fn build(parts: &Self::Parts) -> Option<Self::Record> { #build }

                fn hand_over(json: &'a str, parts: &Self::Parts, gather: &mut dyn Gather<'a>) {
                    gather.record(json, Some(&[#(&#values),*]));
                }

                #hand_over_envelope
            }
        }
    }

    fn read_envelope_member(&self) -> TokenStream {
        if self.area.envelope.is_empty() {
            return quote! {
                fn read_envelope_member(_name: &str, members: &mut Members<'_, 'a>, _envelope: &mut ()) -> Read<()> {
                    members.skip().map(drop)
                }
            };
        }
        let arms = self.area.envelope.iter().map(|field| {
            let (name, ident) = (&field.name, names::snake_ident(&field.name));
            quote! { #name => members.value(&mut envelope.#ident)?, }
        });
        quote! {
            fn read_envelope_member(name: &str, members: &mut Members<'_, 'a>, envelope: &mut Envelope<'a>) -> Read<()> {
                match name { #(#arms)* _ => drop(members.skip()?), }
                Ok(())
            }
        }
    }

    fn unusable(&self) -> TokenStream {
        let mut checks = self.area.envelope.iter().map(|field| {
            let (name, ident) = (&field.name, names::snake_ident(&field.name));
            let (taken, wanted) = (taken(field.types()), wanted(field.types()));
            quote! { wrong_envelope(#name, &envelope.#ident, #taken, #wanted) }
        });
        let argument = if self.area.envelope.is_empty() {
            quote! { _envelope }
        } else {
            quote! { envelope }
        };
        let first = checks.next().unwrap_or(quote! { None });
        quote! {
            fn unusable(#argument: &Self::Envelope) -> Option<(&'static str, &'static str)> {
                #first #(.or_else(|| #checks))*
            }
        }
    }

    /// The check of request options with a closed list, if there are any.
    fn check_options(&self) -> Option<TokenStream> {
        let closed = self.area.envelope.iter().filter_map(|field| Some((field, field.closed.as_ref()?)));
        let checks: Vec<TokenStream> = closed
            .map(|(field, values)| {
                let (name, ident) = (&field.name, names::snake_ident(&field.name));
                let statement = field.statement.principal();
                quote! { options.one_of(#name, &envelope.#ident, &[#(#values),*], #statement); }
            })
            .collect();
        (!checks.is_empty()).then(|| {
            quote! {
                fn check_options(envelope: &Self::Envelope, options: &mut RequestOptions<'_>) { #(#checks)* }
            }
        })
    }

    fn judge_record(&self) -> TokenStream {
        let record = names::type_name(&self.area.record);
        let parts = parts::parts_ident(&record);
        let stand_ins = self.rules.stand_ins();
        let parameter = (!stand_ins.is_empty()).then(|| quote! { , envelope: &Envelope<'_> });
        let effective = stand_ins.iter().map(|(envelope, of)| {
            let (effective, own) = (names::local(of), names::snake_ident(of));
            let stand_in = names::snake_ident(&envelope.name);
            let closed = self.area.fields.iter().find(|field| &field.name == of && field.closed.is_some());
            let usable = match closed {
                Some(field) => {
                    let values = closed_name(&field.name);
                    quote! { #values.contains(&text) }
                }
                None => quote! { !text.is_empty() },
            };
            quote! { let #effective = parts.#own.text_or(&envelope.#stand_in, |text| #usable); }
        });
        let asked_first = self.rules.asked_first();
        let fields = self.area.fields.iter().map(|field| self.field(field, &field.name, &record));
        let rules = self.area.rules.iter().filter_map(|rule| self.rules.about_presence(rule));
        quote! {
            fn judge_record(record: &mut Record<'_>, parts: &#parts<'_> #parameter) {
                #(#effective)*
                #(#asked_first)*
                #(#fields)*
                #(#rules)*
            }
        }
    }

    /// The call that holds a field to its type and to the rules about its value.
    fn field(&self, field: &Field, path: &str, of: &str) -> TokenStream {
        let (name, statement) = (&field.name, field.statement.principal());
        let taken = taken(field.types());
        let ident = names::snake_ident(name);
        let steps = self.steps(field, path, of);
        quote! { record.field(#name, &parts.#ident, #taken, #statement) #(#steps)*; }
    }

    fn steps(&self, field: &Field, path: &str, of: &str) -> Vec<TokenStream> {
        let statement = field.statement.principal();
        let inner = parts::inner_name(of, field);
        let parts = parts::parts_ident(&inner);
        let mut steps = Vec::new();
        if let Some(name) = &field.kind
            && let Some(kind) = self.contract.file.kinds.get(name)
            && let Some(pattern) = &kind.pattern
        {
            steps.push(self.rules.matches_kind(name, pattern, kind.statement.principal()));
        }
        if field.closed.is_some() {
            let values = closed_name(path);
            steps.push(quote! { .one_of(#values, #statement) });
        }
        if field.format == Some(TextFormat::Date) {
            let cited = self.contract.file.reading.date.principal();
            let format = if field.date_time.is_some() { "date_or_date_time" } else { "date" };
            let format = names::ident(format);
            steps.push(quote! { .#format(#cited) });
        }
        if field.numeric {
            steps.push(self.rules.numeric(path, statement));
        }
        let places = 0..self.area.rules.len();
        steps.extend(places.filter_map(|place| self.rules.about_value(place, path, &parts)));
        let members = |fields: &[Field]| -> TokenStream {
            let calls = fields.iter().map(|one| self.field(one, &format!("{path}/{}", one.name), &inner));
            quote! { #(#calls)* }
        };
        if types::is_described(field) {
            let calls = members(&field.properties);
            let beyond = field.additional_properties.map(|Additional::Scalar| {
                let named = field.properties.iter().map(|inner| &inner.name);
                let beyond = parts::extra_ident(&field.properties);
                quote! { record.scalars_beyond(&parts.#beyond, &[#(#named),*], #statement); }
            });
            steps.push(quote! { .members(|record, parts| { #calls #beyond }) });
        }
        if !field.items.is_empty() {
            let calls = members(&field.items);
            steps.push(quote! { .each(#statement, |members, object: &mut #parts<'_>| object.read(members), |record, parts| { #calls }) });
        }
        steps
    }
}

fn closed_name(path: &str) -> Ident {
    names::ident(&format!("{}_VALUES", names::snake(path).to_uppercase()))
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
            let each: Vec<_> = types.iter().map(|one| taken(std::slice::from_ref(one))).collect();
            let (first, others) = (each.first(), each.iter().skip(1));
            quote! { #first #(.or(#others))* }
        }
    }
}

/// What is taken, for a person.
fn wanted(types: &[JsonType]) -> String {
    let word = |json_type: &JsonType| match json_type {
        JsonType::String => "text",
        JsonType::Number => "a number",
        JsonType::Boolean => "true or false",
        JsonType::Object => "an object",
        JsonType::Array => "a list",
    };
    types.iter().map(word).collect::<Vec<_>>().join(" or ")
}
