//! From the head of a post to its [`FrontMatter`].

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};

use crate::config::{Config, image_policy};
use crate::diagnostic::{Diagnostic, Fix, Severity, Sink, Source, Span, code, nearest};
use crate::files::{PathError, RelPath};
use crate::language::Language;
use crate::post::Slug;
use crate::post::allow::{self, Allow, Scope};
use crate::post::former::Alias;
use crate::post::front_matter::date::{self, Moment};
use crate::post::front_matter::fence;
use crate::post::front_matter::table::FRONT_MATTER;
use crate::post::front_matter::{FrontMatter, PostDate, Status, Visibility};
use crate::post::hole_syntax::{self, Braces};
use crate::yaml::read::{self, Manner};
use crate::yaml::{self, Node, Value};

/// Reads the front matter of the post `source` and what the name of its file adds. The number is
/// the byte at which the text below it starts. Nothing where there is none or it is not YAML.
pub fn read(source: &Arc<Source>, config: &Config, path: &RelPath, sink: &mut Sink) -> Option<(FrontMatter, usize)> {
    let block = fence::find(source, sink)?;
    let mut root = yaml::parse(source, block.yaml, sink)?;
    let mut front_matter = FrontMatter { span: block.span, ..FrontMatter::default() };
    for entry in root.entries().iter().filter(|entry| entry.value.value != Value::Null) {
        front_matter.keys.entry(entry.key.clone()).or_insert(entry.key_span);
    }
    if root.entries().is_empty() && root.value == Value::Map(Vec::new()) {
        // An empty block has no place of its own to underline.
        root.span = Span::new(block.span.start, block.span.start + "---".len());
    }
    read::check(&mut root, &FRONT_MATTER, source, Manner::Lenient, sink);
    Reader { source, config, path, sink }.fill(&mut front_matter, &root);
    Some((front_matter, block.span.end))
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    config: &'a Config,
    path: &'a RelPath,
    sink: &'a mut Sink,
}

impl Reader<'_> {
    fn warn(&mut self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code::INVALID_VALUE, self.source, span, message).severity(Severity::Warning)
    }

    fn fill(&mut self, post: &mut FrontMatter, root: &Node) {
        let line = |key: &str| root.get(key).and_then(Node::line);
        let text = |key: &str| root.get(key).and_then(Node::text);
        let span = |key: &str| root.get(key).map(|node| node.span).unwrap_or_default();
        let (name_day, name_slug) = from_name(self.path);
        // Without a title the post stops; the name stands in for it in the other findings.
        post.title = line("title").unwrap_or_else(|| name_slug.to_string());
        post.title_span = span("title");
        post.subtitle = line("subtitle");
        post.subject = line("subject");
        post.preheader = line("preheader");
        for key in ["title", "subtitle", "subject", "preheader"] {
            self.holes(key, root);
        }
        post.slug = self.slug(root.get("slug")).unwrap_or(name_slug);
        post.slug_span = span("slug");
        post.date = self.date(root.get("date"), name_day);
        post.number = text("number").and_then(|number| number.parse().ok());
        post.authors = self.authors(root.get("authors"));
        post.status = if text("status") == Some("ready") { Status::Ready } else { Status::Draft };
        post.language = text("language").and_then(Language::new);
        post.tags = self.names(root.get("tags"), "tag");
        post.series = root.get("series").and_then(|node| self.names_of(node, "series").into_iter().next());
        post.segment = line("segment");
        post.visibility = Visibility::of(text("visibility"), post.segment.is_some());
        post.image = root.get("image").and_then(|node| self.path(node, "image"));
        post.images = image_policy(root);
        let attachments = root.get("attachments").map(Node::items).unwrap_or_default();
        post.attachments = attachments.iter().filter_map(|node| self.path(node, "attachments")).collect();
        post.canonical_url = line("canonical_url");
        let aliases = root.get("aliases").map(Node::items).unwrap_or_default();
        post.aliases = aliases.iter().filter_map(|node| self.alias(node)).collect();
        post.profile = root.get("profile").and_then(|node| self.profile(node));
        post.template = line("template");
        post.template_span = span("template");
        post.places = root.places();
        post.allow = self.allow(root.get("allow"));
        let extra = root.get("extra").map(Node::entries).unwrap_or_default();
        post.extra = extra.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect();
    }

    /// Subject and preheader may differ by subscriber; the title and the line under it stand on
    /// pages and lists, too, and are the same for all.
    fn holes(&mut self, key: &str, root: &Node) {
        let Some(node) = root.get(key) else { return };
        let Some(value) = node.line().filter(|value| value.contains("{{")) else { return };
        for (at, braces) in hole_syntax::uses(&value) {
            let (len, message, help) = match braces {
                Braces::Misused(misuse) => (misuse.len, misuse.message, misuse.help),
                Braces::Hole(_, len) if matches!(key, "title" | "subtitle") => (
                    len,
                    format!("`{key}` is the same for all readers"),
                    "a subscriber's field can stand in `subject`, in `preheader` and in the text".to_owned(),
                ),
                _ => continue,
            };
            // A quoted value may be written in other bytes than it holds.
            let written = value.get(at..at + len).and_then(|words| self.source.slice(node.span).find(words));
            let span = written.map_or(node.span, |at| Span::new(node.span.start + at, node.span.start + at + len));
            self.sink.push(Diagnostic::new(code::FORBIDDEN_HOLE, self.source, span, message).help(help));
        }
    }

    fn slug(&mut self, node: Option<&Node>) -> Option<Slug> {
        let node = node?;
        let text = node.line()?;
        // A line has lost its control characters; the text as written still has them.
        let written = node.text().unwrap_or_default();
        if written.contains(['/', '\\', '\0']) || text.split('.').all(str::is_empty) {
            let message = "`slug` is one name, not a path".to_owned();
            let mut found = Diagnostic::new(code::UNSAFE_PATH, self.source, node.span, message);
            if let Some(slug) = Slug::from_text(&text) {
                found = found.help(format!("write `{slug}`")).fix(Fix::needs_a_look(node.span, slug.as_str()));
            }
            self.sink.push(found);
            return None;
        }
        let slug = Slug::from_text(&text);
        if slug.is_none() {
            let found = self.warn(node.span, format!("`slug` has no letter or digit, only `{text}`"));
            self.sink.push(found.help("write words joined by `-`, or leave it out to take it from the file's name"));
        }
        slug
    }

    fn date(&mut self, node: Option<&Node>, name_day: Option<NaiveDate>) -> Option<PostDate> {
        let from_name = name_day.map(|day| PostDate { day, at: None });
        let Some(node) = node else { return from_name };
        let written = node.text().and_then(date::split).and_then(|parts| date::written(&parts).ok());
        let Some((day, time, offset)) = written else { return from_name };
        if let Some(name_day) = name_day.filter(|&name_day| (name_day - day).num_days().abs() > BEGUN_BEFORE) {
            let message = format!("the post is dated {day}, but its file's name says {name_day}");
            let help = "the date written here counts; rename the file, or change it";
            self.sink.push(Diagnostic::new(code::DATE_MISMATCH, self.source, node.span, message).help(help));
        }
        let at = time.map(|time| self.moment(day, time, offset, node.span));
        Some(PostDate { day, at })
    }

    fn moment(
        &mut self,
        day: NaiveDate,
        time: NaiveTime,
        offset: Option<chrono::FixedOffset>,
        span: Span,
    ) -> chrono::DateTime<chrono::FixedOffset> {
        let zone = self.config.timezone;
        let local = day.and_time(time);
        if let Some(moment) = offset.and_then(|offset| local.and_local_timezone(offset).single()) {
            return moment;
        }
        match date::in_zone(local, zone) {
            Moment::Once(moment) => moment,
            Moment::Twice(moment) => {
                let found =
                    self.warn(span, format!("clocks in {zone} show {time} twice on this day")).severity(Severity::Note);
                self.sink.push(found.help(format!("the first is taken; add `{}` to say so", moment.format("%:z"))));
                moment
            }
            Moment::Never(moment) => {
                let found = self.warn(span, format!("clocks in {zone} skip {time} on this day"));
                self.sink.push(found.help(format!("`{}` is taken", moment.format("%Y-%m-%d %H:%M %:z"))));
                moment
            }
        }
    }

    fn authors(&mut self, node: Option<&Node>) -> Vec<String> {
        let mut authors = Vec::new();
        for node in node.map(Node::items).unwrap_or_default() {
            let Some(author) = node.line() else { continue };
            let known = &self.config.authors;
            // A name with a space is not meant as an id.
            if !known.is_empty() && !known.contains_key(&author) && !author.contains(' ') {
                let message = format!("there is no author `{author}` in `newsletter.yaml`");
                let found = Diagnostic::new(code::UNKNOWN_AUTHOR, self.source, node.span, message);
                self.sink.push(match nearest(&author, known.keys().map(String::as_str)) {
                    Some(id) => found.help(format!("did you mean `{id}`?")).fix(Fix::needs_a_look(node.span, id)),
                    None => found.help(format!("add `{author}` under `authors`, or write the whole name")),
                });
            }
            if !authors.contains(&author) {
                authors.push(author);
            }
        }
        authors
    }

    fn names(&mut self, node: Option<&Node>, what: &str) -> Vec<String> {
        match node {
            // One text with commas is a list.
            Some(node) if node.text().is_some_and(|text| text.contains(',')) => {
                let text = node.line().unwrap_or_default();
                if self.leads_away(node, what, node.text().unwrap_or_default().split(',')) {
                    return Vec::new();
                }
                let mut names: Vec<String> = Vec::new();
                for name in text.split(',').map(str::trim).filter(|name| Slug::from_text(name).is_some()) {
                    if !names.iter().any(|known| known == name) {
                        names.push(name.to_owned());
                    }
                }
                names
            }
            Some(node) => self.names_of(node, what),
            None => Vec::new(),
        }
    }

    /// Names that become parts of addresses, and so have a letter or digit.
    fn names_of(&mut self, node: &Node, what: &str) -> Vec<String> {
        let mut names = Vec::new();
        for item in node.items() {
            let Some(name) = item.line() else { continue };
            if self.leads_away(item, what, item.text().into_iter()) {
                continue;
            }
            if Slug::from_text(&name).is_none() {
                let found = self.warn(item.span, format!("the {what} `{name}` has no letter or digit"));
                self.sink.push(found.help("write a word, or remove it"));
            } else if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether one of `names`, each of which becomes a part of an address, is a path to another
    /// place; reports it.
    fn leads_away<'n>(&mut self, node: &Node, what: &str, names: impl Iterator<Item = &'n str>) -> bool {
        let away = |name: &str| {
            name.contains('\0') || name.starts_with(['/', '\\']) || name.split(['/', '\\']).any(|part| part == "..")
        };
        let Some(name) = names.map(str::trim).find(|name| away(name)) else { return false };
        let message = format!("the {what} `{}` cannot be part of an address", name.replace('\0', "\u{fffd}"));
        let found = self.warn(node.span, message);
        self.sink.push(match Slug::from_text(name) {
            Some(slug) => found.help(format!("write a word, as `{slug}`")),
            None => found.help("write a word, or remove it"),
        });
        true
    }

    /// Whether a path or address holds a NUL, which a line would lose; reports it.
    fn holds_nul(&mut self, node: &Node, key: &str) -> bool {
        let holds = node.text().is_some_and(|text| text.contains('\0'));
        if holds {
            let message = format!("`{key}` cannot be used: {}", PathError::Control);
            let found = Diagnostic::new(code::UNSAFE_PATH, self.source, node.span, message);
            self.sink.push(found.help("remove the NUL, which YAML writes as `\\0`"));
        }
        holds
    }

    /// A path from the post's folder or from the publication's, or an address. Returned as written:
    /// which of them is meant depends on the files that are there.
    fn path(&mut self, node: &Node, key: &str) -> Option<String> {
        let text = node.line()?;
        if self.holds_nul(node, key) {
            return None;
        }
        if text.starts_with("https://") || text.starts_with("http://") {
            return Some(text);
        }
        let top = || RelPath::new(text.strip_prefix('/').unwrap_or(&text));
        match RelPath::resolve(self.path.parent(), &text).or_else(|_| top()) {
            Ok(_) => Some(text),
            Err(error) => {
                let message = format!("`{key}` cannot be used: {error}");
                let found = Diagnostic::new(code::UNSAFE_PATH, self.source, node.span, message);
                self.sink.push(found.help("write a path inside the publication's folder"));
                None
            }
        }
    }

    /// An address of the web site: a path from its top, with or without the `/` before it.
    fn alias(&mut self, node: &Node) -> Option<Alias> {
        let text = node.line()?;
        if self.holds_nul(node, "aliases") {
            return None;
        }
        if text.contains("://") {
            let found = self.warn(node.span, format!("`aliases` is made of paths of the web site, not of `{text}`"));
            self.sink.push(found.help("write a path such as `/2024/old-name`"));
            return None;
        }
        match RelPath::new(text.trim_start_matches('/')) {
            Ok(path) => Some(Alias { path: path.to_string(), span: node.span }),
            Err(error) => {
                let message = format!("`aliases` cannot be used: {error}");
                let found = Diagnostic::new(code::UNSAFE_PATH, self.source, node.span, message);
                self.sink.push(found.help("write a path of the web site such as `/2024/old-name`"));
                None
            }
        }
    }

    fn profile(&mut self, node: &Node) -> Option<String> {
        let name = node.line()?;
        let known = &self.config.profiles;
        if known.contains_key(&name) {
            return Some(name);
        }
        let message = format!("there is no profile `{name}` in `newsletter.yaml`");
        let found = Diagnostic::new(code::UNKNOWN_PROFILE, self.source, node.span, message);
        self.sink.push(match nearest(&name, known.keys().map(String::as_str)) {
            Some(near) => found.help(format!("did you mean `{near}`?")).fix(Fix::needs_a_look(node.span, near)),
            None => found.help(format!("add `{name}` under `profiles`, or remove it here")),
        });
        None
    }

    fn allow(&mut self, node: Option<&Node>) -> Vec<Allow> {
        let mut allowed = Vec::new();
        for item in node.map(Node::items).unwrap_or_default() {
            if let (Some(rule), Some(reason)) = (item.get("rule"), item.get("reason"))
                && let (Some(name), Some(reason)) = (rule.line(), reason.line())
            {
                allowed.extend(self.allowed(name, reason, rule.span));
                continue;
            }
            if node.is_some_and(|node| matches!(node.value, Value::List(_))) {
                continue;
            }
            for entry in item.entries() {
                if let Some(reason) = entry.value.line() {
                    allowed.extend(self.allowed(entry.key.clone(), reason, entry.key_span));
                }
            }
        }
        allowed
    }

    fn allowed(&mut self, rule: String, reason: String, span: Span) -> Option<Allow> {
        allow::allow(rule, reason, span, Scope::Post, self.source).map_err(|found| self.sink.push(*found)).ok()
    }
}

/// The day of a date as a header writes it; nothing where there is no such day.
pub fn day(text: &str) -> Option<NaiveDate> {
    date::split(text).and_then(|parts| date::written(&parts).ok()).map(|(day, _, _)| day)
}

/// A letter is begun, and its file named, some days before it is dated; further apart one of the two
/// is a slip.
const BEGUN_BEFORE: i64 = 7;

/// The date and the slug that the name of a file holds: `2024-04-26-slug.md`.
pub fn from_name(path: &RelPath) -> (Option<NaiveDate>, Slug) {
    let stem = path.stem();
    let mut parts = stem.splitn(4, '-');
    let day = match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day)) => {
            date::split(&format!("{year}-{month}-{day}")).and_then(|parts| date::written(&parts).ok())
        }
        _ => None,
    };
    let name = match (&day, parts.next()) {
        (Some((_, None, None)), Some(rest)) => Slug::from_text(rest),
        _ => None,
    };
    let slug = name.or_else(|| Slug::from_text(stem)).unwrap_or_default();
    (day.map(|(day, _, _)| day), slug)
}
