//! The web page of an issue: one file that loads nothing but the letter's own images.

mod content;
mod head;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::diagnostic::Sink;
use crate::post::Holes;
use crate::post::tree::{BlockKind, plain_text};
use crate::render::{Escaped, Input};
use content::Content;

/// From so many headings on, a wide page lists them beside the letter.
const MIN_CONTENTS: usize = 3;

/// A title wider than this, in columns, is set smaller: at full size it would fill a phone's first
/// screen.
const LONG_TITLE: usize = 80;

/// The web page, with hole and asset tokens. Nothing where the template has faults.
pub fn render(input: &Input<'_>, holes: &mut Holes, sink: &mut Sink) -> Option<String> {
    let Content { text, notes } = content::write(input, holes);
    match input.templates.render("web/page", context(input, text, notes), holes) {
        Ok(page) => Some(page),
        Err(error) => {
            let document = input.document;
            let span = document.front_matter.title_span;
            sink.extend(error.diagnostic(&document.source, span));
            None
        }
    }
}

/// What `templates/web/page.hbs` reads.
fn context(input: &Input<'_>, text: String, notes: String) -> Value {
    let (document, config) = (input.document, input.config);
    let front = &document.front_matter;
    let words = document.language.words();
    let social: Vec<_> = config.theme.social.iter().map(|(label, url)| json!({"label": label, "url": url})).collect();
    let logo = config.theme.logo.as_deref().and_then(|logo| input.assets.get(logo));
    let mut context = json!({
        "newsletter": {
            "name": config.name,
            "language": config.language.tag(),
            "base_url": config.base_url,
            "postal_address": config.postal_address.as_deref().map(one_line),
            "logo": logo.map(|logo| json!({"src": logo.token, "width": logo.width, "height": logo.height})),
            "social": social,
        },
        "issue": {
            "title": front.title,
            "subtitle": front.subtitle,
            "language": document.language.tag(),
            "dir": document.language.direction().as_str(),
        },
        "page": {
            "head": head::tags(input),
            "meta": meta(input),
            "long_title": front.title.width() > LONG_TITLE,
            "contents": contents(input),
        },
        "words": { "skip": words.skip, "contents": words.contents, "links": words.links },
    });
    // Long texts are moved, not copied as the macro does.
    let css = head::style(input.templates.text("web/page.css").unwrap_or_default(), &config.theme);
    let long = [("issue", "content", text), ("issue", "notes", notes), ("page", "css", css)];
    for (group, name, value) in long {
        if let Some(fields) = context.get_mut(group).and_then(Value::as_object_mut) {
            fields.insert(name.to_owned(), Value::String(value));
        }
    }
    context
}

/// Number, date and reading time, each of which keeps to one line.
fn meta(input: &Input<'_>) -> String {
    let (front, language) = (&input.document.front_matter, &input.document.language);
    let words = language.words();
    let item = |text: &str| format!("<span>{}</span>", Escaped(&text.replace(' ', "\u{a0}")));
    let mut items = Vec::new();
    items.extend(front.number.map(|number| item(&words.number.replace("{}", &number.to_string()))));
    items.extend(front.date.map(|date| {
        let shown = language.date(date.day).replace(' ', "\u{a0}");
        format!("<time datetime=\"{}\">{}</time>", date.day.format("%Y-%m-%d"), Escaped(&shown))
    }));
    items.push(item(&words.reading_time.replace("{}", &input.document.reading_minutes().to_string())));
    // A line may break before a separator's last space only.
    let separator = words.meta_separator.trim_end().replace(' ', "\u{a0}");
    let separator = if separator.is_empty() { words.meta_separator.to_owned() } else { format!("{separator}\u{a0} ") };
    items.join(&separator)
}

/// The headings of the highest level, where there are enough of them.
fn contents(input: &Input<'_>) -> Vec<Value> {
    let headings = || {
        input.document.blocks.iter().filter_map(|block| match &block.kind {
            BlockKind::Heading(heading) => Some(heading),
            _ => None,
        })
    };
    let top = headings().map(|heading| heading.level).min();
    let listed = headings().filter(|heading| Some(heading.level) == top);
    let listed: Vec<_> =
        listed.map(|heading| json!({"id": heading.id, "title": plain_text(&heading.content)})).collect();
    if listed.len() < MIN_CONTENTS { Vec::new() } else { listed }
}

/// Several lines as one.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}
