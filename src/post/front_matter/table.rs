//! The fields of front matter: one table for the reader, the JSON Schema and the docs.

use crate::config::table::IMAGES;
use crate::post::front_matter::date::{self, PATTERN};
use crate::yaml::shape::{CHECK, FILLED, ID, LANGUAGE, PATH, TEMPLATE, TEXT, URL, Words};
use crate::yaml::{Field, Kind, Shape, Table};

/// All of a post's front matter.
pub static FRONT_MATTER: Table = Table {
    synonyms: &[
        ("layout", "`template` chooses the template here"),
        ("description", "did you mean `preheader` or `subtitle`?"),
        ("excerpt", "did you mean `preheader`?"),
        ("summary", "did you mean `preheader`?"),
        ("preview", "did you mean `preheader`?"),
        ("category", "did you mean `tags`?"),
        ("categories", "did you mean `tags`?"),
        ("keywords", "did you mean `tags`?"),
        ("permalink", "did you mean `slug`?"),
        ("draft", "write `status: draft` or `status: ready`"),
        ("published", "write `status: ready` or `status: draft`"),
        ("lang", "did you mean `language`?"),
        ("locale", "did you mean `language`?"),
        ("cover", "did you mean `image`?"),
        ("issue", "did you mean `number`?"),
        ("sent", "what was sent is known without it; remove it"),
    ],
    ..Table::new(
        "front matter",
        &[
            Field::new("title", Kind::Text(&FILLED), "The title.", "Eight takeaways from Chongqing").required(),
            Field::new("subtitle", Kind::Text(&TEXT), "The line under the title.", "What the west is for").spare(),
            Field::new("subject", Kind::Text(&TEXT), "The subject of the mail, where it is not the title.", "Chongqing, in eight points")
                .spare(),
            Field::new("preheader", Kind::Text(&TEXT), "The line that inboxes show beside the subject.", "Rail, rivers and a hub")
                .spare(),
            Field::new("slug", Kind::Text(&FILLED), "The post's folder and address. May stand in the file's name instead.", "chongqing")
                .spare(),
            Field::new(
                "date",
                Kind::Text(&DATE),
                "The day, with a time if wanted. May stand in the file's name instead. Without an offset it is in the newsletter's time zone.",
                "2024-04-26",
            )
            .spare(),
            Field::new("number", Kind::Integer { min: 0, max: u32::MAX as u64 }, "Its number as an issue.", "12").spare(),
            Field::new("authors", TEXTS, "Ids of the newsletter's `authors`, or names: one, or a list.", "[ada]").spare(),
            Field::new("status", Kind::Choice(STATUS), "Whether it may go out.", "draft").default("draft").spare(),
            Field::new("language", Kind::Text(&LANGUAGE), "Its language, where it is not the newsletter's.", "zh-Hans").spare(),
            Field::new("tags", TEXTS, "Tags: a list, or a text with commas.", "[rail, rivers]").spare(),
            Field::new("series", Kind::Text(&FILLED), "The series it belongs to.", "The west").spare(),
            Field::new("segment", Kind::Text(&ID), "The subscribers it goes to; everybody without it.", "members"),
            Field::new("visibility", Kind::Choice(VISIBILITY), "Who can see it on the web. A post with a `segment` is private unless it says.", "public").default("public"),
            Field::new("image", Kind::Text(&PATH), "The picture that stands for it.", "images/hub.png").spare(),
            Field::new("images", Kind::Choice(IMAGES), "Whether the mail links its images or carries them, where it is not as the newsletter says.", "hosted")
                .spare(),
            Field::new(
                "attachments",
                Kind::OneOf(&[Kind::Text(&PATH), Kind::List(&Kind::Text(&PATH))]),
                "Files that go with the mail.",
                "[files/table.csv]",
            )
            .spare(),
            Field::new("canonical_url", Kind::Text(&URL), "Where it was first published.", "https://example.org/chongqing").spare(),
            Field::new("aliases", TEXTS, "Other addresses that lead to it, as paths.", "[/2024/chongqing]").spare(),
            Field::new("profile", Kind::Text(&ID), "What it must have, by the newsletter's `profiles`.", "takeaway").spare(),
            Field::new("template", Kind::Text(&TEMPLATE), "Its template, where it is not the newsletter's.", "digest").spare(),
            Field::new(
                "allow",
                Kind::OneOf(&[Kind::Map { keys: &CHECK, values: &Kind::Text(&FILLED) }, Kind::List(&Kind::Table(&ALLOW))]),
                "Findings that are meant to be so: the name or code of each, and the reason.",
                "{image-without-alt: \"the picture is an ornament\"}",
            )
            .spare(),
            Field::new("extra", Kind::Map { keys: &TEXT, values: &Kind::Any }, "Whatever your own templates read as `extra.…`.", "{weather: rain}")
                .spare(),
        ],
    )
};

const TEXTS: Kind = Kind::OneOf(&[Kind::Text(&TEXT), Kind::List(&Kind::Text(&TEXT))]);

static ALLOW: Table = Table::new(
    "allow",
    &[
        Field::new("rule", Kind::Text(&ID), "The name or code of the finding.", "image-without-alt").required(),
        Field::new("reason", Kind::Text(&FILLED), "Why it is meant to be so.", "the picture is an ornament").required(),
    ],
);

static STATUS: &[(&str, &str)] = &[("draft", "still being written"), ("ready", "may go out")];

static VISIBILITY: &[(&str, &str)] =
    &[("public", "everybody"), ("unlisted", "who knows its address"), ("private", "nobody: it has no web page")];

static DATE: Shape = Shape {
    name: "a date as `2024-04-26` or `2024-04-26 09:00`",
    pattern: Some(PATTERN),
    accepts: |text| date::split(text).is_some(),
    refuses: |text| date::split(text).and_then(|parts| date::written(&parts).err()),
    repair: date::repair,
    words: Words::None,
};
