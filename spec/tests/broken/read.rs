//! Files that can't be read, and names that name nothing.

use crate::support::{change, check, check_files, sound};

#[test]
fn an_unknown_key_is_named_with_a_suggestion() {
    check(
        "areas/shipments.toml",
        "minimum = 0.5",
        "minimun = 0.5",
        &["areas/shipments.toml:71:1: unknown key `minimun` (did you mean `minimum`?)"],
    );
}

#[test]
fn a_missing_key_is_named() {
    check(
        "areas/shipments.toml",
        "message = \"not accepted\"\n",
        "",
        &["areas/shipments.toml:1:1: the key `message` is missing (add `message = …`)"],
    );
}

#[test]
fn a_wrong_type_is_named() {
    check(
        "areas/shipments.toml",
        "maximum = 5",
        "maximum = \"five\"",
        &["areas/shipments.toml:13:11: must be a whole number, is text"],
    );
}

#[test]
fn a_value_outside_a_list_is_named() {
    check(
        "areas/shipments.toml",
        "repeated = \"laterFails\"",
        "repeated = \"latterFails\"",
        &[
            "areas/shipments.toml:83:12: \"latterFails\" is not one of laterStands, lastCounts, laterFails (did you mean `laterFails`?)",
        ],
    );
}

#[test]
fn an_unknown_variant_is_named() {
    check(
        "areas/shipments.toml",
        "does = \"refuses\"",
        "does = \"refuse\"",
        &[
            "areas/shipments.toml:15:17: \"refuse\" is not one of acknowledges, refuses (did you mean `refuses`?)",
        ],
    );
}

#[test]
fn broken_toml_is_placed() {
    check(
        "areas/shipments.toml",
        "[limit]",
        "[limit",
        &[
            "areas/shipments.toml:12:7: unclosed table, expected `]`",
            "areas/shipments.toml:22:3: duplicate key",
            "areas/shipments.toml:28:3: duplicate key",
            "areas/shipments.toml:34:3: duplicate key",
            "areas/shipments.toml:39:3: duplicate key",
            "areas/shipments.toml:44:3: duplicate key",
        ],
    );
}

#[test]
fn a_rule_names_a_field() {
    check(
        "areas/shipments.toml",
        "required = [\"phone\"]",
        "required = [\"fone\"]",
        &[
            "areas/shipments.toml:55:13: there is no field `fone` (did you mean `phone`?)",
            "areas/shipments.toml:89:8: the example breaks its own rules: record 1: `fone` has no value (mend examples/shipments.request.json, or the rule)",
        ],
    );
}

#[test]
fn a_condition_names_a_field() {
    check(
        "areas/shipments.toml",
        "when = { field = \"service\"",
        "when = { field = \"servise\"",
        &["areas/shipments.toml:56:18: there is no field `servise` (did you mean `service`?)"],
    );
}

#[test]
fn a_key_names_a_field() {
    check(
        "areas/shipments.toml",
        "parts = [{ field = \"number\" }]",
        "parts = [{ field = \"nummer\" }]",
        &["areas/shipments.toml:81:20: there is no field `nummer` (did you mean `number`?)"],
    );
}

#[test]
fn an_echo_names_a_field() {
    check(
        "areas/stock.toml",
        "name = \"article\"\nfield = \"article\"\nstatement = \"K2\"",
        "name = \"article\"\nfield = \"artikel\"\nstatement = \"K2\"",
        &["areas/stock.toml:71:9: there is no field `artikel` (did you mean `article`?)"],
    );
}

#[test]
fn a_rule_has_one_constraint() {
    check(
        "areas/shipments.toml",
        "maxLength = 12",
        "maxLength = 12\nminimum = 1",
        &[
            "areas/shipments.toml:64:1: the rule has more than one constraint: `minimum` and `maxLength` (a rule has one of required, anyOf, or field with one keyword)",
        ],
    );
}

#[test]
fn a_rule_has_a_constraint() {
    check(
        "areas/shipments.toml",
        "maxLength = 12\n",
        "",
        &[
            "areas/shipments.toml:64:1: the rule has no constraint (a rule has one of required, anyOf, or field with one keyword)",
        ],
    );
}

#[test]
fn a_keyword_about_a_value_names_its_field() {
    check(
        "areas/shipments.toml",
        "field = \"number\"\nmaxLength = 12\n",
        "maxLength = 12\n",
        &[
            "areas/shipments.toml:64:1: the rule has `maxLength` and no `field` (a rule has one of required, anyOf, or field with one keyword)",
        ],
    );
}

#[test]
fn required_names_its_fields_itself() {
    check(
        "areas/shipments.toml",
        "maxLength = 12\n",
        "required = [\"reference\"]\n",
        &[
            "areas/shipments.toml:64:1: `required` lists its fields itself: `field` does not go with it (a rule has one of required, anyOf, or field with one keyword)",
        ],
    );
}

#[test]
fn a_citation_names_a_statement() {
    check(
        "areas/shipments.toml",
        "statement = \"S4\"",
        "statement = \"S44\"",
        &[
            "areas/shipments.toml:57:13: there is no statement S44 (did you mean `S4`?)",
            "statements.toml:49:6: nothing cites S4 (cite it at the fact it supports, or remove it)",
        ],
    );
}

#[test]
fn a_statement_is_cited() {
    check(
        "statements.toml",
        "[[statements]]\nid = \"K3\"",
        "[[statements]]\nid = \"K9\"\nprovenance = \"stated\"\nwhere = \"Nowhere\"\nsummary = \"Nothing says so.\"\n\n[[statements]]\nid = \"K3\"",
        &["statements.toml:73:6: nothing cites K9 (cite it at the fact it supports, or remove it)"],
    );
}

#[test]
fn a_statement_is_numbered() {
    check(
        "statements.toml",
        "id = \"K3\"",
        "id = \"3K\"",
        &[
            "contract.toml:69:22: there is no statement K3",
            "statements.toml:73:6: `3K` is not a statement's number (write letters, digits, and a part behind a dot: `R4.1`)",
            "statements.toml:73:6: nothing cites 3K (cite it at the fact it supports, or remove it)",
        ],
    );
}

#[test]
fn statements_differ() {
    check(
        "statements.toml",
        "id = \"S5\"",
        "id = \"S4\"",
        &[
            "areas/shipments.toml:82:13: there is no statement S5",
            "areas/shipments.toml:84:21: there is no statement S5",
            "statements.toml:55:6: there are two statements S4",
        ],
    );
}

#[test]
fn what_the_document_says_has_its_place() {
    for provenance in ["stated", "shown"] {
        check(
            "statements.toml",
            "id = \"S3\"\nprovenance = \"stated\"\nwhere = \"Shipments › Limits\"\n",
            &format!("id = \"S3\"\nprovenance = \"{provenance}\"\n"),
            &[&format!(
                "statements.toml:44:14: S3 is {provenance} and has no `where`, the place in the API's document (add `where = \"Section › part\"`, or make it assumed)"
            )],
        );
    }
}

#[test]
fn what_is_assumed_has_no_place() {
    check(
        "statements.toml",
        "id = \"S3\"\nprovenance = \"stated\"",
        "id = \"S3\"\nprovenance = \"assumed\"",
        &[
            "statements.toml:45:9: S3 is assumed, so no place of the API's document says it (take `where` away, or make it stated or shown)",
        ],
    );
}

#[test]
fn a_platforms_document_may_be_named() {
    let mut files = sound();
    change(&mut files, "statements.toml", "\"platform\"", "\"platform\"\nwhere = \"Platform guide\"");
    let contract = tally_spec::read(&files).unwrap();
    let statement = contract.statement("P3").unwrap();
    assert_eq!(statement.source(), "documented in Platform guide");
}

#[test]
fn no_part_of_a_place_is_blank() {
    for place in ["", " ", "Shipments › ", "› Limits", "Shipments › Limits;", " Shipments › Limits"] {
        check(
            "statements.toml",
            "Shipments › Limits",
            place,
            &[&format!(
                "statements.toml:45:9: `{place}` has a blank part (write `Section › part`, and `; ` between places)"
            )],
        );
    }
    check(
        "contract.toml",
        "Network › Depots, the number beside the name",
        "Network ›",
        &[
            "contract.toml:48:9: `Network ›` has a blank part (write `Section › part`, and `; ` between places)",
        ],
    );
}

#[test]
fn an_earlier_version_may_lack_places() {
    let mut files = sound();
    let statements = files.iter_mut().find(|file| file.path == "statements.toml").unwrap();
    let kept: Vec<&str> = statements.text.lines().filter(|line| !line.starts_with("where = ")).collect();
    statements.text = kept.join("\n");
    assert_eq!(tally_spec::read(&files).unwrap_err().len(), 23);
    let earlier = tally_spec::read_earlier(&files).unwrap();
    assert_eq!(earlier.statement("S3").unwrap().source(), "documented");
}

#[test]
fn fields_differ() {
    check(
        "areas/shipments.toml",
        "name = \"phone\"",
        "name = \"number\"",
        &[
            "areas/shipments.toml:35:8: two fields are named `number` (leave one of them out: members that no field names are accepted)",
            "areas/shipments.toml:55:13: there is no field `phone`",
        ],
    );
}

#[test]
fn a_kind_exists() {
    check(
        "areas/shipments.toml",
        "kind = \"depot\"",
        "kind = \"depots\"",
        &["areas/shipments.toml:25:8: there is no kind `depots` (did you mean `depot`?)"],
    );
}

#[test]
fn existence_is_of_a_kind() {
    check(
        "areas/shipments.toml",
        "field = \"depot\"\nexists",
        "field = \"phone\"\nexists",
        &[
            "areas/shipments.toml:76:9: the field `phone` has no `kind`, so that nothing says what exists (give the field a `kind`)",
        ],
    );
}

#[test]
fn a_response_exists() {
    check(
        "areas/shipments.toml",
        "response = \"itemised\"",
        "response = \"itemized\"",
        &["areas/shipments.toml:6:12: there is no response `itemized` (did you mean `itemised`?)"],
    );
}

#[test]
fn a_counting_area_has_a_next_batch_size() {
    check(
        "areas/stock.toml",
        "[nextBatchSize]\nstatement = \"K2\"\n",
        "",
        &[
            "areas/stock.toml:6:12: a counting response says a next batch size (add the table [nextBatchSize])",
        ],
    );
}

#[test]
fn a_range_is_in_order() {
    check(
        "areas/shipments.toml",
        "minimum = 0.5",
        "minimum = 50",
        &[
            "areas/shipments.toml:71:11: the minimum 50 is above the maximum 30 (swap the two)",
            "areas/shipments.toml:89:8: the example breaks its own rules: record 0: `weight` is out of its range (mend examples/shipments.request.json, or the rule)",
        ],
    );
}

#[test]
fn a_pattern_compiles() {
    check(
        "areas/shipments.toml",
        "^[A-Z]{2}[0-9]+$",
        "^[A-Z{2}",
        &[
            "areas/shipments.toml:61:11: the pattern does not compile: non-empty character class has no closing bracket (write a regular expression that Rust and ECMA-262 read alike)",
        ],
    );
}

#[test]
fn a_kinds_pattern_compiles() {
    check(
        "contract.toml",
        "^D-[0-9]{4}$",
        "^D-(",
        &[
            "contract.toml:47:11: the pattern does not compile: found open group without closing ')' (write a regular expression that Rust and ECMA-262 read alike)",
        ],
    );
}

#[test]
fn numeric_takes_numbers_and_text() {
    check(
        "areas/stock.toml",
        "type = [\"number\", \"string\"]",
        "type = \"number\"",
        &[
            "areas/stock.toml:35:11: `numeric` is for [\"number\", \"string\"] (take `numeric` away, or give the field the type [\"number\", \"string\"])",
            "areas/stock.toml:77:8: the example breaks its own rules: record 0: `pieces` is of a wrong type (mend examples/stock.request.json, or the rule)",
        ],
    );
}

#[test]
fn a_format_is_for_text() {
    check(
        "areas/shipments.toml",
        "name = \"arrival\"\ntype = \"string\"",
        "name = \"arrival\"\ntype = \"number\"",
        &[
            "areas/shipments.toml:47:10: `format` is for string (take `format` away, or give the field the type string)",
            "areas/shipments.toml:89:8: the example breaks its own rules: record 0: `arrival` is of a wrong type (mend examples/shipments.request.json, or the rule)",
        ],
    );
}

#[test]
fn a_listed_area_has_a_file() {
    check(
        "contract.toml",
        "\"returns\"]",
        "\"returns\", \"claims\"]",
        &["contract.toml:6:43: there is no file areas/claims.toml (write it)"],
    );
}

#[test]
fn a_file_is_of_a_listed_area() {
    check(
        "contract.toml",
        "\"shipments\", \"stock\", \"returns\"]",
        "\"shipments\", \"returns\"]",
        &[
            "contract.toml:6:9: the file areas/stock.toml is of no area listed here (list `stock`, or remove the file)",
            "contract.toml:6:9: no area names the file examples/stock.rejected.json (name it under [[examples]], or remove it)",
            "contract.toml:6:9: no area names the file examples/stock.request.json (name it under [[examples]], or remove it)",
            "statements.toml:61:6: nothing cites K1 (cite it at the fact it supports, or remove it)",
        ],
    );
}

#[test]
fn an_example_has_a_file() {
    check(
        "areas/shipments.toml",
        "examples/shipments.request.json",
        "examples/shipment.request.json",
        &[
            "areas/shipments.toml:89:8: there is no file examples/shipment.request.json (write it, or take the example away)",
        ],
    );
}

#[test]
fn an_examples_json_parses() {
    check(
        "examples/stock.request.json",
        "\"pieces\"",
        "pieces",
        &["examples/stock.request.json:1:54: key must be a string at line 1 column 54 (mend the JSON)"],
    );
}

#[test]
fn an_example_keeps_the_rules() {
    check(
        "examples/shipments.request.json",
        "\"service\": \"express\"",
        "\"service\": \"express\", \"weight\": 31",
        &[
            "areas/shipments.toml:89:8: the example breaks its own rules: record 1: `weight` is out of its range (mend examples/shipments.request.json, or the rule)",
        ],
    );
}

#[test]
fn an_example_names_what_is_required() {
    check(
        "examples/shipments.request.json",
        ", \"phone\": \"+31 20 555 0100\"",
        "",
        &[
            "areas/shipments.toml:89:8: the example breaks its own rules: record 1: `phone` has no value (mend examples/shipments.request.json, or the rule)",
        ],
    );
}

#[test]
fn an_answers_status_follows_its_counts() {
    check(
        "examples/stock.rejected.json",
        "\"none\"",
        "\"some\"",
        &[
            "areas/stock.toml:83:8: the example breaks its own rules: the counts ask for the status \"none\" (mend examples/stock.rejected.json, or the rule)",
        ],
    );
}

#[test]
fn an_answers_entries_match_its_count() {
    check(
        "examples/stock.rejected.json",
        "\"rejected\": 1",
        "\"rejected\": 2",
        &[
            "areas/stock.toml:83:8: the example breaks its own rules: 2 records failed, and 1 have an entry (mend examples/stock.rejected.json, or the rule)",
        ],
    );
}

#[test]
fn a_contract_is_named_as_its_folder() {
    check(
        "contract.toml",
        "name = \"parcels-v2\"",
        "name = \"parcels-v3\"",
        &[
            "contract.toml:3:8: the contract is named `parcels-v3` and its folder `parcels-v2` (give both one name)",
        ],
    );
}

#[test]
fn every_condition_is_listed() {
    check(
        "contract.toml",
        "when = \"wrongVerb\"",
        "when = \"notFound\"",
        &[
            "contract.toml:19:1: no condition is `wrongVerb` (list what the platform answers)",
            "contract.toml:26:5: `notFound` is listed twice",
        ],
    );
}

#[test]
fn a_status_is_final() {
    check(
        "contract.toml",
        "httpStatus = 207",
        "httpStatus = 107",
        &["contract.toml:55:14: 107 is no HTTP status of an answer (write a final status, 200 to 599)"],
    );
}

#[test]
fn a_path_has_its_slash() {
    check(
        "areas/shipments.toml",
        "path = \"/shipments\"",
        "path = \"shipments\"",
        &["areas/shipments.toml:4:8: the path lacks its first slash (write `/shipments`)"],
    );
}

#[test]
fn paths_differ() {
    check(
        "areas/stock.toml",
        "path = \"/stock/levels\"",
        "path = \"/shipments\"",
        &["areas/stock.toml:4:8: another area has the path /shipments too"],
    );
}

#[test]
fn problems_of_several_files_come_at_once() {
    let mut files = sound();
    change(&mut files, "areas/shipments.toml", "minimum = 0.5", "minimun = 0.5");
    change(&mut files, "areas/stock.toml", "maximum = 4", "maximum = true");
    change(&mut files, "contract.toml", "httpStatus = 207", "httpStatus = \"207\"");
    change(&mut files, "statements.toml", "provenance = \"platform\"", "provenance = \"platfrom\"");
    check_files(
        &files,
        &[
            "areas/shipments.toml:71:1: unknown key `minimun` (did you mean `minimum`?)",
            "areas/stock.toml:14:11: must be a whole number, is true or false",
            "contract.toml:55:14: must be a whole number, is text",
            "statements.toml:15:14: \"platfrom\" is not one of stated, shown, platform, assumed (did you mean `platform`?)",
        ],
    );
}

/// Whatever is cut out of a spec, reading it ends without a panic.
#[test]
fn no_damage_makes_the_reader_panic() {
    let files = sound();
    for index in 0..files.len() {
        let text = &files[index].text;
        let cuts = text.char_indices().map(|(at, _)| at).step_by(37);
        for cut in cuts {
            let mut damaged = files.clone();
            let end = text.ceil_char_boundary((cut + 11).min(text.len()));
            damaged[index].text = format!("{}{}", &text[..cut], &text[end..]);
            if let Err(problems) = tally_spec::read(&damaged) {
                let rendered = tally_spec::render(&problems, &damaged, false);
                assert!(!rendered.is_empty());
            }
        }
    }
}

#[test]
fn an_unseen_character_is_refused() {
    let (from, file) = ("title = \"", "contract.toml");
    let line = sound()
        .iter()
        .find(|one| one.path == file)
        .unwrap()
        .text
        .lines()
        .position(|line| line.starts_with(from));
    let place = format!("{file}:{}:9", line.unwrap() + 1);
    for (text, code) in [("\\n", "000A"), ("\\u202E", "202E"), ("\\u2028", "2028"), ("\\u0000", "0000")] {
        let message =
            format!("{place}: this text holds the unseen character U+{code} (take the character out)");
        check(file, from, &format!("{from}{text}"), &[&message]);
    }
}

#[test]
fn a_path_that_leaves_its_folder_is_refused() {
    let files = sound();
    let contract = &files.iter().find(|one| one.path == "contract.toml").unwrap().text;
    let line = contract.lines().find(|line| line.starts_with("schemaPath")).unwrap();
    let number = contract.lines().position(|one| one == line).unwrap() + 1;
    for path in ["../../x", "/etc", "a//b", ".", "a/.git"] {
        let message = format!(
            "contract.toml:{number}:14: `{path}` can't name a file (write parts joined by `/`, each letters, digits, `-`, `_` or `.`, the first no `.`)"
        );
        check("contract.toml", line, &format!("schemaPath = \"{path}\""), &[&message]);
    }
}

#[test]
fn a_condition_looks_for_a_value_that_the_field_can_have() {
    let when = "when = { field = \"service\", const = \"express\" }";
    let cases = [
        ("const = \"slow\"", "56:37: `service` is never \"slow\" (write one of standard, express)"),
        ("const = 7", "56:37: `service` is never 7 (write a value of the type that `service` has)"),
        ("const = \"\"", "56:37: a condition can't look for \"\" (look for text, a number, true or false)"),
        (
            "enum = []",
            "56:36: the condition never holds (list the values, or remove `enum` if any value will do)",
        ),
    ];
    for (wanted, problem) in cases {
        let changed = when.replace("const = \"express\"", wanted);
        check("areas/shipments.toml", when, &changed, &[&format!("areas/shipments.toml:{problem}")]);
    }
}

#[test]
fn a_condition_has_one_form() {
    check(
        "areas/shipments.toml",
        "const = \"express\"",
        "const = \"express\", enum = [\"express\"]",
        &[
            "areas/shipments.toml:56:37: a condition has `const` or `enum`, not both (write the one value among the others in `enum`)",
        ],
    );
}
