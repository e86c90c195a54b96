//! Pieces of pages. Every text from the spec goes through [`escape`].

use tally_spec::model::{Cites, Contract, Provenance};

use super::super::sums::base64_digest;

const STYLE: &str = include_str!("style.css");
const SEARCH: &str = include_str!("search.js");

/// Text as HTML, fit for an attribute too.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A text as code.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

/// A name as part of an anchor: letters, digits and hyphens.
pub(super) fn anchor(name: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    name.chars().map(letter).collect()
}

/// A whole page. The policy lets in the one style and the one script that stand in it, and nothing else.
pub(super) fn page(contract: &Contract, current: &str, title: &str, body: &str) -> String {
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        base64_digest(STYLE),
        base64_digest(SEARCH)
    );
    let mut areas = String::new();
    for area in &contract.areas {
        let here = if area.name == current { " aria-current=\"page\"" } else { "" };
        areas.extend([format!(
            "<li><a href=\"{}.html\"{here}>{}</a></li>",
            escape(&area.name),
            escape(&area.title)
        )]);
    }
    let home = if current.is_empty() { " aria-current=\"page\"" } else { "" };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the content</a>\n\
         <header class=\"top\"><a class=\"brand\" href=\"index.html\"{home}>{brand}</a>\
         <div class=\"search\" hidden><label for=\"search\">Search this page</label>\
         <input id=\"search\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" placeholder=\"Field, rule or statement\">\
         <span id=\"hits\" role=\"status\"></span></div></header>\n\
         <div class=\"frame\">\n<nav class=\"areas\" aria-label=\"Areas\"><ul>{areas}</ul></nav>\n\
         <main id=\"main\" tabindex=\"-1\">\n{body}</main>\n</div>\n\
         <footer>Made by Tally from its spec of {brand}. <a href=\"index.html#provenance\">Provenance</a> says how far a line can be trusted.</footer>\n\
         <script>{SEARCH}</script>\n</body>\n</html>\n",
        title = escape(title),
        brand = escape(&contract.file.title),
    )
}

/// The statements that a fact rests on, each with its provenance, and a link to what it says.
pub(super) fn cites<'a>(contract: &Contract, list: impl IntoIterator<Item = &'a Cites>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for id in list.into_iter().flat_map(Cites::iter) {
        if !seen.contains(&id) {
            seen.push(id);
        }
    }
    let marks: Vec<String> = seen.iter().filter_map(|id| contract.statement(id)).map(mark).collect();
    if marks.is_empty() { String::new() } else { format!("<span class=\"cites\">{}</span>", marks.join(" ")) }
}

fn mark(statement: &tally_spec::model::Statement) -> String {
    let word = statement.provenance.as_str();
    let id = &statement.id;
    let contradicted = if statement.contradicted { ", contradicted" } else { "" };
    format!(
        "<a class=\"cite {word}\" href=\"index.html#{anchor}\" title=\"{summary} ({source})\">{id} <span>{word}{contradicted}</span></a>",
        anchor = anchor(id),
        summary = escape(&statement.summary),
        source = escape(&sentence(&statement.source())),
        id = escape(id),
    )
}

/// A phrase with its first letter upper-case.
pub(super) fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What a provenance means to a reader.
pub(super) fn meaning(provenance: Provenance) -> &'static str {
    match provenance {
        Provenance::Stated => "The API's document says it in words.",
        Provenance::Shown => "Only an example or a schema in the document shows it.",
        Provenance::Platform => "The platform under the API documents it.",
        Provenance::Assumed => "Our reading of a gap. The API promises nothing here: do not rely on it.",
    }
}

/// A heading with a link to itself.
pub(super) fn heading(level: u8, id: &str, text: &str) -> String {
    format!(
        "<h{level} id=\"{id}\">{text} <a class=\"self\" href=\"#{id}\" aria-label=\"Link to this section\">#</a></h{level}>\n",
        text = escape(text)
    )
}

/// A line of a definition list.
pub(super) fn fact(name: &str, html: &str) -> String {
    format!("<div><dt>{}</dt><dd>{html}</dd></div>\n", escape(name))
}
