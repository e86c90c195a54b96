fn judge_record(record: &mut Record<'_>, parts: &ItemParts<'_>) {
    record.field("id", &parts.id, Taken::TEXT, "R1");
    record.field("mode", &parts.mode, Taken::TEXT, "R1");
    record
        .field("code", &parts.code, Taken::TEXT, "R1")
        .given(
            (parts.mode.is_text("strict") || parts.mode.is_text("harsh"))
                && !(parts.closed.is_boolean(true)),
            |field| field.at_most(3, "R1"),
        );
    record.field("closed", &parts.closed, Taken::BOOLEAN, "R1");
}
