fn judge_record(record: &mut Record<'_>, parts: &ItemParts<'_>) {
    record.field("id", &parts.id, Taken::TEXT, "R1");
    record.field("mode", &parts.mode, Taken::TEXT, "R1");
    record.field("code", &parts.code, Taken::TEXT, "R1");
    record.field("amount", &parts.amount, Taken::NUMBER, "R1");
    record.require_text("code", &parts.code, "R1");
    record.require("amount", &parts.amount, "R1");
}
