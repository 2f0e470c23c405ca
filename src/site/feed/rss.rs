//! RSS 2.0, with the whole letters by the module for content.

use crate::site::feed::{Feed, Xml, put};

pub(super) fn write(feed: &Feed) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n",
    );
    put!(xml, "<title>{}</title>\n<link>{}</link>\n", Xml(&feed.title), Xml(&feed.page));
    put!(xml, "<description>{}</description>\n", Xml(feed.text.as_deref().unwrap_or(&feed.title)));
    put!(xml, "<language>{}</language>\n", Xml(&feed.language));
    put!(xml, "<atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\"/>\n", Xml(&feed.own));
    if let Some(updated) = feed.updated {
        put!(xml, "<lastBuildDate>{}</lastBuildDate>\n", updated.to_rfc2822());
    }
    for entry in &feed.entries {
        put!(xml, "<item>\n<title>{}</title>\n<link>{}</link>\n", Xml(&entry.title), Xml(&entry.url));
        put!(xml, "<guid isPermaLink=\"true\">{}</guid>\n", Xml(&entry.url));
        if let Some(published) = entry.published {
            put!(xml, "<pubDate>{}</pubDate>\n", published.to_rfc2822());
        }
        for (name, _) in &entry.authors {
            put!(xml, "<dc:creator>{}</dc:creator>\n", Xml(name));
        }
        for tag in &entry.tags {
            put!(xml, "<category>{}</category>\n", Xml(tag));
        }
        if !entry.summary.is_empty() {
            put!(xml, "<description>{}</description>\n", Xml(&entry.summary));
        }
        put!(xml, "<content:encoded>{}</content:encoded>\n</item>\n", Xml(&entry.content));
    }
    xml + "</channel>\n</rss>\n"
}
