fn judge_record(
    record: &mut Record<'_>,
    parts: &ItemParts<'_>,
    envelope: &Envelope<'_>,
) {
    let mode = parts.mode.text_or(&envelope.mode_of_all, |text| !text.is_empty());
    record.field("id", &parts.id, Taken::TEXT, "R1");
    record.field("mode", &parts.mode, Taken::TEXT, "R1");
    record
        .field("code", &parts.code, Taken::TEXT, "R1")
        .given(parts.mode.has_value() || mode.is_some(), |field| field.at_most(3, "R1"));
    record
        .field("amount", &parts.amount, Taken::NUMBER, "R1")
        .given(
            !(parts.mode.has_value() || mode.is_some()),
            |field| field.between(f64::NEG_INFINITY, 5.0, "R1"),
        );
}
