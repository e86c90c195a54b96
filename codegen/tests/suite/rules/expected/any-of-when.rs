fn judge_record(record: &mut Record<'_>, parts: &ItemParts<'_>) {
    record.field("id", &parts.id, Taken::TEXT, "R1");
    record.field("mode", &parts.mode, Taken::TEXT, "R1");
    record.field("code", &parts.code, Taken::TEXT, "R1");
    record.field("amount", &parts.amount, Taken::NUMBER, "R1");
    if parts.mode.is_text("strict") {
        record
            .require_any(
                &["code", "amount"],
                parts.code.has_value() || parts.amount.has_value(),
                "R1",
            );
    }
}
