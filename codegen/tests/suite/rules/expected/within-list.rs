static LINES_ARTICLE_FORM: Form = Form {
    pattern: "^[a-z]+$",
    runs: &[Run::new(&[(b'a', b'z')], 1, usize::MAX)],
    tail: &[],
};
fn judge_record(record: &mut Record<'_>, parts: &ItemParts<'_>) {
    let rule_0_applies = parts.mode.is_text("strict");
    record.field("id", &parts.id, Taken::TEXT, "R1");
    record.field("mode", &parts.mode, Taken::TEXT, "R1");
    record
        .field("lines", &parts.lines, Taken::LIST, "R1")
        .each(
            "R1",
            |members, object: &mut ItemLinesParts<'_>| object.read(members),
            |record, parts| {
                record
                    .field("article", &parts.article, Taken::TEXT, "R1")
                    .given(
                        rule_0_applies,
                        |field| field.matches(&LINES_ARTICLE_FORM, "R1"),
                    );
                record
                    .field("pieces", &parts.pieces, Taken::NUMBER, "R1")
                    .multiple_of(1.0, "R1");
            },
        );
}
