fn judge_record(record: &mut Record<'_>, parts: &ItemParts<'_>) {
    record.field("id", &parts.id, Taken::TEXT, "R1");
    record.field("mode", &parts.mode, Taken::TEXT, "R1");
    record
        .field("address", &parts.address, Taken::OBJECT, "R1")
        .members(|record, parts| {
            record.field("city", &parts.city, Taken::TEXT, "R1");
            record.field("floor", &parts.floor, Taken::NUMBER, "R1");
        });
    record.require("address", &parts.address, "R1");
    record
        .within(
            "address",
            &parts.address,
            |record, parts| {
                record.require_text("city", &parts.city, "R1");
            },
        );
    record
        .within(
            "address",
            &parts.address,
            |record, parts| {
                record.require("floor", &parts.floor, "R1");
            },
        );
}
