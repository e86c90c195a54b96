//! The contract's page: how to call it, what its refusals mean, every statement.

use std::collections::BTreeMap;

use tally_spec::model::{Contract, Provenance};

use super::super::openapi;
use super::html::{self, anchor, cites, code, escape, fact, heading, meaning, sentence};
use crate::{Options, schema};

/// The page `index.html`.
pub(super) fn page(contract: &Contract, options: &Options) -> String {
    html::page(contract, "", &format!("{} reference", contract.file.title), &body(contract, options))
}

fn body(contract: &Contract, options: &Options) -> String {
    let mut body = format!("<h1>{}</h1>\n", escape(&contract.file.title));
    body.push_str("<p class=\"lead\">Reference for integration engineers: what to send, what comes back, and how far each line can be trusted.</p>\n");
    body.push_str(&heading(2, "areas", "Areas"));
    body.push_str(&areas(contract));
    body.push_str(&heading(2, "fields", "Fields of all areas"));
    body.push_str(&fields(contract));
    body.push_str(&heading(2, "calling", "Calling the API"));
    body.push_str(&calling(contract));
    body.push_str(&heading(2, "refusals", "Refusals of a whole request"));
    body.push_str(&refusals(contract));
    body.push_str(&heading(2, "reading", "How values are read"));
    body.push_str(&reading(contract));
    body.push_str(&heading(2, "files", "Files"));
    body.push_str(&downloads(contract, options));
    body.push_str(&heading(2, "provenance", "Provenance"));
    body.push_str(&provenance());
    body.push_str(&heading(2, "statements", "Statements"));
    body.push_str(&statements(contract));
    body
}

fn areas(contract: &Contract) -> String {
    let mut rows = String::new();
    for area in &contract.areas {
        let counted = match &area.limit.counts {
            Some(field) => format!("{} objects", code(field)),
            None => "records".to_owned(),
        };
        rows.extend([format!(
            "<tr data-find><td><a href=\"{name}.html\">{title}</a></td><td>{path}</td><td>{most} {counted}</td><td>{description}</td></tr>\n",
            name = escape(&area.name),
            title = escape(&area.title),
            path = code(&area.path),
            most = area.limit.maximum,
            description = escape(&area.description),
        )]);
    }
    format!(
        "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr><th>Area</th><th>Path</th><th>Limit</th><th>What it does</th></tr></thead><tbody>\n{rows}</tbody></table></div>\n"
    )
}

/// Every field by its name, with the areas that have it: what a search over all pages looks through.
fn fields(contract: &Contract) -> String {
    let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for area in &contract.areas {
        let groups = [("option", &area.envelope), ("field", &area.fields)];
        for (group, field) in groups.iter().flat_map(|(group, list)| list.iter().map(move |one| (group, one)))
        {
            let what = if *group == "option" { ", a request option" } else { "" };
            names.entry(&field.name).or_default().push(format!(
                "<a href=\"{}.html#{group}-{}\">{}{what}</a>",
                escape(&area.name),
                anchor(&field.name),
                escape(&area.title)
            ));
        }
    }
    let line = |(name, areas): (&&str, &Vec<String>)| {
        format!("<li data-find>{} {}</li>\n", code(name), areas.join(" · "))
    };
    format!("<ul class=\"names\">\n{}</ul>\n", names.iter().map(line).collect::<String>())
}

fn calling(contract: &Contract) -> String {
    let service = &contract.file.service;
    let mut html = String::from("<dl class=\"facts\">\n");
    let cited = |value: &str, statement| format!("{} {}", code(value), cites(contract, [statement]));
    html.push_str(&fact("Root", &cited(&service.root.value, &service.root.statement)));
    html.push_str(&fact("Method", &cited(&service.verb.value, &service.verb.statement)));
    html.push_str(&fact("Media type", &cited(&service.media_type.value, &service.media_type.statement)));
    let authentication = &service.authentication;
    let header = format!("{}: {} TOKEN", authentication.header, authentication.scheme);
    html.push_str(&fact("Token", &cited(&header, &authentication.statement)));
    if let Some(envelope) = &service.envelope {
        html.push_str(&fact(
            "Envelope",
            &format!("The body is one object, whose member {} holds the list.", code(envelope)),
        ));
    }
    html.push_str("</dl>\n");
    html
}

fn refusals(contract: &Contract) -> String {
    let errors = &contract.file.service.errors;
    let shape = if errors.list { "a list of objects" } else { "one object" };
    let mut rows = String::new();
    for refusal in &errors.conditions {
        let held = if refusal.code_required { "" } else { " (other codes may come)" };
        rows.extend([format!(
            "<tr><td>{}</td><td>{}{held}</td><td>{} {}</td></tr>\n",
            refusal.http_status,
            code(&refusal.code),
            openapi::condition(refusal.when),
            cites(contract, [&refusal.statement])
        )]);
    }
    for backoff in &contract.file.service.backoff {
        let word = backoff.code.as_deref().map(code).unwrap_or_default();
        rows.extend([format!(
            "<tr><td>{}</td><td>{word}</td><td>No verdict: wait, and send it again. {}</td></tr>\n",
            backoff.http_status,
            cites(contract, [&backoff.statement])
        )]);
    }
    format!(
        "<p>The body is {shape} with {} and {}. Checks are made in this order. {}</p>\n\
         <div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr><th>HTTP</th><th>Code</th><th>Meaning</th></tr></thead><tbody>\n{rows}</tbody></table></div>\n",
        code(&errors.message),
        code(&errors.code),
        cites(contract, [&errors.order_statement])
    )
}

fn reading(contract: &Contract) -> String {
    let reading = &contract.file.reading;
    let lines = [
        ("Null, optional field", "as if absent", &reading.null_is_absent),
        ("Empty text, required field", "as if missing: the record fails", &reading.empty_is_missing),
        ("Empty text, optional field", "accepted, whatever the field's form", &reading.empty_optional),
        ("Wrong JSON type", "fails the record", &reading.wrong_type),
        ("Dates", "YYYY-MM-DD, a day of the calendar", &reading.date),
        (
            "Numbers as text",
            "digits; a plus or a fraction of zeros may be let through",
            &reading.numeric_text,
        ),
        ("A member twice", "the last one stands", &reading.duplicate_members),
        ("An empty list", "no record passes or fails", &reading.empty_list),
    ];
    let mut html = String::from("<dl class=\"facts\">\n");
    for (name, text, statement) in lines {
        html.push_str(&fact(name, &format!("{text}. {}", cites(contract, [statement]))));
    }
    html.push_str("</dl>\n");
    html
}

fn downloads(contract: &Contract, options: &Options) -> String {
    let link = |path: &str, text: &str| format!("<a href=\"{}\">{}</a>", escape(path), escape(text));
    let mut html = format!(
        "<p>{} · {} · {} · {}</p>\n<p>Schemas are JSON Schema, draft 2020-12, each with an <code>$id</code> below {} that never changes its meaning. \
         Their flat types are for code generators.</p>\n",
        link("openapi.json", "OpenAPI 3.1"),
        link(&schema::bundle_path(contract), "all schemas in one document"),
        link("index.json", "catalogue"),
        link("SHA256SUMS", "checksums"),
        code(&options.base_url)
    );
    html.push_str("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr><th>Area</th><th>Request</th><th>Response</th></tr></thead><tbody>\n");
    for area in &contract.areas {
        html.extend([format!(
            "<tr><td>{}</td><td>{} · {}</td><td>{} · {}</td></tr>\n",
            escape(&area.title),
            link(&schema::request_path(contract, area), "request schema"),
            link(&schema::types_request_path(contract, area), "request types"),
            link(&schema::response_path(contract, area), "response schema"),
            link(&schema::types_response_path(contract, area), "response types"),
        )]);
    }
    html.push_str("</tbody></table></div>\n");
    html
}

fn provenance() -> String {
    let mut html = String::from("<p>Each fact on these pages carries the statements that it rests on.</p>\n");
    for provenance in [Provenance::Stated, Provenance::Shown, Provenance::Platform, Provenance::Assumed] {
        let word = provenance.as_str();
        html.extend([format!(
            "<div class=\"statement\"><span><span class=\"cite {word}\">{word}</span></span><p>{}</p></div>\n",
            meaning(provenance)
        )]);
    }
    html
}

fn statements(contract: &Contract) -> String {
    let mut html = String::new();
    for statement in &contract.statements {
        let word = statement.provenance.as_str();
        let mut text = format!("<p>{}</p>", escape(&statement.summary));
        let source = match statement.provenance {
            Provenance::Assumed => "Assumed, not promised by the API".to_owned(),
            Provenance::Stated | Provenance::Shown | Provenance::Platform => sentence(&statement.source()),
        };
        text.extend([format!("<p class=\"why\">{}.</p>", escape(&source))]);
        if statement.contradicted {
            text.push_str("<p class=\"why\">The document contradicts itself here.</p>");
        }
        if let Some(reason) = &statement.unobservable {
            text.extend([format!("<p class=\"why\">Can't be tested: {}</p>", escape(reason))]);
        }
        html.extend([format!(
            "<div class=\"statement\" id=\"{anchor}\" data-find><span><a class=\"cite {word}\" href=\"#{anchor}\">{id} <span>{word}</span></a></span><div>{text}</div></div>\n",
            anchor = anchor(&statement.id),
            id = escape(&statement.id),
        )]);
    }
    html
}
