static CODE_FORM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^[A-Z]").expect("the spec's reader compiled it")
});
static CODE_FORM_2: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("[0-9]$").expect("the spec's reader compiled it")
});
static CODE_FORM_3: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^[^\\n]{3}$").expect("the spec's reader compiled it")
});
fn judge_record(record: &mut Record<'_>, parts: &ItemParts<'_>) {
    record.field("id", &parts.id, Taken::TEXT, "R1");
    record.field("mode", &parts.mode, Taken::TEXT, "R1");
    record
        .field("code", &parts.code, Taken::TEXT, "R1")
        .satisfies("^[A-Z]", |text| CODE_FORM.is_match(text), "R1")
        .satisfies("[0-9]$", |text| CODE_FORM_2.is_match(text), "R1")
        .given(
            parts.mode.is_text("strict"),
            |field| {
                field.satisfies("^[^\\n]{3}$", |text| CODE_FORM_3.is_match(text), "R1")
            },
        );
    record
        .field("amount", &parts.amount, Taken::NUMBER, "R1")
        .between(1.0, f64::INFINITY, "R1")
        .between(2.0, 8.0, "R1")
        .multiple_of(2.0, "R1")
        .given(
            !(parts.mode.is_text("lax") || parts.mode.is_text("off")),
            |field| field.multiple_of(3.0, "R1"),
        );
}
