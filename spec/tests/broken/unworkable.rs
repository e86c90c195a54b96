//! A spec that reads well and could not work is refused, with the place and the cure: names that would be one name
//! in generated code, what HTTP can't carry, rules that no value can keep or break.

use tally_spec::SourceFile;

use crate::support::{change, check, check_files, sound};

/// Adds a field to the shipments.
fn with_field(name: &str, rest: &str, expected: &[&str]) {
    let field = format!(
        "[[fields]]\nname = {name:?}\nstatement = \"S1\"\n{rest}\n\n[[rules]]\nrequired = [\"number\""
    );
    check("areas/shipments.toml", "[[rules]]\nrequired = [\"number\"", &field, expected);
}

/// Adds an area that is like the one of stock levels.
fn with_area(name: &str, expected: &[&str]) {
    let mut files = sound();
    change(&mut files, "contract.toml", "\"returns\"]", &format!("\"returns\", {name:?}]"));
    let stock = files.iter().find(|file| file.path == "areas/stock.toml").unwrap();
    let text = stock.text.replace("/stock/levels", "/other/levels");
    let path = format!("areas/{name}.toml");
    files.push(SourceFile { shown_as: format!("spec/parcels-v2/{path}"), path, text });
    check_files(&files, expected);
}

/// Replaces the rule about the weight.
fn with_rule(rule: &str, expected: &[&str]) {
    check("areas/shipments.toml", "field = \"weight\"\nminimum = 0.5\nmaximum = 30", rule, expected);
}

#[test]
fn fields_differ_in_rust_too() {
    with_field(
        "Number",
        "type = \"string\"",
        &[
            "areas/shipments.toml:51:8: the fields `number` and `Number` would have one name in Rust (leave one of them out: members that no field names are accepted)",
        ],
    );
}

#[test]
fn fields_differ_in_more_than_punctuation() {
    with_field(
        "_weight",
        "type = \"string\"",
        &[
            "areas/shipments.toml:51:8: the fields `weight` and `_weight` would have one name in Rust (leave one of them out: members that no field names are accepted)",
        ],
    );
}

#[test]
fn a_field_has_a_name() {
    with_field(
        "",
        "type = \"string\"",
        &[
            "areas/shipments.toml:51:8: a field can't be named \"\": rules name fields by paths (leave it out: members that no field names are accepted)",
        ],
    );
}

#[test]
fn a_fields_name_is_no_path() {
    with_field(
        "a/b",
        "type = \"string\"",
        &[
            "areas/shipments.toml:51:8: a field can't be named \"a/b\": rules name fields by paths (leave it out: members that no field names are accepted)",
        ],
    );
}

#[test]
fn members_of_an_object_differ() {
    with_field(
        "box",
        "type = \"object\"\nproperties = [{ name = \"a-b\", type = \"string\", statement = \"S1\" }, { name = \"a_b\", type = \"string\", statement = \"S1\" }]",
        &[
            "areas/shipments.toml:54:77: the fields `a-b` and `a_b` would have one name in Rust (leave one of them out: members that no field names are accepted)",
        ],
    );
}

#[test]
fn a_closed_list_has_a_value() {
    with_field(
        "kind",
        "type = \"string\"\nenum = []",
        &["areas/shipments.toml:54:8: `kind` has no value to take (list the values, or take `enum` away)"],
    );
}

#[test]
fn the_values_of_a_closed_list_differ() {
    with_field(
        "kind",
        "type = \"string\"\nenum = [\"A\", \"a\", \"A\"]",
        &["areas/shipments.toml:54:19: \"A\" is listed twice (take one away)"],
    );
}

#[test]
fn empty_text_is_no_value_of_a_closed_list() {
    with_field(
        "kind",
        "type = \"string\"\nenum = [\"A\", \"\"]",
        &[
            "areas/shipments.toml:54:14: empty text counts as no value, so it can't be in a list (take it away)",
        ],
    );
}

#[test]
fn types_within_a_record_differ() {
    with_field(
        "parts",
        "type = \"object\"\nproperties = [{ name = \"a\", type = \"string\", statement = \"S1\" }]",
        &[
            "areas/shipments.toml:51:8: the types of `parts` and `Shipment` would have one name in Rust: ShipmentParts (leave one of them out: members that no field names are accepted)",
        ],
    );
}

#[test]
fn a_records_type_is_not_taken() {
    check(
        "areas/shipments.toml",
        "record = \"shipment\"",
        "record = \"request\"",
        &[
            "areas/shipments.toml:2:10: a record can't be named `request`: generated code needs that name itself (write `request record`)",
        ],
    );
}

#[test]
fn an_areas_module_is_not_taken() {
    with_area(
        "responses",
        &[
            "contract.toml:6:43: an area can't be named `responses`: generated code has a module of that name (rename the area's file)",
        ],
    );
}

#[test]
fn areas_differ_in_rust_too() {
    with_area(
        "_stock",
        &[
            "contract.toml:6:43: the areas `stock` and `_stock` would have one name in Rust (rename one file, and what lists it)",
        ],
    );
}

#[test]
fn a_responses_type_is_not_taken() {
    check(
        "contract.toml",
        "[responses.itemised]",
        "[responses.string]",
        &[
            "areas/returns.toml:6:12: there is no response `itemised`",
            "areas/shipments.toml:6:12: there is no response `itemised`",
            "contract.toml:53:1: a response can't be named `string`: generated code has a type of that name (choose another name)",
        ],
    );
}

#[test]
fn members_of_an_answer_differ() {
    check(
        "contract.toml",
        "failCount = \"rejected\"",
        "failCount = \"Stored\"",
        &[
            "areas/stock.toml:83:8: the example breaks its own rules: a count is missing, or is not a whole number (mend examples/stock.rejected.json, or the rule)",
            "contract.toml:67:13: the members `stored` and `Stored` would have one name in Rust (give each member the name that it has on the wire)",
        ],
    );
}

#[test]
fn members_of_an_entry_differ() {
    check(
        "areas/stock.toml",
        "name = \"article\"\nfield",
        "name = \"Depot\"\nfield",
        &[
            "areas/stock.toml:70:8: the members of an entry `depot` and `Depot` would have one name in Rust (take one of the echoes away)",
        ],
    );
}

#[test]
fn request_options_differ_from_the_list() {
    check(
        "areas/shipments.toml",
        "[limit]",
        "[[envelope]]\nname = \"Items\"\ntype = \"boolean\"\nstatement = \"S1\"\n\n[limit]",
        &[
            "areas/shipments.toml:13:8: the request options `items` and `Items` would have one name in Rust (leave one of them out: members that no field names are accepted)",
        ],
    );
}

#[test]
fn a_limit_lets_something_through() {
    check(
        "areas/shipments.toml",
        "maximum = 5",
        "maximum = 0",
        &[
            "areas/shipments.toml:13:11: no request with a record could be within the limit (write at least 1)",
        ],
    );
}

#[test]
fn a_limit_counts_an_array() {
    check(
        "areas/shipments.toml",
        "maximum = 5",
        "maximum = 5\ncounts = \"phone\"",
        &[
            "areas/shipments.toml:14:10: `phone` is not an array whose objects are described (name an array with `items`, or take `counts` away)",
        ],
    );
}

#[test]
fn a_range_is_for_numbers() {
    with_rule(
        "field = \"phone\"\nminimum = 1",
        &[
            "areas/shipments.toml:70:9: a range is for a number, and `phone` never is (name a field that is a number, or take the rule away)",
        ],
    );
}

#[test]
fn a_divisor_is_for_numbers() {
    with_rule(
        "field = \"service\"\nmultipleOf = 2",
        &[
            "areas/shipments.toml:70:9: `multipleOf` is for a number, and `service` never is (name a field that is a number, or take the rule away)",
        ],
    );
}

#[test]
fn a_length_is_for_text() {
    with_rule(
        "field = \"weight\"\nmaxLength = 3",
        &[
            "areas/shipments.toml:70:9: `maxLength` is for text, and `weight` never is (name a field that is text, or take the rule away)",
        ],
    );
}

#[test]
fn a_length_lets_something_through() {
    with_rule(
        "field = \"phone\"\nmaxLength = 0",
        &[
            "areas/shipments.toml:71:13: no text is that short: empty text counts as no value (write at least 1, or take the field away)",
        ],
    );
}

#[test]
fn a_pattern_is_for_text() {
    with_rule(
        "field = \"weight\"\npattern = \"^1$\"",
        &[
            "areas/shipments.toml:70:9: `pattern` is for text, and `weight` never is (name a field that is text, or take the rule away)",
        ],
    );
}

#[test]
fn contains_is_for_arrays() {
    with_rule(
        "field = \"phone\"\ncontains = [\"x\"]",
        &[
            "areas/shipments.toml:70:9: `contains` is for an array with `items`, and `phone` never is (name a field that is an array with `items`, or take the rule away)",
        ],
    );
}

#[test]
fn a_scheme_is_a_word() {
    check(
        "contract.toml",
        "scheme = \"Key\"",
        "scheme = \"\"",
        &[
            "contract.toml:15:10: \"\" is not an authentication scheme (write the word before the token, such as `Bearer`)",
        ],
    );
}

#[test]
fn a_header_has_no_blank() {
    check(
        "contract.toml",
        "header = \"X-Api-Key\"",
        "header = \"X Api Key\"",
        &[
            "contract.toml:14:10: \"X Api Key\" is not the name of an HTTP header (write letters, digits and hyphens, such as `Authorization`)",
        ],
    );
}

#[test]
fn a_header_has_no_line_break() {
    check(
        "contract.toml",
        "header = \"X-Api-Key\"",
        "header = \"X-Api-Key\\r\\nX-Other\"",
        &[
            "contract.toml:14:10: \"X-Api-Key\\r\\nX-Other\" is not the name of an HTTP header (write letters, digits and hyphens, such as `Authorization`)",
            "contract.toml:14:10: this text holds the unseen character U+000D (take the character out)",
        ],
    );
}

#[test]
fn a_verb_is_in_capitals() {
    check(
        "contract.toml",
        "value = \"PUT\"",
        "value = \"put\"",
        &["contract.toml:10:18: \"put\" is not an HTTP method: methods are upper-case letters (write `PUT`)"],
    );
}

#[test]
fn a_media_type_has_two_halves() {
    check(
        "contract.toml",
        "\"application/json\"",
        "\"json\"",
        &[
            "contract.toml:11:23: \"json\" is not a media type (write one such as `application/json`, without parameters)",
        ],
    );
}

#[test]
fn a_root_is_a_url() {
    check(
        "contract.toml",
        "https://{region}",
        "{region}",
        &[
            "contract.toml:9:18: the root \"{region}.parcels.example/api/v2\" does not begin with https:// or http:// (write one such as `https://{host}/api/v1`)",
        ],
    );
}

#[test]
fn a_path_has_no_query() {
    check(
        "areas/shipments.toml",
        "path = \"/shipments\"",
        "path = \"/shipments?all=1\"",
        &[
            "areas/shipments.toml:4:8: the path holds a query or a fragment: an area is called by its path alone (write the path alone, such as `/orders/upsert`)",
        ],
    );
}

#[test]
fn a_path_has_no_blank() {
    check(
        "areas/shipments.toml",
        "path = \"/shipments\"",
        "path = \"/ship ments\"",
        &[
            "areas/shipments.toml:4:8: the path holds a character that no path of a URL may (write the path alone, such as `/orders/upsert`)",
        ],
    );
}

#[test]
fn a_path_has_no_empty_step() {
    check(
        "areas/shipments.toml",
        "path = \"/shipments\"",
        "path = \"/a//b\"",
        &[
            "areas/shipments.toml:4:8: the path holds an empty step, `.` or `..` (write the path alone, such as `/orders/upsert`)",
        ],
    );
}

#[test]
fn schemas_are_below_a_site() {
    check(
        "contract.toml",
        "schemaPath = \"parcels/v2\"",
        "schemaPath = \"../v2\"",
        &[
            "contract.toml:5:14: `../v2` can't name a file (write parts joined by `/`, each letters, digits, `-`, `_` or `.`, the first no `.`)",
        ],
    );
}

#[test]
fn status_words_differ() {
    check(
        "contract.toml",
        "partial = \"some\"",
        "partial = \"all\"",
        &[
            "contract.toml:74:57: `partial` and `success` are both \"all\", so that a status says neither (write the word of each)",
        ],
    );
}

#[test]
fn the_sample_parses() {
    check(
        "fixtures/sample.toml",
        "depots = [",
        "depots = ",
        &["fixtures/sample.toml:1:18: unexpected key or value, expected newline, `#` (mend the TOML)"],
    );
}

#[test]
fn the_samples_keys_are_known() {
    check(
        "fixtures/sample.toml",
        "unknown_depots",
        "unknown_depot",
        &["fixtures/sample.toml:2:1: unknown key `unknown_depot` (did you mean `unknown_depots`?)"],
    );
}

#[test]
fn the_sample_holds_each_kind() {
    check(
        "fixtures/sample.toml",
        "depots = [\"D-0001\", \"D-0002\", \"D-0003\", \"D-0004\", \"D-0005\", \"D-0006\", \"D-0007\", \"D-0008\", \"D-0009\", \"D-0010\"]",
        "",
        &["fixtures/sample.toml:1:1: the sample holds no `depots` (add `depots = […]`)"],
    );
}

#[test]
fn the_sample_matches_the_patterns() {
    check(
        "fixtures/sample.toml",
        "D-0003",
        "D-3",
        &[
            "fixtures/sample.toml:1:31: \"D-3\" does not match the pattern of `depot` (write one that matches ^D-[0-9]{4}$)",
        ],
    );
}

#[test]
fn the_sample_holds_texts() {
    check(
        "fixtures/sample.toml",
        "\"D-0003\"",
        "3",
        &["fixtures/sample.toml:1:31: this is not text, or is empty (put the ID or name in quotes)"],
    );
}

/// Contracts whose files would overwrite each other are refused, at the later one.
#[test]
fn contracts_differ_in_what_is_generated() {
    let renamed = |name: &str, schemas: &str| {
        let mut files = sound();
        change(&mut files, "contract.toml", "name = \"parcels-v2\"", &format!("name = {name:?}"));
        change(
            &mut files,
            "contract.toml",
            "schemaPath = \"parcels/v2\"",
            &format!("schemaPath = {schemas:?}"),
        );
        for file in &mut files {
            file.shown_as = format!("spec/{name}/{}", file.path);
        }
        tally_spec::read(&files).unwrap()
    };
    let first = renamed("parcels-v2", "parcels/v2");
    for (other, expected) in [
        (
            renamed("parcels-v3", "parcels/v2"),
            "spec/parcels-v3/contract.toml:5:14: the contract `parcels-v2` has the schemaPath \"parcels/v2\" too (give each contract its own)",
        ),
        (
            renamed("parcels_v2", "parcels/v3"),
            "spec/parcels_v2/contract.toml:3:8: the contracts `parcels-v2` and `parcels_v2` would have one name in Rust (rename one of them and its folder)",
        ),
        (
            renamed("runtime", "parcels/v3"),
            "spec/runtime/contract.toml:3:8: a contract can't be named `runtime`: generated code has a module of that name (rename it and its folder)",
        ),
    ] {
        let problems = tally_spec::lint_together(&[first.clone(), other]);
        assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    }
}

#[test]
fn a_pattern_is_read_alike() {
    with_rule(
        "field = \"phone\"\npattern = \"^a.c$\"",
        &[
            "areas/shipments.toml:71:11: `.` is not read alike by Rust and ECMA-262 (write `[^\\n]`, or list the characters)",
        ],
    );
}

#[test]
fn a_divisor_is_what_it_says() {
    with_rule(
        "field = \"weight\"\nmultipleOf = 0.01",
        &[
            "areas/shipments.toml:71:14: 0.01 is rounded in binary, so that readers differ on its multiples (write a whole number or one such as 0.5 or 0.25, or leave it out)",
        ],
    );
}

#[test]
fn a_list_says_of_what() {
    with_field(
        "box",
        "type = \"array\"",
        &[
            "areas/shipments.toml:53:8: `box` is a list, and nothing says of what objects (write `type = \"array\"`, and the objects' members under `items`)",
        ],
    );
}

#[test]
fn a_field_is_required_once() {
    check(
        "areas/shipments.toml",
        "required = [\"phone\"]",
        "required = [\"phone\", \"phone\"]",
        &["areas/shipments.toml:55:22: `phone` is listed twice (take one away)"],
    );
}

#[test]
fn an_object_is_required_by_its_member() {
    with_field(
        "box",
        "type = \"object\"\nproperties = [{ name = \"size\", type = \"string\", statement = \"S1\" }]\n\n[[rules]]\nrequired = [\"box\", \"box/size\"]\nwhen = { field = \"depot\", const = \"none\" }\nstatement = \"S1\"",
        &[
            "areas/shipments.toml:57:13: `box` is required already, since its member `box/size` is (take `box` away)",
        ],
    );
}

#[test]
fn of_a_request_option_only_the_type_and_the_list_are_checked() {
    check(
        "areas/shipments.toml",
        "[[fields]]\nname = \"number\"",
        "[[envelope]]\nname = \"day\"\ntype = \"string\"\nformat = \"date\"\nstatement = \"S1\"\n\n[[fields]]\nname = \"number\"",
        &[
            "areas/shipments.toml:20:10: `format` is not checked in a request option (leave it out, and say in `description` what the option takes)",
        ],
    );
}
