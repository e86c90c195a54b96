fn judge_record(record: &mut Record<'_>, parts: &ItemParts<'_>) {
    let rule_2_applies = !(parts.mode.is_text("lax") || parts.mode.is_text("off"));
    record
        .field("id", &parts.id, Taken::TEXT, "R1")
        .given(
            parts
                .address
                .object(|parts| parts.city.is_text("Leiden"))
                .unwrap_or_default(),
            |field| field.at_most(2, "R1"),
        );
    record.field("mode", &parts.mode, Taken::TEXT, "R1");
    record
        .field("address", &parts.address, Taken::OBJECT, "R1")
        .members(|record, parts| {
            record.field("city", &parts.city, Taken::TEXT, "R1");
            record
                .field("floor", &parts.floor, Taken::NUMBER, "R1")
                .given(rule_2_applies, |field| field.between(0.0, f64::INFINITY, "R1"));
        });
    if parts.mode.has_value() {
        record.require("address", &parts.address, "R1");
        record
            .within(
                "address",
                &parts.address,
                |record, parts| {
                    record.require_text("city", &parts.city, "R1");
                },
            );
    }
    record
        .require_any(
            &["mode", "address/floor"],
            parts.mode.has_value()
                || parts
                    .address
                    .object(|parts| parts.floor.has_value())
                    .unwrap_or_default(),
            "R1",
        );
}
