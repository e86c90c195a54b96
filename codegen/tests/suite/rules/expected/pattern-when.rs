static CODE_FORM: Form = Form {
    pattern: "^[A-Z]{2}[0-9]+$",
    runs: &[Run::new(&[(b'A', b'Z')], 2, 2), Run::new(&[(b'0', b'9')], 1, usize::MAX)],
    tail: &[],
};
fn judge_record(record: &mut Record<'_>, parts: &ItemParts<'_>) {
    record.field("id", &parts.id, Taken::TEXT, "R1");
    record.field("mode", &parts.mode, Taken::TEXT, "R1");
    record
        .field("code", &parts.code, Taken::TEXT, "R1")
        .given(parts.mode.is_text("strict"), |field| field.matches(&CODE_FORM, "R1"));
}
