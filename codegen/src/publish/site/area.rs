//! An area's page.

use serde_json::Value;
use tally_spec::model::{
    Additional, Area, Behaviour, Cites, Contract, Counted, Encoding, ExampleKind, Field, Isolation,
    OverLimit, Repeated, Response, Unkeyed,
};

use super::super::worked_request;
use super::constraints::{condition, lines, need, type_words};
use super::html::{self, anchor, cites, code, escape, fact, heading};
use super::snippets::snippets;
use crate::schema;

/// The page of an area.
pub(super) fn page(contract: &Contract, area: &Area) -> String {
    let service = &contract.file.service;
    let mut body = format!(
        "<h1>{}</h1>\n<p class=\"lead\">{}</p>\n<div class=\"call\"><b>{}</b>{}</div>\n",
        escape(&area.title),
        escape(&area.description),
        escape(&service.verb.value),
        code(&format!("{}{}", service.base_path(), area.path)),
    );
    body.push_str(&heading(2, "request", "Request"));
    body.push_str(&request(contract, area));
    if !area.envelope.is_empty() {
        body.push_str(&heading(2, "options", "Request options"));
        for field in &area.envelope {
            body.push_str(&entry(contract, area, field, &field.name, "option"));
        }
    }
    body.push_str(&heading(2, "fields", "Fields of a record"));
    for field in &area.fields {
        body.push_str(&entry(contract, area, field, &field.name, "field"));
    }
    body.push_str(&heading(2, "response", "Response"));
    body.push_str(&response(contract, area));
    if !area.behaviours.is_empty() {
        body.push_str(&heading(2, "effects", "What else happens"));
        body.push_str(&behaviours(contract, area));
    }
    body.push_str(&heading(2, "examples", "Examples"));
    body.push_str(&examples(contract, area));
    body.push_str(&heading(2, "schemas", "Schemas"));
    body.push_str(&schemas(contract, area));
    html::page(contract, &area.name, &format!("{} · {}", area.title, contract.file.title), &body)
}

fn request(contract: &Contract, area: &Area) -> String {
    let mut facts = String::from("<dl class=\"facts\">\n");
    let inside = contract.file.service.envelope.as_ref().map(|name| format!(" in {}", code(name)));
    let mut list = format!(
        "{}{} {}",
        code(&area.list.name),
        inside.unwrap_or_default(),
        cites(contract, [&area.statement])
    );
    if let Some(source) = &area.list.one_object {
        list.extend([format!("<br>One object is taken in place of a list. {}", cites(contract, [source]))]);
    }
    if let Some(source) = &area.list.empty_fails {
        list.extend([format!("<br>An empty list fails. {}", cites(contract, [source]))]);
    }
    facts.push_str(&fact("List", &list));
    facts.push_str(&fact("Limit", &limit(contract, area)));
    facts.push_str(&fact("Key", &key(contract, area)));
    facts.push_str("</dl>\n");
    facts
}

fn limit(contract: &Contract, area: &Area) -> String {
    let limit = &area.limit;
    let counted = match &limit.counts {
        Some(field) => format!("objects in {}, over all records of the request", code(field)),
        None => "records in one request".to_owned(),
    };
    let sources: Vec<&Cites> = std::iter::once(&limit.statement).chain(&limit.counts_statement).collect();
    let beyond = match &limit.over {
        OverLimit::Acknowledges { statement, .. } => format!(
            "A larger request is acknowledged and processed later; the answer says nothing of single records. {}",
            cites(contract, [statement])
        ),
        OverLimit::Refuses { http_status, code: word, statement, .. } => format!(
            "A larger request is refused whole: HTTP {http_status}, {}. {}",
            code(word),
            cites(contract, [statement])
        ),
    };
    format!("<strong>{}</strong> {counted}. {}<br>{beyond}", limit.maximum, cites(contract, sources))
}

fn key(contract: &Contract, area: &Area) -> String {
    let parts: Vec<String> = area
        .key
        .parts
        .iter()
        .map(|part| {
            let when = part.when.as_ref().map(|when| format!(" (where {})", condition(when)));
            let or = part.or.as_ref().map(|or| format!(" or else {}", code(or)));
            format!("{}{}{}", code(&part.field), or.unwrap_or_default(), when.unwrap_or_default())
        })
        .collect();
    let unkeyed = match area.key.unkeyed {
        Unkeyed::Keyed => "",
        Unkeyed::New => " A record without any is a new one each time.",
    };
    let repeated = match area.key.repeated {
        Repeated::LaterStands => "Of two in one request with equal keys the later one stands; both pass.",
        Repeated::LastCounts => {
            "Of several in one request with equal keys only the last is applied; all pass."
        }
        Repeated::LaterFails => "Of two in one request with equal keys the later one fails.",
    };
    format!(
        "{}. Records with equal values there are one {}: a later call updates it.{unkeyed} {}<br>{repeated} {}",
        parts.join(", "),
        escape(&area.record),
        cites(contract, [&area.key.statement]),
        cites(contract, [&area.key.repeated_statement])
    )
}

/// A field, of a record or (as its group says) a request option. No rule is about a request option.
fn entry(contract: &Contract, area: &Area, field: &Field, path: &str, group: &str) -> String {
    let need = need(contract, area, if group == "field" { path } else { "" });
    let mut items: Vec<String> = need.cases;
    let rules = if group == "field" { path } else { "" };
    items.extend(lines(contract, area, field, path, rules));
    let list = if items.is_empty() {
        String::new()
    } else {
        format!(
            "<ul>{}</ul>",
            items.iter().map(|item| format!("<li>{item}</li>")).collect::<Vec<_>>().concat()
        )
    };
    let description =
        field.description.as_ref().map(|text| format!("<p>{}</p>", escape(text))).unwrap_or_default();
    let mut inner = String::new();
    for member in field.properties.iter().chain(&field.items) {
        inner.push_str(&entry(contract, area, member, &format!("{path}/{}", member.name), group));
    }
    let inner = if inner.is_empty() { inner } else { format!("<div class=\"members\">{inner}</div>") };
    let open =
        if field.additional_properties == Some(Additional::Scalar) { " with further members" } else { "" };
    let find = if path.contains('/') { "" } else { " data-find" };
    format!(
        "<section class=\"field\" id=\"{id}\"{find}><header>{name}<a class=\"self\" href=\"#{id}\" aria-label=\"Link to this field\">#</a><span class=\"type\">{types}{open}</span>\
         <span class=\"need\">{word}</span>{sources}</header>{description}{list}{inner}</section>\n",
        id = format_args!("{group}-{}", anchor(path)),
        name = code(&field.name),
        types = type_words(field),
        word = need.word,
        sources = cites(contract, [&field.statement]),
    )
}

fn response(contract: &Contract, area: &Area) -> String {
    let mut html = match contract.response(area) {
        Response::Counting(counted) => counting(contract, area, counted),
        Response::Whole(whole) => format!(
            "<p>HTTP {} whether it passes or fails: the request is judged whole, by {}. {}</p><dl class=\"facts\">{}{}{}</dl>\n",
            whole.http_status,
            code(&whole.status.name),
            cites(contract, [&whole.statement, &whole.whole_statement]),
            fact(&whole.status.success, "All of it passed."),
            fact(&whole.status.failure, "Nothing of it was done."),
            fact(&whole.message, "A text, for people."),
        ),
        Response::ByPosition(positional) => format!(
            "<p>HTTP {}. {} has an entry for each record, in the request's order. {}</p><dl class=\"facts\">{}{}</dl>\n",
            positional.http_status,
            code(&positional.results),
            cites(contract, [&positional.statement, &positional.isolation_statement]),
            fact(&positional.passed.name, "True where the record passed, false where it failed."),
            fact(&positional.message, "Of a failed record: why, for people."),
        ),
        Response::Later(later) => {
            format!("<p>HTTP {}: taken, to be processed later.</p>\n", later.http_status)
        }
    };
    if let OverLimit::Acknowledges { response, .. } = &area.limit.over
        && let Some(Response::Later(later)) = contract.file.responses.get(response)
    {
        html.push_str(&heading(3, "acknowledged", "Over the limit"));
        html.extend([format!(
            "<p>{} is {}, with a text in {}, and no counts: whether the records passed is not said. {}</p>\n",
            code(&later.status.name),
            code(&later.status.value),
            code(&later.message),
            cites(contract, [&later.statement])
        )]);
    }
    html
}

fn counting(contract: &Contract, area: &Area, counted: &Counted) -> String {
    let words = &counted.status;
    let words_source = cites(contract, [&words.statement, &words.rule_statement]);
    let mut facts = String::new();
    for (word, meaning) in [
        (&words.success, "no record failed"),
        (&words.partial, "some passed and some failed"),
        (&words.failure, "some failed and none passed"),
    ] {
        facts.push_str(&fact(
            &format!("{} = {word}", words.name),
            &format!("Means: {meaning}. {words_source}"),
        ));
    }
    let counts = format!(
        "Records that passed and that failed. Together they are the records sent. {}",
        cites(contract, [&counted.sum_statement])
    );
    facts.push_str(&fact(&format!("{}, {}", counted.pass_count, counted.fail_count), &counts));
    if let Some(next) = &area.next_batch_size {
        let also: Vec<String> = next.also.iter().map(|size| format!(" or {size}")).collect();
        let also = also.concat();
        let text = format!(
            "How much the next request may hold: {}{also}. {}",
            area.limit.maximum,
            cites(contract, [&next.statement])
        );
        facts.push_str(&fact(&counted.next_batch_size, &text));
    }
    let entries = format!(
        "An entry for each failed record, with the error's text in {}. {}",
        code(&counted.entry.message),
        cites(contract, [&counted.entry_statement, &counted.single_entry_statement])
    );
    facts.push_str(&fact(&counted.errors, &entries));
    facts.push_str(&fact("Error's text", &format!("Such as “{}”.", escape(&area.message))));
    let isolation = match area.isolation {
        Isolation::EachForItself => "Each record passes or fails for itself.",
        Isolation::AllOrNothing => "One failed record fails them all.",
    };
    let echoes = echoes(contract, area, counted);
    format!(
        "<p class=\"lead\">HTTP {} proves no success: read {}, the counts and {}. {isolation} {}</p>\n<dl class=\"facts\">\n{facts}</dl>\n{echoes}",
        counted.http_status,
        code(&words.name),
        code(&counted.errors),
        cites(contract, [&counted.isolation_statement])
    )
}

fn echoes(contract: &Contract, area: &Area, counted: &Counted) -> String {
    if area.echoes.is_empty() {
        return String::new();
    }
    let mut rows = String::new();
    for echo in &area.echoes {
        let form = match echo.encoding {
            Encoding::AsSent => "as sent",
            Encoding::EpochMilliseconds => "milliseconds since 1970-01-01",
        };
        rows.extend([format!(
            "<tr><td>{}</td><td><span class=\"narrow\">of </span>{}</td><td>{form}</td><td>{}</td></tr>\n",
            code(&echo.name),
            code(&echo.field),
            cites(contract, [&echo.statement])
        )]);
    }
    format!(
        "{}<p>An entry repeats values of its record, or null where the record had none. {}</p>\n\
         <div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr><th>Member</th><th>Field</th><th>Form</th><th>Source</th></tr></thead><tbody>\n{rows}</tbody></table></div>\n",
        heading(3, "echoes", "What an entry repeats"),
        cites(contract, [&counted.entry.statement, &counted.entry.null_statement])
    )
}

fn behaviours(contract: &Contract, area: &Area) -> String {
    let mut items = String::new();
    for behaviour in &area.behaviours {
        let text = match behaviour {
            Behaviour::Alternatives { fields, statement } => {
                let fields: Vec<String> = fields.iter().map(|field| code(field)).collect();
                format!(
                    "Of {} the first that is given stands. {}",
                    fields.join(", "),
                    cites(contract, [statement])
                )
            }
            Behaviour::Resets { when, clears, shown_as, statement } => {
                let fields: Vec<String> = clears.iter().map(|field| code(field)).collect();
                format!(
                    "Where {}, {} are cleared and shown as {}. {}",
                    condition(when),
                    fields.join(", "),
                    code(shown_as),
                    cites(contract, [statement])
                )
            }
            Behaviour::RollsUp { field, by, into_area, into_field, switch, statement, mean_statement } => {
                format!(
                    "The mean of {} by {} becomes {} of <a href=\"{area}.html\">{area}</a>, where the organisation has {} switched on. {}",
                    code(field),
                    code(by),
                    code(into_field),
                    code(switch),
                    cites(contract, [statement, mean_statement]),
                    area = escape(into_area),
                )
            }
            Behaviour::Attaches { field, what, statement } => {
                format!("Adds {} that {} names. {}", escape(what), code(field), cites(contract, [statement]))
            }
            Behaviour::Sends { what, to, again, statement, once_statement } => format!(
                "Sends {}, once for each of {}; again only where {} is true. {}",
                escape(what),
                code(to),
                code(again),
                cites(contract, [statement, once_statement])
            ),
        };
        items.extend([format!("<li>{text}</li>\n")]);
    }
    format!("<ul>\n{items}</ul>\n")
}

fn examples(contract: &Contract, area: &Area) -> String {
    let mut html = String::new();
    if let Some(body) = worked_request(area) {
        html.push_str(&heading(3, "send", "Send"));
        html.push_str(&snippets(contract, area, body));
    }
    for (kind, id, title) in
        [(ExampleKind::Request, "bodies", "Request bodies"), (ExampleKind::Response, "answers", "Answers")]
    {
        let list: Vec<_> = area.examples.iter().filter(|example| example.entry.kind == kind).collect();
        if list.is_empty() {
            continue;
        }
        html.push_str(&heading(3, id, title));
        for example in list {
            html.push_str(&worked(
                contract,
                &example.entry.name,
                example.entry.mended.as_deref(),
                &example.entry.statement,
                &example.value,
            ));
        }
    }
    html
}

fn worked(contract: &Contract, name: &str, mended: Option<&str>, statement: &Cites, value: &Value) -> String {
    let mended = mended.map(|text| format!("<p>Mended by us: {}.</p>", escape(text))).unwrap_or_default();
    format!(
        "<details><summary>{} {}</summary>{mended}<pre tabindex=\"0\"><code>{}</code></pre></details>\n",
        escape(name),
        cites(contract, [statement]),
        escape(&format!("{value:#}"))
    )
}

fn schemas(contract: &Contract, area: &Area) -> String {
    let link = |path: String, text: &str| format!("<li><a href=\"{}\">{text}</a></li>", escape(&path));
    let mut html = format!(
        "<ul>{}{}{}{}</ul>\n<p>What the schemas can't say:</p><ul>",
        link(schema::request_path(contract, area), "Request"),
        link(schema::response_path(contract, area), "Response"),
        link(schema::types_request_path(contract, area), "Types of the request"),
        link(schema::types_response_path(contract, area), "Types of the response"),
    );
    for one in schema::inexpressible(contract).iter().filter(|one| one.area == area.name) {
        html.extend([format!("<li>{}: {}</li>", code(&one.rule), escape(&one.reason))]);
    }
    html.push_str("</ul>\n");
    html
}
