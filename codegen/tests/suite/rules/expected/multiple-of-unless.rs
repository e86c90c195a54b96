fn judge_record(record: &mut Record<'_>, parts: &ItemParts<'_>) {
    record.field("id", &parts.id, Taken::TEXT, "R1");
    record.field("mode", &parts.mode, Taken::TEXT, "R1");
    record
        .field("amount", &parts.amount, Taken::NUMBER, "R1")
        .given(
            !(parts.mode.is_text("lax") || parts.mode.is_text("off")),
            |field| field.multiple_of(0.5, "R1"),
        );
}
