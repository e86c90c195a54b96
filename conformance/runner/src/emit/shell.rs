//! A finding as a script for a POSIX shell.

use std::fmt::Write as _;

use super::python::{PRELUDE, assertions};
use super::{Case, TARGET, TOKEN, add, around_token, has_body};

/// Sends the request of that number. Curl's codes of a response that is cut off, late or empty are noted.
const SEND: &str = r#"send() { # number method path
  number=$1 method=$2 url=${root%/}$3
  set --
  [ ! -e "$folder/request-$number" ] || set -- --data-binary @"$folder/request-$number"
  curl --silent --show-error --max-time TIMEOUT --noproxy 127.0.0.1,localhost,::1 --request "$method" \
    --header @"$folder/headers-$number" "$@" \
    --dump-header "$folder/head-$number" --output "$folder/body-$number" "$url"
  code=$?
  case $code in
    0|18|28|52|56) echo "$code" > "$folder/code-$number" ;;
    *) exit 2 ;;
  esac
}

"#;

/// The text as one word of a POSIX shell. The byte zero, which no word can hold, is left out.
pub(super) fn word(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', "'\\''"))
}

/// A command that prints the bytes. Those that are no text, or not visible, are written as numbers.
pub(super) fn printed(bytes: &[u8]) -> String {
    let plain = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| !text.chars().any(|letter| letter.is_control() || tally_spec::is_unseen(letter)));
    if let Some(text) = plain {
        return format!("printf '%s' {}", word(text));
    }
    let mut format = String::new();
    for byte in bytes {
        match byte {
            b'%' => format.push_str("%%"),
            b'\\' => format.push_str("\\\\"),
            b'\'' => format.push_str("'\\''"),
            b' '..=b'~' => format.push(char::from(*byte)),
            // Writing to a String does not fail.
            _ => drop(write!(format, "\\{byte:03o}")),
        }
    }
    format!("printf '{format}'")
}

/// The file.
pub(super) fn file(case: &Case<'_>) -> String {
    let mut text = String::from("#!/bin/sh\n");
    text.extend(case.about().iter().map(|line| format!("# {line}\n")));
    text.push_str("#\n# Needs curl 7.55 or later, and Python 3.8 or later (python3) to read JSON.\n");
    add(
        &mut text,
        &format!(
            "# Run it with {TOKEN} set to a token. {TARGET} is the root of the API, if it is another than the one below.\n\
         # Exit codes: 0 as documented, 1 the finding is there, 2 it could not be tried.\n\nset -u\n\
         : \"${{{TOKEN}:?set it to a token}}\"\nexport {TOKEN}\nroot=${{{TARGET}:-}}\n\
         [ -n \"$root\" ] || root={}\n\
         folder=$(mktemp -d) || exit 2\ntrap 'rm -rf \"$folder\"' EXIT\n\n",
            word(case.root)
        ),
    );
    text.push_str(&SEND.replace("TIMEOUT", &super::TIMEOUT.to_string()));
    for (index, request) in case.requests.iter().enumerate() {
        let number = index + 1;
        if has_body(request) {
            add(&mut text, &format!("{} > \"$folder/request-{number}\"\n", printed(request.bytes())));
        }
        text.push_str("{\n");
        text.extend(request.headers.iter().map(|(name, value)| format!("  {}\n", header(name, value))));
        if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            text.push_str("  echo 'Content-Type:'\n");
        }
        add(&mut text, &format!("}} > \"$folder/headers-{number}\"\n"));
    }
    text.push_str("\ncheck() {\n");
    for (index, request) in case.requests.iter().enumerate() {
        let (method, path) = (word(&request.method), word(case.path(request)));
        add(&mut text, &format!("  send {} {method} {path}\n", index + 1));
    }
    text.push_str("  python3 - \"$folder\" <<'PYTHON'\n");
    text.push_str(&python(case));
    text.push_str("PYTHON\n}\n\n");
    add(
        &mut text,
        &format!(
            "try=0\nwhile [ \"$try\" -lt {} ]; do\n  try=$((try + 1))\n  check || exit 1\ndone\n",
            case.tries
        ),
    );
    text
}

/// A command that prints a header's line.
fn header(name: &str, value: &str) -> String {
    match around_token(value) {
        Some((before, after)) => {
            format!("printf '%s%s%s\\n' {} \"${TOKEN}\" {}", word(&format!("{name}: {before}")), word(after))
        }
        None if value.chars().any(|letter| letter.is_control() || tally_spec::is_unseen(letter)) => {
            printed(format!("{name}: {value}\n").as_bytes())
        }
        None => format!("printf '%s\\n' {}", word(&format!("{name}: {value}"))),
    }
}

/// The program that reads the responses and checks them.
fn python(case: &Case<'_>) -> String {
    let mut text =
        String::from("import base64\nimport json\nimport os\nimport re\nimport sys\nimport urllib.parse\n\n");
    text.push_str(PRELUDE);
    add(
        &mut text,
        &format!(
            "\n\ndef read(number):\n\
         \x20   folder = sys.argv[1]\n\
         \x20   with open(f\"{{folder}}/code-{{number}}\") as code:\n\
         \x20       if code.read().strip() != \"0\":\n\
         \x20           return Answer(None, {{}}, b\"\")\n\
         \x20   with open(f\"{{folder}}/head-{{number}}\", encoding=\"latin-1\") as lines:\n\
         \x20       # After an interim response comes another one.\n\
         \x20       head = lines.read().strip().split(\"\\n\\n\")[-1].splitlines()\n\
         \x20   pairs = [line.split(\":\", 1) for line in head[1:] if \":\" in line]\n\
         \x20   headers = {{name.strip().lower(): value.strip() for name, value in pairs}}\n\
         \x20   try:\n\
         \x20       with open(f\"{{folder}}/body-{{number}}\", \"rb\") as body:\n\
         \x20           content = body.read()\n\
         \x20   except FileNotFoundError:\n\
         \x20       content = b\"\"\n\
         \x20   return Answer(int(head[0].split()[1]), headers, content)\n\n\n\
         def check():\n\
         \x20   answers = [read(number) for number in range(1, {})]\n",
            case.requests.len() + 1
        ),
    );
    text.extend(assertions(case).iter().map(|line| format!("    {line}\n")));
    text.push_str("\n\ntry:\n    check()\nexcept AssertionError as error:\n    sys.exit(f\"not as documented: {error}\")\n");
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::hostile::text as hostile;
    use super::*;

    /// What `printf` prints for a format of percent signs and numbers.
    fn print(format: &str) -> Vec<u8> {
        let mut bytes = format.bytes().peekable();
        let mut printed = Vec::new();
        while let Some(byte) = bytes.next() {
            match (byte, bytes.peek().copied()) {
                (b'%', Some(b'%')) | (b'\\', Some(b'\\')) => printed.extend(bytes.next()),
                (b'\\', Some(b'0'..=b'7')) => {
                    let digits =
                        bytes.by_ref().take(3).fold(0, |number, digit| number * 8 + u16::from(digit - b'0'));
                    printed.push(u8::try_from(digits).expect("three digits of a byte"));
                }
                (b'%' | b'\\', _) => panic!("{format:?} formats something"),
                (other, _) => printed.push(other),
            }
        }
        printed
    }

    fn reads_back(raw: &[u8]) {
        let command = printed(raw);
        assert!(!command.contains('\0'), "{command:?}");
        let words = shlex::split(&command).expect("a shell reads it");
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["printf", "%s", text] => assert_eq!(text.as_bytes(), raw),
            ["printf", format] => assert_eq!(print(format), raw),
            _ => panic!("{words:?}"),
        }
    }

    proptest! {
        #[test]
        fn a_shell_takes_each_text_for_one_word(raw in hostile()) {
            let whole = raw.replace('\0', "");
            prop_assert_eq!(shlex::split(&format!("a {} b", word(&raw))), Some(vec!["a".into(), whole, "b".into()]));
        }

        #[test]
        fn a_shell_prints_each_text(raw in hostile()) {
            reads_back(raw.as_bytes());
        }

        #[test]
        fn a_shell_prints_any_bytes(raw in prop::collection::vec(any::<u8>(), 0..60)) {
            reads_back(&raw);
        }
    }
}
