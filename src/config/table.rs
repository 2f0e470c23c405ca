//! The fields of `newsletter.yaml`: one table for the reader, the JSON Schema and the docs.

use crate::config::site::SITE;
use crate::yaml::field::Presence;
use crate::yaml::shape::{
    ADDRESS, CHECK, COLOR, FIELD, FILLED, ID, LANGUAGE, MAILBOX, PATH, TEMPLATE, TEXT, TIMEZONE, TOKEN_MAILBOX,
    TOKEN_URL, URL,
};
use crate::yaml::{Field, Kind, Table};

/// All of `newsletter.yaml`.
pub static CONFIG: Table = Table {
    synonyms: &[
        ("title", "did you mean `name`?"),
        ("description", "did you mean `tagline`?"),
        ("subtitle", "did you mean `tagline`?"),
        ("url", "did you mean `base_url`?"),
        ("lang", "did you mean `language`?"),
        ("tz", "did you mean `timezone`?"),
        ("sender", "did you mean `from`?"),
        ("address", "did you mean `postal_address`?"),
        ("colors", "colours stand under `theme: {colors: …}`"),
        ("logo", "the logo stands under `theme: {logo: …}`"),
        ("social", "links stand under `theme: {social: …}`"),
    ],
    ..Table::new(
        "newsletter.yaml",
        &[
            Field::new("name", Kind::Text(&FILLED), "The newsletter's name.", "The Western Letter").required(),
            Field::new("tagline", Kind::Text(&TEXT), "What it is about, in a line.", "Notes from Chongqing"),
            Field::new(
                "base_url",
                Kind::Text(&URL),
                "Where its web site stands. Links and hosted images in mails start with it.",
                "https://letter.example.org",
            ),
            Field::new("language", Kind::Text(&LANGUAGE), "The language of posts that do not name one.", "en")
                .default("en"),
            Field::new(
                "timezone",
                Kind::Text(&TIMEZONE),
                "The time zone of dates that name none, from the IANA list.",
                "Europe/Berlin",
            )
            .default("UTC"),
            Field::new(
                "from",
                MAILBOX_KIND,
                "Who sends it: `{name, address}` or `Name <address>`.",
                "Ada <ada@example.org>",
            ),
            Field::new("reply_to", MAILBOX_KIND, "Where answers go, when not to `from`.", "ada@example.org"),
            Field::new(
                "postal_address",
                Kind::Text(&TEXT),
                "The sender's postal address, shown in the footer; the law of many countries asks for it.",
                "1 Example Road, 10115 Berlin",
            ),
            Field::new(
                "template",
                Kind::Text(&TEMPLATE),
                "The template of posts that do not name one: `classic`, `digest`, `minimal` or one in `templates/`.",
                "classic",
            )
            .default("classic"),
            Field::new(
                "theme",
                Kind::Table(&THEME),
                "Colours, fonts, logo and links.",
                "{colors: {accent: \"#b3261e\"}}",
            ),
            Field::new("images", Kind::Choice(IMAGES), "Whether mails link their images or carry them.", "hosted")
                .default("hosted"),
            Field::new(
                "authors",
                Kind::Map { keys: &ID, values: &Kind::Table(&AUTHOR) },
                "The authors, by the ids that posts use.",
                "{ada: {name: Ada}}",
            ),
            Field::new(
                "checks",
                Kind::Table(&CHECKS),
                "Levels and limits of the checks.",
                "{levels: {size-limit: error}}",
            ),
            Field::new(
                "profiles",
                Kind::Map { keys: &ID, values: &Kind::Table(&PROFILE) },
                "Kinds of posts and what each must have, by the names that posts use in `profile`.",
                "{takeaway: {sections: [takeaways]}}",
            ),
            Field::new("markdown", Kind::Table(&MARKDOWN), "How Markdown is read.", "{smart_punctuation: true}"),
            Field::new("smtp", Kind::Table(&SMTP), "The server that takes the mail.", "{host: smtp.example.org}"),
            Field::new(
                "unsubscribe",
                Kind::Table(&UNSUBSCRIBE),
                "How readers leave. `{token}` is where each reader's own token goes.",
                "{mailto: \"leave+{token}@example.org\"}",
            ),
            Field::new(
                "bounces",
                Kind::Text(&TOKEN_MAILBOX),
                "Where mail that cannot be delivered comes back. `{token}` tells whose it was.",
                "bounce+{token}@example.org",
            ),
            Field::new(
                "precedence",
                Kind::Choice(PRECEDENCE),
                "A word to old programs that answer by themselves.",
                "bulk",
            ),
            Field::new("dkim", Kind::Table(&DKIM), "Who signs the mail.", "{sign: relay}"),
            Field::new(
                "subscribers",
                Kind::Table(&SUBSCRIBERS),
                "What is known of subscribers.",
                "{fields: {city: text}}",
            ),
            Field::new(
                "segments",
                Kind::Map { keys: &ID, values: &Kind::Text(&FILLED) },
                "Parts of the list by what is known of them; docs/subscribers.md describes the expressions.",
                "{china: 'tag = \"china\"'}",
            ),
            Field::new(
                "archive",
                Kind::Table(&SITE),
                "What the site of the archive has besides letters.",
                "{links: {About: \"https://letter.example.org/about\"}}",
            ),
            Field::new(
                "publish",
                Kind::Table(&PUBLISH),
                "What puts web pages and images where readers find them.",
                "{command: [./publish.sh]}",
            ),
            Field::new(
                "require_approval",
                Kind::Boolean,
                "Whether `send` asks that the text was approved by `newsletter approve`.",
                "true",
            )
            .default("false"),
        ],
    )
};

const MAILBOX_KIND: Kind = Kind::OneOf(&[Kind::Text(&MAILBOX), Kind::Table(&MAILBOX_TABLE)]);

static MAILBOX_TABLE: Table = Table {
    synonyms: &[("email", "did you mean `address`?"), ("mail", "did you mean `address`?")],
    ..Table::new(
        "mailbox",
        &[
            Field::new("name", Kind::Text(&TEXT), "The name that readers see.", "Ada"),
            Field::new("address", Kind::Text(&ADDRESS), "The mail address.", "ada@example.org").required(),
        ],
    )
};

/// The values of `images`, here and in posts.
pub static IMAGES: &[(&str, &str)] = &[
    ("hosted", "linked under `base_url`; mails stay small"),
    ("embedded", "carried in each mail; seen without a server, but mails grow"),
];

static THEME: Table = Table {
    synonyms: &[
        ("colours", "did you mean `colors`?"),
        ("dark_colours", "did you mean `dark_colors`?"),
        ("fonts", "did you mean `serif`, `sans` or `mono`? A font stack stands under each"),
    ],
    ..Table::new(
        "theme",
        &[
            Field::new(
                "colors",
                COLORS,
                "Colours by token; the others keep their built-in value.",
                "{accent: \"#b3261e\"}",
            ),
            Field::new("dark_colors", COLORS, "The same for readers in dark mode.", "{accent: \"#ff8a80\"}"),
            Field::new("serif", Kind::Text(&FILLED), "The font stack of titles and text.", "Georgia, serif"),
            Field::new(
                "sans",
                Kind::Text(&FILLED),
                "The font stack of tables, captions and controls.",
                "Helvetica, sans-serif",
            ),
            Field::new("mono", Kind::Text(&FILLED), "The font stack of code.", "Menlo, monospace"),
            Field::new("logo", Kind::Text(&PATH), "An image that stands in the place of the name.", "images/logo.png"),
            Field::new(
                "social",
                Kind::Map { keys: &FILLED, values: &Kind::Text(&URL) },
                "Links in the footer, in this order: label and address.",
                "{Mastodon: \"https://social.example.org/@letter\"}",
            ),
        ],
    )
};

const COLORS: Kind = Kind::Table(&COLOR_TABLE);

static COLOR_TABLE: Table = Table {
    synonyms: &[
        ("background", "did you mean `paper`?"),
        ("text", "did you mean `ink`?"),
        ("link", "did you mean `accent`?"),
        ("primary", "did you mean `accent`?"),
        ("border", "did you mean `rule`?"),
        ("highlight", "did you mean `mark`?"),
    ],
    ..Table::new(
        "colors",
        &[
            color("paper", "The ground that text stands on."),
            color("wash", "The ground of code, callouts and table heads."),
            color("ink", "Text and titles."),
            color("ink2", "Subtitles and captions."),
            color("ink3", "Dates and small print."),
            color("accent", "Links and buttons; the text of a button is `paper`."),
            color("bar", "The strong line over a table or card."),
            color("rule", "The thin line between rows."),
            color("mark", "The ground of marked words."),
            color("error", "Alerts of danger."),
            color("warning", "Alerts to be careful."),
            color("good", "Alerts of good news."),
            color("plate", "The ground of a video's still and of pictures with letters."),
        ],
    )
};

const fn color(name: &'static str, doc: &'static str) -> Field {
    Field::new(name, Kind::Text(&COLOR), doc, "\"#b3261e\"")
}

static AUTHOR: Table = Table {
    synonyms: &[
        ("photo", "did you mean `image`?"),
        ("avatar", "did you mean `image`?"),
        ("website", "did you mean `url`?"),
        ("link", "did you mean `url`?"),
        ("description", "did you mean `bio`?"),
    ],
    ..Table::new(
        "author",
        &[
            Field::new("name", Kind::Text(&FILLED), "The name that readers see.", "Ada").required(),
            Field::new(
                "bio",
                Kind::Text(&TEXT),
                "Who they are, in a sentence or two.",
                "Writes about rail and rivers.",
            ),
            Field::new("image", Kind::Text(&PATH), "Their picture, as a path in the publication.", "images/ada.jpg"),
            Field::new("url", Kind::Text(&URL), "Their page.", "https://ada.example.org"),
        ],
    )
};

static CHECKS: Table = Table {
    synonyms: &[
        ("rules", "did you mean `levels`?"),
        ("limits", "limits stand here, as `max_html_bytes` and `max_subject`"),
    ],
    ..Table::new(
        "checks",
        &[
            Field::new(
                "levels",
                Kind::Map { keys: &CHECK, values: &Kind::Choice(LEVELS) },
                "How bad a finding is, by its name or code (see [the rules](rules.md)).",
                "{remote-image-size: off}",
            ),
            Field::new(
                "max_html_bytes",
                Kind::Integer { min: 1, max: u32::MAX as u64 },
                "The largest HTML part, in bytes as sent, before `size-limit` reports it. Gmail cuts off at 102 KB.",
                "104448",
            )
            .default("104448"),
            Field::new(
                "max_subject",
                Kind::Integer { min: 1, max: 1000 },
                "The columns of a subject before `long-subject` reports it; a Chinese character takes two.",
                "50",
            )
            .default("70"),
            Field::new(
                "max_preheader",
                Kind::Integer { min: 1, max: 1000 },
                "The columns of a preheader before `long-preheader` reports it.",
                "90",
            )
            .default("120"),
            Field::new(
                "max_minutes",
                Kind::Integer { min: 1, max: 1000 },
                "The minutes that a letter may take to read before `long-read` reports it.",
                "8",
            ),
            Field::new(
                "max_image_pixels",
                Kind::Integer { min: 1, max: 1_000_000_000 },
                "The most pixels that an image may have before it is refused.",
                "50000000",
            )
            .default("50000000"),
            Field::new(
                "max_image_bytes",
                Kind::Integer { min: 1, max: u32::MAX as u64 },
                "The heaviest image, in bytes as sent, before `heavy-image` reports it.",
                "512000",
            )
            .default("512000"),
            Field::new(
                "max_animation_bytes",
                Kind::Integer { min: 1, max: u32::MAX as u64 },
                "The heaviest animated image, in bytes, before `heavy-animation` reports it.",
                "1048576",
            )
            .default("1048576"),
            Field::new(
                "terms",
                Kind::List(&Kind::Table(&TERM)),
                "The words of the house, and what they are written instead of.",
                "[{prefer: e-mail, instead_of: [email]}]",
            ),
        ],
    )
};

static TERM: Table = Table {
    synonyms: &[
        ("use", "did you mean `prefer`?"),
        ("avoid", "did you mean `instead_of`?"),
        ("not", "did you mean `instead_of`?"),
        ("instead of", "did you mean `instead_of`?"),
    ],
    ..Table::new(
        "term",
        &[
            Field::new("prefer", Kind::Text(&FILLED), "The word to write.", "e-mail").required(),
            Field::new(
                "instead_of",
                Kind::Filled(&Kind::Text(&FILLED)),
                "The words that it stands for: whole words, in any case.",
                "[email]",
            )
            .required(),
        ],
    )
};

static LEVELS: &[(&str, &str)] = &[
    ("off", "never reported"),
    ("note", "worth knowing"),
    ("warning", "reported; the post still builds"),
    ("error", "stops its post"),
];

static PROFILE: Table = Table {
    synonyms: &[("required", "did you mean `fields` or `sections`?"), ("order", "did you mean `ordered`?")],
    ..Table::new(
        "profile",
        &[
            Field::new(
                "description",
                Kind::Text(&TEXT),
                "What such posts are for; `newsletter new` shows it.",
                "A list of takeaways",
            ),
            Field::new(
                "fields",
                Kind::List(&Kind::Text(&ID)),
                "Front matter keys that such a post must have.",
                "[subtitle, preheader]",
            ),
            Field::new(
                "sections",
                Kind::List(&SECTION_KIND),
                "The sections that such a post must have: an id, or a mapping with more to it.",
                "[takeaways]",
            ),
            Field::new("ordered", Kind::Boolean, "Whether the sections must stand in this order.", "false")
                .default("false"),
            Field::new("min_words", WORDS, "Words of the whole post, at least.", "300"),
            Field::new("max_words", WORDS, "Words of the whole post, at most.", "1500"),
        ],
    )
};

const WORDS: Kind = Kind::Integer { min: 0, max: 1_000_000 };

const SECTION_KIND: Kind = Kind::OneOf(&[Kind::Text(&ID), Kind::Table(&SECTION)]);

static SECTION: Table = Table {
    synonyms: &[
        ("type", "did you mean `kind`?"),
        ("name", "did you mean `id`?"),
        ("heading", "did you mean `any_of`?"),
    ],
    ..Table::new(
        "section",
        &[
            Field::new(
                "id",
                Kind::Text(&ID),
                "Its name in messages, and the `{#id}` that a heading may carry.",
                "takeaways",
            )
            .required(),
            Field::new("kind", Kind::Choice(SECTION_KINDS), "How it is recognised.", "heading").default("heading"),
            Field::new(
                "any_of",
                Kind::List(&Kind::Text(&FILLED)),
                "Headings that count as it, beside its id. Case and punctuation around them do not matter.",
                "[Takeaways, What to remember]",
            ),
            Field::new(
                "min_items",
                Kind::Integer { min: 1, max: 1000 },
                "It holds a list of at least so many items.",
                "3",
            ),
            Field::new("min_words", WORDS, "Words in it, at least.", "50"),
            Field::new("max_words", WORDS, "Words in it, at most.", "400"),
        ],
    )
};

static SECTION_KINDS: &[(&str, &str)] = &[
    ("heading", "by a heading: its `{#id}` or its text"),
    ("greeting", "what stands before the first heading"),
    ("sign-off", "the short last lines of the post"),
];

static MARKDOWN: Table = Table::new(
    "markdown",
    &[
        Field::new("smart_punctuation", Kind::Boolean, "Curly quotes, dashes and ellipses from straight ones.", "true")
            .default("true"),
        Field::new("hard_breaks", Kind::Boolean, "Whether the end of a line in a paragraph breaks the line.", "false")
            .default("false"),
        Field::new("html", Kind::Boolean, "Whether raw HTML is kept.", "true").default("true"),
    ],
);

static SMTP: Table = Table {
    synonyms: &[
        ("user", "did you mean `username`?"),
        ("server", "did you mean `host`?"),
        ("encryption", "did you mean `tls`?"),
        ("security", "did you mean `tls`?"),
    ],
    ..Table::new(
        "smtp",
        &[
            Field::new("host", Kind::Text(&ID), "The server's name.", "smtp.example.org").required(),
            Field::new(
                "port",
                Kind::Integer { min: 1, max: 65535 },
                "Its port; 465 for `implicit`, 587 for `starttls` and 25 for `none` when not given.",
                "465",
            ),
            Field::new("tls", Kind::Choice(TLS), "How the connection is kept private.", "implicit").default("implicit"),
            Field::new("username", Kind::Text(&FILLED), "The name to sign in with.", "letter"),
            Field::new(
                "password",
                Kind::Secret(&SECRET),
                "Where the password is found. It is never written here, and read only by the command that needs it.",
                "{env: SMTP_PASSWORD}",
            ),
            Field::new("auth", Kind::Choice(AUTH), "How to sign in, where the server offers several ways.", "plain"),
            Field::new(
                "ca_file",
                Kind::Text(&FILLED),
                "The certificates to trust in the place of the system's, in PEM.",
                "../ca.pem",
            ),
            Field::new(
                "allow_plaintext",
                Kind::Boolean,
                "Whether `tls: none` may be used to a server on another machine.",
                "false",
            )
            .default("false"),
            Field::new("connections", Kind::Integer { min: 1, max: 64 }, "How many connections to use at once.", "4")
                .default("2"),
            Field::new(
                "messages_per_connection",
                Kind::Integer { min: 1, max: 100_000 },
                "After how many messages a connection is made anew.",
                "100",
            )
            .default("100"),
            Field::new(
                "rate",
                Kind::Integer { min: 1, max: 100_000 },
                "How many messages the server takes in a second, at most.",
                "14",
            ),
            Field::new(
                "per_day",
                Kind::Integer { min: 1, max: 100_000_000 },
                "How many messages the server takes in a day, at most.",
                "50000",
            ),
            Field::new(
                "domain_rate",
                Kind::Integer { min: 1, max: 100_000 },
                "How many messages a second go to one domain of readers, at most.",
                "5",
            ),
        ],
    )
};

static AUTH: &[(&str, &str)] = &[
    ("plain", "name and password in one line"),
    ("login", "name and password one after the other"),
    ("xoauth2", "an access token in the place of the password"),
];

static PRECEDENCE: &[(&str, &str)] = &[("bulk", "a mail to many")];

static DKIM: Table = Table {
    synonyms: &[
        ("d", "did you mean `domain`?"),
        ("s", "did you mean `selector`?"),
        ("private_key", "did you mean `key`?"),
    ],
    ..Table::new(
        "dkim",
        &[
            Field::new("sign", Kind::Choice(SIGN), "Who signs.", "own").default("own"),
            Field::new(
                "domain",
                Kind::Text(&ID),
                "The domain that signs: that of `from`, or one that it belongs to.",
                "example.org",
            ),
            Field::new("selector", Kind::Text(&ID), "The name of the key in DNS.", "news"),
            Field::new(
                "key",
                Kind::Secret(&SECRET),
                "Where the private key is found, in PEM. `newsletter dkim keygen` makes one.",
                "{file: ../dkim.pem}",
            ),
            Field::new(
                "ed25519",
                Kind::Table(&SECOND_KEY),
                "A second signature by a key of this kind.",
                "{selector: news-ed}",
            ),
        ],
    )
};

static SIGN: &[(&str, &str)] =
    &[("own", "`newsletter`, with the key below"), ("relay", "the server that takes the mail")];

static SECOND_KEY: Table = Table::new(
    "ed25519",
    &[
        Field::new("selector", Kind::Text(&ID), "The name of the key in DNS.", "news-ed").required(),
        Field::new("key", Kind::Secret(&SECRET), "Where the private key is found.", "{file: ../dkim-ed.pem}")
            .required(),
    ],
);

static SUBSCRIBERS: Table = Table::new(
    "subscribers",
    &[Field::new(
        "fields",
        Kind::Map { keys: &FIELD, values: &Kind::Choice(FIELD_TYPES) },
        "The fields that an import brings, and what each holds. Others are refused. `name`, a text, is always there.",
        "{city: text, since: date}",
    )],
);

/// What a subscriber's field can hold.
static FIELD_TYPES: &[(&str, &str)] = &[
    ("text", "any text in one line"),
    ("number", "a number, as `12` or `-0.5`"),
    ("date", "a day, as `2026-11-24`"),
    ("boolean", "`true` or `false`; `yes`, `no`, `1` and `0` are read too"),
];

static PUBLISH: Table = Table::new(
    "publish",
    &[Field::new(
        "command",
        Kind::Filled(&Kind::Text(&TEXT)),
        "The program and its arguments, run before the first message goes out. No shell takes part.",
        "[./publish.sh]",
    )],
);

static TLS: &[(&str, &str)] = &[
    ("implicit", "from the first byte"),
    ("starttls", "by STARTTLS, without which nothing is sent"),
    ("none", "not at all; for a server on the same machine"),
];

static SECRET: Table = Table {
    presence: Presence::One,
    ..Table::new(
        "secret",
        &[
            Field::new("env", Kind::Text(&ID), "The environment variable that holds it.", "SMTP_PASSWORD"),
            Field::new(
                "file",
                Kind::Text(&FILLED),
                "The file that holds it; the line end after it does not count.",
                "../smtp.key",
            ),
            Field::new(
                "command",
                Kind::Filled(&Kind::Text(&TEXT)),
                "The program and its arguments that print it. No shell takes part.",
                "[pass, show, smtp]",
            ),
        ],
    )
};

static UNSUBSCRIBE: Table = Table::new(
    "unsubscribe",
    &[
        Field::new(
            "url",
            Kind::Text(&TOKEN_URL),
            "An address for the one-click unsubscription of RFC 8058.",
            "https://letter.example.org/leave/{token}",
        ),
        Field::new(
            "mailto",
            Kind::Text(&TOKEN_MAILBOX),
            "A mail address that ends a subscription.",
            "leave+{token}@example.org",
        ),
    ],
);
