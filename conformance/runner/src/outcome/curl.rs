//! A request as a curl command.

use super::ShownRequest;

/// The longest body written into the command itself, in bytes.
const LONGEST: usize = 2000;

/// What the shell fills in.
const TOKEN: &str = "$TALLY_TOKEN";

/// The command that sends the request again, with `$TALLY_TOKEN` for the token. A long body is read from the
/// file.
#[must_use]
pub fn curl(request: &ShownRequest, body_file: &str) -> String {
    let mut words = vec![format!("curl -sS -X {} {}", request.method, quoted(&request.url))];
    for (name, value) in &request.headers {
        let header = format!("{name}: {value}");
        words.push(format!(
            "-H {}",
            if value.contains(TOKEN) { with_token(&header) } else { quoted(&header) }
        ));
    }
    if is_long(&request.body) {
        words.push(format!("--data-binary {}", if_needed(&format!("@{body_file}"))));
    } else if !matches!(request.method.as_str(), "GET" | "HEAD") {
        words.push(format!("--data-binary {}", quoted(&request.body)));
    }
    words.join(" ")
}

/// Whether a body has a file of its own instead of standing in the command.
#[must_use]
pub fn is_long(body: &str) -> bool {
    body.len() > LONGEST || body.chars().any(|character| character.is_control() && character != '\n')
}

/// The name of the file with the body of the finding of that index.
#[must_use]
pub fn body_file(index: usize) -> String {
    format!("request-{}.json", index + 1)
}

/// The text as one word of a POSIX shell, quoted only if it has to be.
fn if_needed(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "@/._-".contains(letter);
    if text.chars().all(is_plain) { text.to_owned() } else { quoted(text) }
}

/// The text as one word of a POSIX shell that fills in the token, and nothing else: the contract may be a stranger's.
fn with_token(text: &str) -> String {
    let literal = |part: &str| {
        let escape = |letter: char| matches!(letter, '"' | '$' | '`' | '\\');
        part.chars()
            .flat_map(|letter| escape(letter).then_some('\\').into_iter().chain([letter]))
            .collect::<String>()
    };
    let parts: Vec<String> = text.split(TOKEN).map(literal).collect();
    format!("\"{}\"", parts.join(TOKEN))
}

/// The text as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_quotes_the_body_and_leaves_the_token_to_the_shell() {
        let request = ShownRequest {
            method: "POST".to_owned(),
            url: "http://127.0.0.1:1/x".to_owned(),
            headers: vec![("Authorization".to_owned(), "Bearer $TALLY_TOKEN".to_owned())],
            body: "{\"a\":\"it's\"}".to_owned(),
            raw: None,
            records: 1,
        };
        let wanted = "curl -sS -X POST 'http://127.0.0.1:1/x' -H \"Authorization: Bearer $TALLY_TOKEN\" \
                      --data-binary '{\"a\":\"it'\\''s\"}'";
        assert_eq!(curl(&request, "request-1.json"), wanted);
    }

    #[test]
    fn a_strangers_scheme_is_not_run_by_the_shell() {
        let header = ("X-$(id)".to_owned(), "`id`\\\" $TALLY_TOKEN".to_owned());
        let request = ShownRequest {
            method: "GET".to_owned(),
            url: "http://127.0.0.1:1/x".to_owned(),
            headers: vec![header],
            body: String::new(),
            raw: None,
            records: 0,
        };
        let wanted = r#"curl -sS -X GET 'http://127.0.0.1:1/x' -H "X-\$(id): \`id\`\\\" $TALLY_TOKEN""#;
        assert_eq!(curl(&request, "request-1.json"), wanted);
    }

    #[test]
    fn a_long_body_is_read_from_a_file() {
        let request = ShownRequest {
            method: "POST".to_owned(),
            url: "http://127.0.0.1:1/x".to_owned(),
            headers: Vec::new(),
            body: "x".repeat(LONGEST + 1),
            raw: None,
            records: 1,
        };
        assert!(curl(&request, &body_file(2)).ends_with("--data-binary @request-3.json"));
        assert!(curl(&request, "/tmp/a b").ends_with("--data-binary '@/tmp/a b'"));
    }
}
