//! `archive:` of `newsletter.yaml`: what the site of the archive has besides issues.

use crate::config::load::{boolean, line, pairs, words};
use crate::yaml::shape::{FILLED, ID, TEXT, URL};
use crate::yaml::{Field, Kind, Node, Table};

/// What the site of the archive has besides issues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Links beside the newsletter's name, in order: label and address.
    pub links: Vec<(String, String)>,
    /// The form by which people subscribe.
    pub subscribe: Option<Subscribe>,
    /// Whether a page tells how many the issue went to.
    pub counts: bool,
    /// The fonts of the social cards, in order: files of the publication, or families of the system.
    pub card_fonts: Vec<String>,
}

/// The form by which people subscribe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribe {
    /// Where the form sends the address.
    pub action: String,
    /// The name of its field.
    pub field: String,
    /// What stands over it, where it is not the usual.
    pub title: Option<String>,
    /// What stands under that: the newsletter's tagline, unless it is said.
    pub text: Option<String>,
}

pub(super) static SITE: Table = Table {
    synonyms: &[("nav", "did you mean `links`?"), ("form", "did you mean `subscribe`?")],
    ..Table::new(
        "archive",
        &[
            Field::new(
                "links",
                Kind::Map { keys: &FILLED, values: &Kind::Text(&URL) },
                "Links at the top of every page, in this order: label and address.",
                "{About: \"https://letter.example.org/about\"}",
            ),
            Field::new(
                "subscribe",
                Kind::Table(&SUBSCRIBE),
                "The form by which people subscribe; no form without it.",
                "{action: \"https://letter.example.org/subscribe\"}",
            ),
            Field::new(
                "counts",
                Kind::Boolean,
                "Whether `send` notes how many an issue went to, and its page tells it.",
                "true",
            )
            .default("false"),
            Field::new(
                "card",
                Kind::Table(&CARD),
                "The picture that others show beside a link to a letter.",
                "{fonts: [fonts/letter.ttf]}",
            ),
        ],
    )
};

static CARD: Table = Table {
    synonyms: &[("font", "did you mean `fonts`?")],
    ..Table::new(
        "card",
        &[Field::new(
            "fonts",
            Kind::List(&Kind::Text(&FILLED)),
            "Its fonts, the best first: files of the publication (`.ttf`, `.otf`, `.ttc`) or families of the system. \
             Without it, good ones that the system has.",
            "[fonts/letter.ttf, Noto Serif CJK SC]",
        )],
    )
};

static SUBSCRIBE: Table = Table {
    synonyms: &[("url", "did you mean `action`?"), ("name", "did you mean `field`?")],
    ..Table::new(
        "subscribe",
        &[
            Field::new(
                "action",
                Kind::Text(&URL),
                "Where the form sends the address, by POST: the address that your list's service names.",
                "https://letter.example.org/subscribe",
            )
            .required(),
            Field::new("field", Kind::Text(&ID), "The name under which it sends the address.", "email")
                .default("email"),
            Field::new("title", Kind::Text(&TEXT), "What stands over it.", "A letter every Friday"),
            Field::new(
                "text",
                Kind::Text(&TEXT),
                "What stands under that; the tagline, unless it is said.",
                "In about three minutes. Free, and easy to leave.",
            ),
        ],
    )
};

pub(super) fn read(node: &Node) -> Site {
    let subscribe = |node: &Node| {
        Some(Subscribe {
            action: line(node, "action")?,
            field: line(node, "field").unwrap_or_else(|| "email".to_owned()),
            title: line(node, "title"),
            text: line(node, "text"),
        })
    };
    Site {
        links: pairs(node, "links"),
        subscribe: node.get("subscribe").and_then(subscribe),
        counts: boolean(node, "counts").unwrap_or_default(),
        card_fonts: node.get("card").map(|card| words(card, "fonts")).unwrap_or_default(),
    }
}
