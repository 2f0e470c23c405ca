//! What e-mail templates read.

use serde_json::{Map, Value, json};

use crate::post::hole::{MAIL_TOKEN, TOKEN};
use crate::post::tree::Hole;
use crate::post::{Holes, substitute};
use crate::render::{Input, Style};

/// What the layouts read; every variable is there, `null` where the post has none.
pub(super) fn context(input: &Input<'_>, style: &Style, content: String, notes: String, holes: &mut Holes) -> Value {
    let mut issue = issue(input, holes);
    if let Some(fields) = issue.as_object_mut() {
        fields.insert("content".to_owned(), Value::String(content));
        fields.insert("notes".to_owned(), if notes.is_empty() { Value::Null } else { Value::String(notes) });
    }
    let css = style.css().iter().map(|(name, css)| ((*name).to_owned(), Value::String(css.clone())));
    let fields = [
        ("newsletter", newsletter(input)),
        ("issue", issue),
        ("words", words(input)),
        ("style", Value::Object(css.collect())),
        ("unsubscribe", unsubscribe(input, holes)),
        ("extra", Value::Object(input.document.front_matter.extra.clone())),
    ];
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

fn newsletter(input: &Input<'_>) -> Value {
    let config = input.config;
    let social: Vec<_> = config.theme.social.iter().map(|(label, url)| json!({"label": label, "url": url})).collect();
    let logo = config.theme.logo.as_deref().and_then(|logo| input.assets.get(logo));
    json!({
        "name": config.name,
        "tagline": config.tagline,
        "base_url": config.base_url,
        "site": config.base_url.as_deref().map(site),
        "language": config.language.tag(),
        "postal_address": config.postal_address.as_deref().map(one_line),
        "logo": logo.map(|logo| json!({"src": logo.token, "width": logo.width, "height": logo.height})),
        "social": social,
    })
}

fn issue(input: &Input<'_>, holes: &mut Holes) -> Value {
    let (document, config) = (input.document, input.config);
    let front = &document.front_matter;
    let language = &document.language;
    let words = language.words();
    let number_text = front.number.map(|number| unbroken(&words.number.replace("{}", &number.to_string())));
    let date_text = front.date.map(|date| unbroken(&language.date(date.day)));
    let reading_time = unbroken(&words.reading_time.replace("{}", &document.reading_minutes().to_string()));
    let meta: Vec<&str> =
        [number_text.as_deref(), date_text.as_deref(), Some(&*reading_time)].into_iter().flatten().collect();
    let authors: Vec<_> = front
        .authors
        .iter()
        .map(|id| {
            let author = config.authors.get(id);
            let image = author.and_then(|author| author.image.as_deref()).and_then(|image| input.assets.get(image));
            json!({
                "name": author.map_or(&**id, |author| &author.name),
                "bio": author.and_then(|author| author.bio.as_deref()),
                "image": image.map(|image| &image.token),
                "url": author.and_then(|author| author.url.as_deref()),
            })
        })
        .collect();
    let image = front.image.as_deref().and_then(|image| input.assets.get(image));
    json!({
        "title": front.title,
        "subtitle": front.subtitle,
        "subject": substitute(front.subject.as_ref().unwrap_or(&front.title), holes),
        "preheader": front.preheader.as_ref().or(front.subtitle.as_ref()).map(|line| substitute(line, holes)),
        "slug": front.slug.as_str(),
        "number": front.number,
        "number_text": number_text,
        "date": front.date.map(|date| date.day.format("%Y-%m-%d").to_string()),
        "date_text": date_text,
        "reading_time": reading_time,
        "meta": meta.join(&separator(words.meta_separator)),
        "authors": authors,
        "language": language.tag(),
        "dir": language.direction().as_str(),
        "tags": front.tags,
        "series": front.series,
        "web_url": input.web_url,
        "canonical_url": front.canonical_url,
        "status": front.status.as_str(),
        "image": image.map(|image| json!({"src": image.token, "width": image.width, "height": image.height})),
    })
}

fn words(input: &Input<'_>) -> Value {
    let words = input.document.language.words();
    let config = input.config;
    let site = config.base_url.as_deref().map_or(&*config.name, site);
    json!({
        "view_in_browser": words.view_in_browser,
        "unsubscribe": words.unsubscribe,
        "why": words.why.replace("{}", site),
        "notes": words.notes,
        "links": words.links,
        "contents": words.contents,
        "watch": words.watch,
        "back": words.back,
        "comma": words.comma,
    })
}

/// Each subscriber's own addresses.
fn unsubscribe(input: &Input<'_>, holes: &mut Holes) -> Value {
    let mut fill = |address: &Option<String>, field: &str| {
        address.as_deref().map(|address| {
            let token = holes.token(Hole { field: field.to_owned(), default: None });
            address.replace("{token}", &token)
        })
    };
    let unsubscribe = &input.config.unsubscribe;
    json!({"url": fill(&unsubscribe.url, TOKEN), "mailto": fill(&unsubscribe.mailto, MAIL_TOKEN)})
}

fn unbroken(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

/// A line may break before a separator's last space only.
fn separator(words: &str) -> String {
    match words.trim_end() {
        "" => words.to_owned(),
        sign => format!("{}\u{a0} ", sign.replace(' ', "\u{a0}")),
    }
}

fn site(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, site)| site)
}

/// Several lines as one.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}
