//! Atom (RFC 4287).

use chrono::{DateTime, FixedOffset, SecondsFormat};

use crate::site::feed::{Feed, Xml, put};

pub(super) fn write(feed: &Feed) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    put!(xml, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n", Xml(&feed.language));
    put!(xml, "<title>{}</title>\n", Xml(&feed.title));
    if let Some(text) = &feed.text {
        put!(xml, "<subtitle>{}</subtitle>\n", Xml(text));
    }
    put!(xml, "<id>{}</id>\n<updated>{}</updated>\n", Xml(&feed.page), moment(feed.updated));
    put!(xml, "<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n", Xml(&feed.own));
    put!(xml, "<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n", Xml(&feed.page));
    for entry in &feed.entries {
        put!(xml, "<entry xml:lang=\"{}\">\n<title>{}</title>\n", Xml(&entry.language), Xml(&entry.title));
        put!(xml, "<id>{0}</id>\n<link rel=\"alternate\" type=\"text/html\" href=\"{0}\"/>\n", Xml(&entry.url));
        if entry.published.is_some() {
            put!(xml, "<published>{}</published>\n", moment(entry.published));
        }
        put!(xml, "<updated>{}</updated>\n", moment(entry.updated));
        // RFC 4287 wants an author of each entry.
        let newsletter = [(feed.title.clone(), Some(feed.page.clone()))];
        let authors = if entry.authors.is_empty() { &newsletter[..] } else { &entry.authors };
        for (name, url) in authors {
            put!(xml, "<author><name>{}</name>", Xml(name));
            if let Some(url) = url {
                put!(xml, "<uri>{}</uri>", Xml(url));
            }
            xml.push_str("</author>\n");
        }
        for tag in &entry.tags {
            put!(xml, "<category term=\"{}\"/>\n", Xml(tag));
        }
        if !entry.summary.is_empty() {
            put!(xml, "<summary>{}</summary>\n", Xml(&entry.summary));
        }
        put!(xml, "<content type=\"html\">{}</content>\n</entry>\n", Xml(&entry.content));
    }
    xml + "</feed>\n"
}

/// RFC 3339; what has no day yet is as old as it can be.
fn moment(at: Option<DateTime<FixedOffset>>) -> String {
    at.unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
}
