//! Texts that parsers treat in several ways, and the one answer that the generated decoders have for each.

use tally_generated::gsapi_v1::{nps, usage};
use tally_generated::runtime::Judgement;

/// What is found, as `pointer keyword statement`.
fn lines(judgement: &Judgement) -> Vec<String> {
    let line = |one: &tally_generated::runtime::Violation| {
        format!("{} {} {}", one.pointer.as_str(), one.keyword, one.statement)
    };
    judgement.violations.iter().map(line).collect()
}

fn check(body: impl AsRef<[u8]>, expected: &[&str]) {
    let body = body.as_ref();
    assert_eq!(lines(&usage::judge(body)), expected, "{}", String::from_utf8_lossy(body));
    // Records or none: the judgement is the same.
    assert_eq!(usage::read(body).judgement, usage::judge(body));
}

/// A request with one record, of these members and those that it needs.
fn with(members: &str) -> String {
    let needed = r#""account":"001F000001NH5is","usageDate":"2015-05-13","usageLevel":"ACCOUNTLEVEL""#;
    format!(r#"{{"data":{{"usage":[{{{needed},{members}}}]}}}}"#)
}

fn check_member(members: &str, expected: &[&str]) {
    check(with(members), expected);
}

const NOT_JSON: &[&str] = &[" type A22"];

#[test]
fn a_level_among_the_options_counts_whatever_its_place() {
    let record = r#"{"account":"001F000001NH5is","usageDate":"2015-05-13"}"#;
    let missing = &["/data/usage/0 required US5"][..];
    check(format!(r#"{{"data":{{"usageLevel":"USERLEVEL","usage":[{record}]}}}}"#), missing);
    check(format!(r#"{{"data":{{"usage":[{record}],"usageLevel":"USERLEVEL"}}}}"#), missing);
    check(format!(r#"{{"data":{{"usage":[{record}],"usageLevel":"ACCOUNTLEVEL"}}}}"#), &[]);
    check(format!(r#"{{"data":{{"usage":[{record}]}}}}"#), &["/data/usage/0 required US2"]);
    // The later of two levels is meant, on whichever side of the list they stand.
    check(
        format!(r#"{{"data":{{"usageLevel":"USERLEVEL","usage":[{record}],"usageLevel":"ACCOUNTLEVEL"}}}}"#),
        &[],
    );
    check(
        format!(r#"{{"data":{{"usageLevel":"ACCOUNTLEVEL","usage":[{record}],"usageLevel":"USERLEVEL"}}}}"#),
        missing,
    );
    check(
        format!(r#"{{"data":{{"usageLevel":"ACCOUNTLEVEL","usage":[{record}],"usageLevel":7}}}}"#),
        &["/data/usageLevel type A2"],
    );
}

#[test]
fn a_record_is_read_in_any_order() {
    check(
        r#"{"data":{"usage":[{"usageLevel":"USERLEVEL","obj":{},"usageDate":"2015-02-30","account":"x"}]}}"#,
        &[
            "/data/usage/0/account pattern A7",
            "/data/usage/0/usageDate format G12.1",
            "/data/usage/0 required US5",
        ],
    );
}

#[test]
fn the_later_of_two_members_stands() {
    // It mends what was wrong before, and breaks what was right.
    check_member(r#""user":7,"user":"a""#, &[]);
    check_member(r#""user":"a","user":7"#, &["/data/usage/0/user type US1"]);
    check_member(r#""account":3,"account":"001F000001NH5isIAD""#, &[]);
    check_member(r#""account":null"#, &["/data/usage/0/account type US3"]);
    check_member(r#""usageLevel":"USERLEVEL""#, &["/data/usage/0 required US5"]);
    check_member(r#""obj":{"attributes":3},"obj":{"Id":"x"}"#, &[]);
    check_member(r#""obj":{"a":[],"a":1}"#, &[]);
    check_member(r#""obj":{"a":1,"a":[]}"#, &["/data/usage/0/obj/a type G11"]);
    // Names are compared as they are meant, not as they are written.
    check_member(r#""us\u0065r":7"#, &["/data/usage/0/user type US1"]);
    check_member(r#""obj":{"a":[],"\u0061":1}"#, &[]);
    // Whole lists, and what holds them.
    check(r#"{"data":{"usage":[{}],"usage":[]}}"#, &[]);
    check(r#"{"data":{"usage":[],"usage":3}}"#, &["/data/usage type A2"]);
    check(r#"{"data":{"usage":[{}]},"data":{"usage":[]}}"#, &[]);
    check(r#"{"data":{"usage":[]},"data":null}"#, &["/data type A2"]);
}

#[test]
fn what_stands_around_the_value_is_blank() {
    let sound = with(r#""user":"a""#);
    check(format!(" \t\r\n{sound}\r\n "), &[]);
    check(format!("\u{feff}{sound}"), NOT_JSON);
    for behind in ["x", "{}", ",", "\0", "\u{a0}", "//"] {
        check(format!("{sound}{behind}"), NOT_JSON);
    }
    for empty in ["", " ", "\n"] {
        check(empty, NOT_JSON);
    }
}

#[test]
fn numbers_are_those_that_an_f64_holds() {
    for taken in
        ["1e308", "-1.7976931348623157e308", "1e-400", "0.1", "-0", "1E+2", "123456789012345678901234567890"]
    {
        check_member(&format!(r#""obj":{{"a":{taken}}}"#), &[]);
    }
    for taken in [format!("{}.5", "9".repeat(308)), format!("0.{}", "1".repeat(100_000)), "9".repeat(308)] {
        check_member(&format!(r#""obj":{{"a":{taken}}}"#), &[]);
    }
    for beyond in ["1e309", "-1e309", "1e400", "1e99999999999999999999"] {
        check_member(&format!(r#""unknown":{beyond}"#), NOT_JSON);
    }
    check_member(&format!(r#""unknown":{}"#, "9".repeat(310)), NOT_JSON);
    for wrong in ["01", "1.", ".5", "+1", "-", "1e", "1e+", "NaN", "Infinity", "0x1", "1_0"] {
        check_member(&format!(r#""unknown":{wrong}"#), NOT_JSON);
    }
}

#[test]
fn surrogates_come_in_pairs() {
    check_member(r#""user":"\ud83d\ude00""#, &[]);
    for half in
        [r"\ud83d", r"\ude00", r"\ud83dx", r"\ud83d\n", r"\ud83d\ud83d", r"\ud83d\u0041", r"\ude00\ud83d"]
    {
        check_member(&format!(r#""user":"{half}""#), NOT_JSON);
        check_member(&format!(r#""{half}":1"#), NOT_JSON);
        check_member(&format!(r#""obj":{{"a":"{half}"}}"#), NOT_JSON);
    }
}

#[test]
fn text_holds_no_control_character_and_no_other_escape() {
    for wrong in ["\u{1}", "\n", "\t", "\0", "\\x", "\\u12", "\\u12g4", "\\", "\\u+123"] {
        check_member(&format!("\"user\":\"{wrong}\""), NOT_JSON);
        check_member(&format!("\"{wrong}\":1"), NOT_JSON);
    }
    check_member("\"user\":\"\u{7f}\u{80}\u{2028} \\u0000 \\/\"", &[]);
}

#[test]
fn bytes_are_utf_8() {
    let sound = with(r#""user":"?""#).into_bytes();
    let place = sound.iter().position(|byte| *byte == b'?').expect("it is there");
    for wrong in [0x80, 0xc0, 0xff, 0xed] {
        let mut body = sound.clone();
        body[place] = wrong;
        check(body, NOT_JSON);
    }
}

#[test]
fn values_are_nested_127_deep_and_no_deeper() {
    // The body, what holds the list, the list and the record are four.
    let nested = |open: &str, close: &str, depth: usize| {
        format!(r#""unknown":{}{}"#, open.repeat(depth), close.repeat(depth))
    };
    check_member(&nested("[", "]", 123), &[]);
    check_member(&nested("[", "]", 124), NOT_JSON);
    check_member(&nested(r#"{"a":"#, "}", 124), NOT_JSON);
    // However deep: no stack to overflow.
    for deep in [1_000, 1_000_000] {
        check("[".repeat(deep), NOT_JSON);
        check(r#"{"data":"#.repeat(deep), NOT_JSON);
        check_member(&nested("[", "]", deep), NOT_JSON);
    }
}

#[test]
fn a_body_cut_anywhere_is_no_json() {
    let sound = with(r#""user":"\u00e9","obj":{"a":[1.5e3,true,null],"Id":"x"}"#);
    for end in 0..sound.len() {
        check(&sound.as_bytes()[..end], NOT_JSON);
    }
}

#[test]
fn text_is_written_out_before_it_is_judged() {
    check_member(r#""account":"\u0030\u0030\u0031F000001NH5is""#, &[]);
    check_member(r#""usageDate":"2015\u002d05-14""#, &[]);
    let body = r#"{"data":{"npsResponses":[{"account":"001F000001NH5is","useremail":"\u0061@b.c",
        "surveycode":"x","npsscore":"\u0039","respondeddate":"2015-05-13"}]}}"#;
    let read = nps::read(body.as_bytes());
    assert_eq!(lines(&read.judgement), [""; 0]);
    assert_eq!(read.records[0].useremail.as_ref(), "a@b.c");
}

#[test]
fn a_leap_second_ends_a_day_of_utc() {
    let with_date = |date: &str| {
        format!(
            r#"{{"data":{{"npsResponses":[{{"account":"001F000001NH5is","useremail":"a@b.c","surveycode":"x","npsscore":9,"respondeddate":"{date}"}}]}}}}"#
        )
    };
    for sound in ["2016-12-31T23:59:60Z", "2016-12-31T15:59:60.5-08:00", "2017-01-01T00:29:60+00:30"] {
        assert_eq!(lines(&nps::judge(with_date(sound).as_bytes())), [""; 0], "{sound}");
    }
    for wrong in
        ["2016-12-31T23:58:60Z", "2016-12-31T22:59:60Z", "2016-12-31T23:59:60+01:00", "2016-12-31T23:59:61Z"]
    {
        let found = lines(&nps::judge(with_date(wrong).as_bytes()));
        assert_eq!(found, ["/data/npsResponses/0/respondeddate format G12.1"], "{wrong}");
    }
}

#[test]
fn the_last_digit_of_a_number_counts() {
    let with_score = |score: &str| {
        format!(
            r#"{{"data":{{"npsResponses":[{{"account":"001F000001NH5is","useremail":"a@b.c","surveycode":"x","npsscore":{score},"respondeddate":"2015-05-13"}}]}}}}"#
        )
    };
    for (score, broken) in [
        ("1.0", &[][..]),
        ("10.000", &[]),
        ("1.0000000000000002", &["/data/npsResponses/0/npsscore multipleOf NP3.2"]),
        (
            "10.000000000000002",
            &[
                "/data/npsResponses/0/npsscore maximum NP3.1",
                "/data/npsResponses/0/npsscore multipleOf NP3.2",
            ],
        ),
        (
            "-5e-324",
            &[
                "/data/npsResponses/0/npsscore minimum NP3.1",
                "/data/npsResponses/0/npsscore multipleOf NP3.2",
            ],
        ),
    ] {
        assert_eq!(lines(&nps::judge(with_score(score).as_bytes())), broken, "{score}");
    }
}
