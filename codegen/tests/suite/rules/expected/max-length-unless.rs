fn judge_record(record: &mut Record<'_>, parts: &ItemParts<'_>) {
    record.field("id", &parts.id, Taken::TEXT, "R1");
    record.field("mode", &parts.mode, Taken::TEXT, "R1");
    record
        .field("code", &parts.code, Taken::TEXT, "R1")
        .given(
            !(parts.mode.is_text("lax") || parts.mode.is_text("off")),
            |field| field.at_most(3, "R1"),
        );
}
