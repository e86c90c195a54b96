fn judge_record(record: &mut Record<'_>, parts: &ItemParts<'_>) {
    record.field("id", &parts.id, Taken::TEXT, "R1");
    record.field("mode", &parts.mode, Taken::TEXT, "R1");
    record
        .field("lines", &parts.lines, Taken::LIST, "R1")
        .given(
            !(parts.mode.is_text("lax") || parts.mode.is_text("off")),
            |field| {
                field
                    .contains(
                        |members, object: &mut ItemLinesParts<'_>| object.read(members),
                        |parts| parts.article.has_value() && parts.pieces.has_value(),
                        &["article", "pieces"],
                        "R1",
                    )
            },
        )
        .each(
            "R1",
            |members, object: &mut ItemLinesParts<'_>| object.read(members),
            |record, parts| {
                record.field("article", &parts.article, Taken::TEXT, "R1");
                record.field("pieces", &parts.pieces, Taken::NUMBER, "R1");
            },
        );
}
