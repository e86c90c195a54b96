//! Text that ends strings, begins templates and commands, and hides itself, for tests of every language.

use proptest::prelude::*;

/// What each language takes for its own, and what a person does not see.
const PIECES: &[&str] = &[
    "\"",
    "'",
    "`",
    "\\",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "$(id)",
    "${HOME}",
    "$TALLY_TOKEN",
    "\"\"\"",
    "'''",
    "{{",
    "}}",
    "{{{",
    "{{token}}",
    "{%",
    "#",
    "# ",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{7}",
    "\u{1b}[31m",
    "%s",
    "%",
    "\\0101",
    "PYTHON\n",
    "TALLY_BODY",
    "```",
    "é",
    "東京",
    "🙂",
    "\u{feff}",
    " ",
    "  ",
    "!",
    "*",
    "~",
    "&&",
    ";",
    "|",
    "<",
    ">",
    "0",
    "7",
];

/// Hostile text, and any other.
pub(super) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![prop::sample::select(PIECES).prop_map(str::to_owned), ".{0,3}"];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}
