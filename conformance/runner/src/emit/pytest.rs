//! A finding as a test for pytest.

use super::python::{self, PRELUDE, assertions};
use super::{Case, TARGET, TOKEN, add, around_token, has_body};

/// How the requests are sent: by Python's own library, with no redirect followed.
const SEND: &str = "\
class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def send(method, path, headers, body):
    request = urllib.request.Request(ROOT + path, data=body, headers=headers, method=method)
    handlers = [NoRedirect]
    if urllib.parse.urlsplit(ROOT).hostname in (\"127.0.0.1\", \"localhost\", \"::1\"):
        handlers.append(urllib.request.ProxyHandler({}))
    try:
        try:
            response = urllib.request.build_opener(*handlers).open(request, timeout=TIMEOUT)
        except urllib.error.HTTPError as error:
            response = error
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, headers, response.read())
    except (OSError, http.client.HTTPException):
        return Answer(None, {}, b\"\")
";

/// The file.
pub(super) fn file(case: &Case<'_>) -> String {
    let mut lines: Vec<String> = case.about().iter().map(|line| format!("# {line}")).collect();
    lines.push("#".to_owned());
    lines.push(format!("# Needs Python 3.8 or later and pytest. Run it with {TOKEN} set to a token:"));
    lines.push("#   pytest FILE".to_owned());
    lines.push(format!("# {TARGET} is the root of the API, if it is another than the one below."));
    lines.push(String::new());
    lines.extend(
        ["base64", "http.client", "json", "os", "re", "urllib.error", "urllib.parse", "urllib.request"]
            .map(|module| format!("import {module}")),
    );
    lines.push(String::new());
    lines.push(format!("ROOT = os.environ.get(\"{TARGET}\", {}).rstrip(\"/\")", python::text(case.root)));
    lines.push(format!("TIMEOUT = {}", super::TIMEOUT));
    let mut text = lines.join("\n") + "\n" + PRELUDE + "\n\n" + SEND + "\n\n";
    add(&mut text, &format!("def test_{}():\n", case.finding.check));
    let mut body = vec![format!("token = os.environ[\"{TOKEN}\"]"), "answers = []".to_owned()];
    for request in &case.requests {
        let header = |(name, value): &(String, String)| {
            let value = match around_token(value) {
                Some((before, after)) => {
                    format!("{} + token + {}", python::text(before), python::text(after))
                }
                None => python::text(value),
            };
            format!("{}: {value}", python::text(name))
        };
        let headers: Vec<String> = request.headers.iter().map(header).collect();
        let sent = if has_body(request) { python::bytes(request.bytes()) } else { "None".to_owned() };
        body.push(format!(
            "answers.append(send({}, {}, {{{}}}, {sent}))",
            python::text(&request.method),
            python::text(case.path(request)),
            headers.join(", ")
        ));
    }
    body.extend(assertions(case));
    let mut indent = "    ";
    if case.tries > 1 {
        add(&mut text, &format!("    for _ in range({}):\n", case.tries));
        indent = "        ";
    }
    text.extend(body.iter().map(|line| format!("{indent}{line}\n")));
    text
}
