//! JSON Feed 1.1.

use chrono::SecondsFormat;
use serde_json::{Map, Value, json};

use crate::site::feed::{Entry, Feed};

pub(super) fn write(feed: &Feed) -> String {
    let mut json = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.own,
        "language": feed.language,
    });
    if let Some(fields) = json.as_object_mut() {
        fields.extend(feed.text.as_ref().map(|text| ("description".to_owned(), json!(text))));
        fields.insert("items".to_owned(), feed.entries.iter().map(item).collect());
    }
    let mut text = serde_json::to_string_pretty(&json).unwrap_or_default();
    text.push('\n');
    text
}

fn item(entry: &Entry) -> Value {
    let moment = |at: chrono::DateTime<chrono::FixedOffset>| json!(at.to_rfc3339_opts(SecondsFormat::Secs, true));
    let authors = entry.authors.iter().map(|(name, url)| match url {
        Some(url) => json!({ "name": name, "url": url }),
        None => json!({ "name": name }),
    });
    let authors: Vec<Value> = authors.collect();
    let fields = [
        ("id", Some(json!(entry.url))),
        ("url", Some(json!(entry.url))),
        ("title", Some(json!(entry.title))),
        ("summary", Some(&entry.summary).filter(|text| !text.is_empty()).map(|text| json!(text))),
        ("language", Some(json!(entry.language))),
        ("date_published", entry.published.map(moment)),
        ("date_modified", entry.updated.filter(|_| entry.updated != entry.published).map(moment)),
        ("authors", (!authors.is_empty()).then(|| json!(authors))),
        ("tags", (!entry.tags.is_empty()).then(|| json!(entry.tags))),
        ("image", entry.image.as_ref().map(|image| json!(image))),
        ("content_html", Some(json!(entry.content))),
    ];
    let present = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect::<Map<_, _>>())
}
