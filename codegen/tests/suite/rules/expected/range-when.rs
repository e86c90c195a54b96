fn judge_record(record: &mut Record<'_>, parts: &ItemParts<'_>) {
    record.field("id", &parts.id, Taken::TEXT, "R1");
    record.field("mode", &parts.mode, Taken::TEXT, "R1");
    record
        .field("amount", &parts.amount, Taken::NUMBER, "R1")
        .given(parts.mode.is_text("strict"), |field| field.between(-1.5, 10.0, "R1"));
    record
        .field("count", &parts.count, Taken::TEXT_OR_NUMBER, "R1")
        .numeric("R1")
        .given(
            parts.mode.is_text("strict"),
            |field| field.between(f64::NEG_INFINITY, 12.0, "R1"),
        );
}
