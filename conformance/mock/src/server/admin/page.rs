//! The page and its files.

/// A file of the page, below `/_tally/`: its path, its media type and its text.
macro_rules! files {
    ($($name:literal $media_type:literal)*) => {
        &[$((concat!("/_tally/", $name), $media_type, include_str!(concat!("../../page/", $name)))),*]
    };
}

/// The page itself, at `/`.
pub(super) const INDEX: &str = include_str!("../../page/index.html");

/// The media type of the page itself.
pub(super) const MEDIA_TYPE: &str = "text/html; charset=utf-8";

const FILES: &[(&str, &str, &str)] = files! {
    "page.css" "text/css; charset=utf-8"
    "page.js" "text/javascript; charset=utf-8"
    "curl.js" "text/javascript; charset=utf-8"
    "dom.js" "text/javascript; charset=utf-8"
    "exchange.js" "text/javascript; charset=utf-8"
    "failures.js" "text/javascript; charset=utf-8"
    "faults.js" "text/javascript; charset=utf-8"
    "jobs.js" "text/javascript; charset=utf-8"
    "journal.js" "text/javascript; charset=utf-8"
    "json.js" "text/javascript; charset=utf-8"
    "live.js" "text/javascript; charset=utf-8"
    "organisation.js" "text/javascript; charset=utf-8"
    "record.js" "text/javascript; charset=utf-8"
    "records.js" "text/javascript; charset=utf-8"
    "route.js" "text/javascript; charset=utf-8"
    "tally.js" "text/javascript; charset=utf-8"
    "try.js" "text/javascript; charset=utf-8"
};

/// The media type and the text of the page's file at a path.
pub(super) fn file(path: &str) -> Option<(&'static str, &'static str)> {
    let (_, media_type, text) = FILES.iter().find(|(known, ..)| *known == path)?;
    Some((media_type, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_that_a_file_asks_for_is_there() {
        let mut asked = 0;
        for (path, _, text) in FILES.iter().chain([&("/", "", INDEX)]) {
            let imports =
                text.split("from \"./").skip(1).map(|rest| format!("/_tally/{}", until_quote(rest)));
            let linked = ["src=\"", "href=\""].into_iter().flat_map(|mark| text.split(mark).skip(1));
            let linked = linked.map(|rest| until_quote(rest).to_owned());
            let linked = linked.filter(|link| link.starts_with("/_tally/page"));
            for wanted in imports.chain(linked) {
                asked += 1;
                assert!(file(&wanted).is_some(), "{path} asks for {wanted}");
            }
        }
        assert!(asked > FILES.len(), "{asked}");
    }

    fn until_quote(text: &str) -> &str {
        text.split('"').next().unwrap_or_default()
    }
}
