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
        .given(mode.as_deref() == Some("strict"), |field| field.at_most(3, "R1"));
}
