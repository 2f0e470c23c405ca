//! What a post is called and how it stands, found without reading all of it.

use chrono::NaiveDate;

use crate::files::RelPath;
use crate::post::former;
use crate::post::front_matter::{FrontMatter, Status, Visibility, day, from_name};
use crate::post::{Document, Slug};

/// What the other posts know of a post. Of one that was not parsed it is what a look at the lines
/// of its header gives, which is enough to find it by name and to compare posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Its file.
    pub path: RelPath,
    /// Its slug.
    pub slug: Slug,
    /// Whether it may go out; nothing where its header cannot be read.
    pub status: Option<Status>,
    /// Its number as an issue.
    pub number: Option<u32>,
    /// The day it is dated.
    pub date: Option<NaiveDate>,
    /// The series it belongs to.
    pub series: Option<String>,
    /// Who can see it on the web.
    pub visibility: Visibility,
    /// The file of its page in the web site.
    pub page: String,
    /// The files of the pages at its former addresses.
    pub former: Vec<String>,
}

impl Outline {
    /// Takes it from a post that was read.
    pub(super) fn of(document: &Document) -> Self {
        let FrontMatter { slug, status, number, date, series, visibility, aliases, .. } = &document.front_matter;
        Self {
            path: document.path.clone(),
            slug: slug.clone(),
            status: Some(*status),
            number: *number,
            date: date.map(|date| date.day),
            series: series.clone(),
            visibility: *visibility,
            page: former::page(slug.as_str()),
            former: aliases.iter().filter_map(|alias| former::file(&alias.path)).collect(),
        }
    }

    /// Looks at the name of a file and at the lines of its header.
    pub(super) fn glance(path: &RelPath, bytes: &[u8]) -> Self {
        let (date, slug) = from_name(path);
        let mut outline = Self {
            path: path.clone(),
            page: former::page(slug.as_str()),
            slug,
            status: None,
            number: None,
            date,
            series: None,
            visibility: Visibility::Public,
            former: Vec::new(),
        };
        let Some(header) = header(bytes) else { return outline };
        outline.status = Some(Status::Draft);
        let plain = |value: &str| {
            let value = value.split_once(" #").map_or(value, |(value, _)| value).trim();
            value.trim_matches(['"', '\'']).to_owned()
        };
        let (mut last, mut segment, mut visibility) = ("", false, None);
        for line in header.lines() {
            if let Some(item) = line.trim_start().strip_prefix("- ").filter(|_| last == "aliases") {
                outline.former.extend(former::file(&plain(item)));
                continue;
            }
            let Some((key, value)) = line.split_once(':') else { continue };
            last = key;
            let value = &*plain(value);
            match key {
                "slug" => outline.slug = Slug::from_text(value).unwrap_or(outline.slug),
                "status" if value == Status::Ready.as_str() => outline.status = Some(Status::Ready),
                "number" => outline.number = value.parse().ok(),
                "date" => outline.date = day(value).or(outline.date),
                "visibility" => visibility = Some(value.to_owned()),
                "segment" => segment = !value.is_empty(),
                "aliases" => {
                    let items = value.trim_start_matches('[').trim_end_matches(']').split(',');
                    outline.former.extend(items.filter_map(|item| former::file(&plain(item))));
                }
                "series" => outline.series = Some(value.to_owned()).filter(|value| !value.is_empty()),
                _ => {}
            }
        }
        outline.visibility = Visibility::of(visibility.as_deref(), segment);
        outline.page = former::page(outline.slug.as_str());
        outline
    }
}

/// The lines between the `---` at the top of a post.
fn header(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = bytes.split_inclusive(|&byte| byte == b'\n');
    let first = lines.next()?;
    if first.trim_ascii_end() != b"---" {
        return None;
    }
    let len: usize = lines.take_while(|line| !matches!(line.trim_ascii_end(), b"---" | b"...")).map(<[u8]>::len).sum();
    std::str::from_utf8(bytes.get(first.len()..first.len() + len)?).ok()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::Outline;
    use crate::config::Config;
    use crate::diagnostic::Source;
    use crate::files::{Memory, RelPath};
    use crate::post::front_matter::Status;

    fn slug(path: &str, text: &str) -> String {
        Outline::glance(&RelPath::new(path).unwrap(), text.as_bytes()).slug.to_string()
    }

    #[test]
    fn the_slug_comes_from_the_header_and_else_from_the_name() {
        assert_eq!(slug("posts/2024-04-26-hello.md", "---\ntitle: A\n---\nslug: no\n"), "hello");
        assert_eq!(slug("posts/2024-04-26-hello.md", "\u{feff}---\r\nslug: 'other' # why\r\n---\r\n"), "other");
        assert_eq!(slug("posts/2024-04-26.md", ""), "2024-04-26");
        assert_eq!(slug("posts/重庆.md", "no header"), "重庆");
    }

    #[test]
    fn a_glance_sees_what_reading_sees() {
        let path = RelPath::new("posts/2024-04-26-a.md").unwrap();
        for header in [
            "title: A\n",
            "title: A\r\nstatus: ready # at last\r\nnumber: 12\r\nseries: \"Rail and river\"\r\n",
            "title: A\nsegment: members\naliases: [/old/a.html, '/p/1', p/2/] # all\n",
            "title: A\nsegment: members\nvisibility: unlisted\naliases:\n  - /old/a\n  - \"p/1\" # one\nslug: b\n",
            "title: A\nvisibility: private\naliases: /old\n",
            "title: A\ndate: 2024-5-1 08:00\nseries: 西部\nslug: b\nextra:\n  number: 3\n",
        ] {
            let source = Source::new(path.as_str(), format!("\u{feff}---\n{header}---\n\nnumber: 7\n"));
            let parsed = crate::post::parse(&path, &source, &Config::named("Test"), &Memory::default());
            assert_eq!(Outline::glance(&path, source.text().as_bytes()), Outline::of(&parsed.document.unwrap()));
        }
        let outline = Outline::glance(&path, b"---\nstatus: draft\n---\n");
        assert_eq!((outline.status, outline.date), (Some(Status::Draft), NaiveDate::from_ymd_opt(2024, 4, 26)));
        assert_eq!(Outline::glance(&path, b"no header").status, None);
    }
}
