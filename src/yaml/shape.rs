//! Shapes of texts: a check for the reader, and the same as a pattern for the JSON Schema.

use crate::address::{EmailAddress, TokenAddress};
use crate::diagnostic::code;
use crate::language::Language;

/// What a text looks like.
#[derive(Debug)]
pub struct Shape {
    /// What it is, with its article: ``a colour as `#rrggbb` ``.
    pub name: &'static str,
    /// The shape as a regular expression of ECMA 262, for editors.
    pub pattern: Option<&'static str>,
    /// Whether a text has the shape; says the same as the pattern.
    pub accepts: fn(&str) -> bool,
    /// Why a text of that shape still cannot be meant, if so.
    pub refuses: fn(&str) -> Option<String>,
    /// What was probably meant by a text that is refused.
    pub repair: fn(&str) -> Option<String>,
    /// Texts of that shape, for editors.
    pub words: Words,
}

/// Texts that a shape knows.
#[derive(Clone, Copy, Debug)]
pub enum Words {
    /// None in particular.
    None,
    /// Some of those that it accepts.
    Offered(fn() -> Vec<&'static str>),
    /// All of those that it neither refuses nor rejects.
    Only(fn() -> Vec<&'static str>),
}

const fn shape(name: &'static str, pattern: &'static str, accepts: fn(&str) -> bool) -> Shape {
    Shape { name, pattern: Some(pattern), accepts, refuses: |_| None, repair: |_| None, words: Words::None }
}

/// Any text.
pub static TEXT: Shape =
    Shape { name: "a text", pattern: None, accepts: |_| true, refuses: |_| None, repair: |_| None, words: Words::None };

/// A text that says something.
pub static FILLED: Shape = shape("a text", r"[^\s]", |text| !text.trim().is_empty());

/// A name by which other places call something.
pub static ID: Shape = shape("a name without spaces and slashes", ID_PATTERN, is_id);

const ID_PATTERN: &str = r"^[^\s/\\]+$";

fn is_id(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || matches!(c, '/' | '\\'))
}

/// The name of a subscriber's field, as `{{subscriber.…}}` can name it.
pub static FIELD: Shape = Shape {
    repair: |text| {
        let name = text.trim().to_lowercase().replace(' ', "_");
        Some(name).filter(|name| name != text && is_field(name))
    },
    ..shape("a name of letters, digits, `_` and `-`", r"^[\p{L}_][\p{L}\p{N}_-]*$", is_field)
};

fn is_field(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// The name or id of a check whose level can change.
pub static CHECK: Shape =
    Shape { words: Words::Offered(|| code::names().collect()), ..shape("the name of a check", ID_PATTERN, is_id) };

/// A template: a built-in one, or the stem of a file in `templates/`.
pub static TEMPLATE: Shape = Shape {
    words: Words::Offered(|| vec!["classic", "digest", "minimal"]),
    ..shape("the name of a template", ID_PATTERN, is_id)
};

/// A web address.
pub static URL: Shape = Shape {
    refuses: unlikely_url,
    repair: with_scheme,
    ..shape("an address that starts with `https://`", r"^https?://[^\s]+$", is_url)
};

/// A web address with the place of the subscriber's token.
pub static TOKEN_URL: Shape = Shape {
    refuses: |text| {
        let doubled = text.contains("{{token}}").then(|| "`{token}` stands in one pair of braces".to_owned());
        doubled.or_else(|| unlikely_url(text))
    },
    ..shape("an `https://` address that holds `{token}`", r"^https://[^\s]*\{token\}[^\s]*$", |text| {
        text.starts_with("https://") && text.contains("{token}") && !text.contains(char::is_whitespace)
    })
};

/// A mail address with the place of the subscriber's token.
pub static TOKEN_MAILBOX: Shape = Shape {
    refuses: |text| TokenAddress::parse(text).err().map(|error| error.to_string()),
    ..shape("a mail address that holds `{token}`", r"^[^\s@]*\{token\}[^\s@]*@[^\s@]+$", |text| {
        let parts = text.split_once('@');
        parts.is_some_and(|(local, domain)| local.contains("{token}") && !domain.is_empty() && !domain.contains('@'))
            && !text.contains(char::is_whitespace)
    })
};

/// A mail address.
pub static ADDRESS: Shape = Shape {
    refuses: |text| EmailAddress::parse(text).is_err().then(|| format!("`{text}` is not a mail address")),
    ..shape("a mail address as `name@example.org`", r"^[^\s@]+@[^\s@]+$", |text| {
        let parts = text.split_once('@');
        parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
            && !text.contains(char::is_whitespace)
    })
};

/// A name with a mail address, or the address alone.
pub static MAILBOX: Shape = Shape {
    refuses: |text| {
        let mailbox = text.parse::<lettre::message::Mailbox>().ok();
        let address = mailbox.and_then(|mailbox| EmailAddress::parse(mailbox.email.as_ref()).ok());
        address.is_none().then(|| format!("`{text}` is not a mail address"))
    },
    ..shape(
        "a mail address as `name@example.org` or `Name <name@example.org>`",
        r"^([^\s@]+@[^\s@]+|[^<>@]*<[^\s@<>]+@[^\s@<>]+>)$",
        |text| {
            let named = text.strip_suffix('>').and_then(|text| text.split_once('<')).is_some_and(|(name, address)| {
                !name.contains(['<', '>', '@']) && !address.contains(['<', '>']) && (ADDRESS.accepts)(address)
            });
            named || (ADDRESS.accepts)(text)
        },
    )
};

/// A language tag.
pub static LANGUAGE: Shape = Shape {
    // As locales are written.
    repair: |text| Some(text.replace('_', "-")).filter(|tag| tag != text && Language::new(tag).is_some()),
    words: Words::Offered(|| {
        vec!["en", "en-GB", "en-US", "zh-Hans", "zh-Hant", "de", "fr", "es", "ja", "ko", "ar", "he"]
    }),
    ..shape("a language tag as `en` or `zh-Hans`", r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", |text| {
        Language::new(text).is_some()
    })
};

/// A time zone.
pub static TIMEZONE: Shape = Shape {
    refuses: |text| {
        let wrong = text.parse::<chrono_tz::Tz>().is_err();
        wrong.then(|| format!("there is no time zone `{text}`"))
    },
    repair: |text| {
        let names = || chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name());
        // People write the city alone.
        let city = |name: &&str| name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(text));
        let near = names().find(city).or_else(|| crate::diagnostic::nearest(text, names()));
        near.map(str::to_owned)
    },
    words: Words::Only(|| chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name()).collect()),
    ..shape("a time zone as `Europe/Berlin`", r"^[A-Za-z][A-Za-z0-9_+/-]*$", |text| {
        let mut bytes = text.bytes();
        bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'/' | b'-'))
    })
};

/// A colour.
pub static COLOR: Shape = shape("a colour as `#a1b2c3`", r"^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$", |text| {
    text.strip_prefix('#')
        .is_some_and(|hex| matches!(hex.len(), 3 | 6) && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
});

/// A path inside the publication.
pub static PATH: Shape = shape("a path or an address", r"[^\s]", |text| !text.trim().is_empty());

impl Shape {
    /// Why `text` cannot be meant, if so.
    pub fn refuses_text(&self, text: &str) -> Option<String> {
        (self.refuses)(text)
    }
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty()) && !text.contains(char::is_whitespace)
}

fn unlikely_url(text: &str) -> Option<String> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let bare = if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() };
    let signs = |c: char| c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '|');
    if bare.is_empty() {
        Some(format!("`{text}` names no host"))
    } else if text.contains(signs) {
        Some(format!("`{text}` holds a character that an address cannot"))
    } else {
        None
    }
}

/// `example.org` as `https://example.org`.
fn with_scheme(text: &str) -> Option<String> {
    let whole = format!("https://{text}");
    let bare = !text.contains("://") && text.contains('.') && !text.starts_with(['/', '.', '#']);
    (bare && is_url(&whole) && unlikely_url(&whole).is_none()).then_some(whole)
}
