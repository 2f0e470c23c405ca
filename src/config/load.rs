//! From `newsletter.yaml` to a [`Config`].

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;

use crate::address::EmailAddress;
use crate::config::table::CONFIG;
use crate::config::{
    Auth, Author, Checks, Config, Dkim, FieldType, ImagePolicy, Mailbox, MarkdownOptions, Profile, RequiredSection,
    SecondKey, Secret, SectionKind, Sign, Smtp, Term, Theme, Tls, Unsubscribe, conceal, site,
};
use crate::diagnostic::{Diagnostic, Fix, Levels, Severity, Sink, Source, Span, code, nearest};
use crate::files::RelPath;
use crate::language::Language;
use crate::segment::{Fields, RESERVED, Segment};
use crate::yaml::read::{self, Manner};
use crate::yaml::{self, Node};

impl Config {
    /// Reads the configuration and reports all that is wrong with it. Nothing where it is not
    /// YAML; what else cannot be used is left out.
    pub fn load(source: &Arc<Source>, sink: &mut Sink) -> Option<Self> {
        let block = Span::new(source.bom_len(), source.text().len());
        let mut syntax = Sink::new();
        let Some(mut root) = yaml::parse(source, block, &mut syntax) else {
            sink.extend(syntax.found().iter().cloned().map(|found| conceal::in_broken_text(source, found)));
            return None;
        };
        // From here on no finding can show a secret, not even one about its neighbour.
        let source = &conceal::in_tree(source, &root);
        read::check(&mut root, &CONFIG, source, Manner::Strict, sink);
        let mut load = Load { source, sink };
        Some(load.config(&root))
    }

    /// A configuration in which everything but the name is the default.
    pub fn named(name: &str) -> Self {
        let source = Source::new(crate::config::FILE, format!("name: {}\n", serde_json::Value::from(name)));
        let mut sink = Sink::new();
        Load { source: &source, sink: &mut sink }.config(&Node::null(0)).with_name(name)
    }

    fn with_name(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }
}

struct Load<'a> {
    source: &'a Arc<Source>,
    sink: &'a mut Sink,
}

impl Load<'_> {
    fn config(&mut self, root: &Node) -> Config {
        let nothing = Node::null(0);
        let section = |key: &str| root.get(key).unwrap_or(&nothing);
        let fields = self.fields(section("subscribers"));
        Config {
            source: Arc::clone(self.source),
            places: root.places(),
            name: line(root, "name").unwrap_or_default(),
            tagline: line(root, "tagline"),
            base_url: line(root, "base_url").map(|url| url.trim_end_matches('/').to_owned()),
            language: root.get("language").and_then(Node::text).and_then(Language::new).unwrap_or_default(),
            timezone: root.get("timezone").and_then(Node::text).and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC),
            from: root.get("from").and_then(mailbox),
            reply_to: root.get("reply_to").and_then(mailbox),
            postal_address: root
                .get("postal_address")
                .and_then(Node::text)
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty()),
            template: line(root, "template").unwrap_or_else(|| "classic".to_owned()),
            theme: self.theme(section("theme")),
            images: image_policy(root).unwrap_or_default(),
            authors: self.authors(section("authors")),
            checks: self.checks(section("checks")),
            profiles: self.profiles(section("profiles")),
            markdown: markdown(section("markdown")),
            smtp: root.get("smtp").and_then(smtp),
            unsubscribe: Unsubscribe {
                url: line(section("unsubscribe"), "url"),
                mailto: line(section("unsubscribe"), "mailto"),
            },
            bounces: line(root, "bounces"),
            precedence_bulk: root.get("precedence").is_some(),
            dkim: root.get("dkim").map(dkim),
            segments: self.segments(section("segments"), &fields),
            fields,
            archive: site::read(section("archive")),
            publish: words(section("publish"), "command"),
            require_approval: truth(root, "require_approval"),
        }
    }

    fn theme(&mut self, node: &Node) -> Theme {
        let colors = |key: &str| {
            let entries = node.get(key).map(Node::entries).unwrap_or_default();
            let color = |entry: &yaml::Entry| Some((entry.key.clone(), long_color(entry.value.text()?)));
            entries.iter().filter_map(color).collect()
        };
        Theme {
            colors: colors("colors"),
            dark_colors: colors("dark_colors"),
            serif: line(node, "serif"),
            sans: line(node, "sans"),
            mono: line(node, "mono"),
            logo: self.path(node, "logo"),
            social: pairs(node, "social"),
        }
    }

    fn authors(&mut self, node: &Node) -> BTreeMap<String, Author> {
        let author = |entry: &yaml::Entry| {
            let node = &entry.value;
            let author = Author {
                name: line(node, "name").unwrap_or_else(|| entry.key.clone()),
                bio: line(node, "bio"),
                image: self.path(node, "image"),
                url: line(node, "url"),
            };
            (entry.key.clone(), author)
        };
        node.entries().iter().map(author).collect()
    }

    /// A path inside the publication, or an address.
    fn path(&mut self, node: &Node, key: &str) -> Option<String> {
        let value = node.get(key)?;
        let text = value.line()?;
        if text.starts_with("https://") || text.starts_with("http://") {
            return Some(text);
        }
        match RelPath::new(text.strip_prefix('/').unwrap_or(&text)) {
            Ok(path) => Some(path.to_string()),
            Err(error) => {
                let message = format!("`{key}` cannot be used: {error}");
                let found = Diagnostic::new(code::UNSAFE_PATH, self.source, value.span, message);
                self.sink.push(found.help("write a path that starts at the folder of `newsletter.yaml`"));
                None
            }
        }
    }

    fn checks(&mut self, node: &Node) -> Checks {
        let usual = Checks::default();
        Checks {
            levels: self.levels(node.get("levels").unwrap_or(&Node::null(0))),
            max_html_bytes: number(node, "max_html_bytes").unwrap_or(usual.max_html_bytes),
            max_subject: number(node, "max_subject").unwrap_or(usual.max_subject),
            max_preheader: number(node, "max_preheader").unwrap_or(usual.max_preheader),
            max_minutes: number(node, "max_minutes"),
            max_image_bytes: number(node, "max_image_bytes").unwrap_or(usual.max_image_bytes),
            max_animation_bytes: number(node, "max_animation_bytes").unwrap_or(usual.max_animation_bytes),
            max_image_pixels: number(node, "max_image_pixels").unwrap_or(usual.max_image_pixels),
            terms: node.get("terms").map(Node::items).unwrap_or_default().iter().filter_map(term).collect(),
        }
    }

    fn levels(&mut self, node: &Node) -> Levels {
        let mut levels = Levels::default();
        for entry in node.entries() {
            let span = entry.key_span;
            let Some(code) = code::find(&entry.key) else {
                let names = code::names();
                let message = format!("there is no check `{}`", entry.key);
                let found = Diagnostic::new(code::UNKNOWN_KEY, self.source, span, message).severity(Severity::Error);
                self.sink.push(match nearest(&entry.key, names) {
                    Some(name) => found.help(format!("did you mean `{name}`?")).fix(Fix::needs_a_look(span, name)),
                    None => found.help("use a name or code of the list of diagnostics, as `size-limit` or `NL060`"),
                });
                continue;
            };
            if code.is_fixed() {
                let message = format!("the level of `{}` is fixed", code.name);
                let help = "remove it: without what it asks, the tool cannot go on";
                self.sink.push(Diagnostic::new(code::INVALID_VALUE, self.source, span, message).help(help));
                continue;
            }
            match entry.value.text() {
                Some("off") => levels.set(code, None),
                Some("note") => levels.set(code, Some(Severity::Note)),
                Some("warning") => levels.set(code, Some(Severity::Warning)),
                Some("error") => levels.set(code, Some(Severity::Error)),
                _ => {}
            }
        }
        levels
    }

    fn profiles(&mut self, node: &Node) -> BTreeMap<String, Profile> {
        node.entries().iter().map(|entry| (entry.key.clone(), self.profile(&entry.value))).collect()
    }

    fn profile(&mut self, node: &Node) -> Profile {
        self.range(node);
        let sections = node.get("sections").map(Node::items).unwrap_or_default();
        Profile {
            description: line(node, "description"),
            fields: node.get("fields").map(Node::items).unwrap_or_default().iter().filter_map(Node::line).collect(),
            sections: sections.iter().filter_map(|section| self.section(section)).collect(),
            ordered: boolean(node, "ordered").unwrap_or_default(),
            min_words: number(node, "min_words"),
            max_words: number(node, "max_words"),
        }
    }

    fn section(&mut self, node: &Node) -> Option<RequiredSection> {
        self.range(node);
        let names = node.get("any_of").map(Node::items).unwrap_or_default();
        Some(RequiredSection {
            id: node.line().or_else(|| line(node, "id"))?,
            kind: match node.get("kind").and_then(Node::text) {
                Some("greeting") => SectionKind::Greeting,
                Some("sign-off") => SectionKind::SignOff,
                _ => SectionKind::Heading,
            },
            any_of: names.iter().filter_map(Node::line).collect(),
            min_items: number(node, "min_items"),
            min_words: number(node, "min_words"),
            max_words: number(node, "max_words"),
        })
    }

    fn fields(&mut self, node: &Node) -> Fields {
        // Everybody may have a name.
        let mut fields = Fields::from([("name".to_owned(), FieldType::Text)]);
        for entry in node.get("fields").map(Node::entries).unwrap_or_default() {
            let kind = match entry.value.text() {
                Some("text") => FieldType::Text,
                Some("number") => FieldType::Number,
                Some("date") => FieldType::Date,
                Some("boolean") => FieldType::Boolean,
                _ => continue,
            };
            let (message, help) = match entry.key.as_str() {
                "name" if kind != FieldType::Text => {
                    ("`name` is always a text".to_owned(), "write `name: text`, or choose another name")
                }
                key if RESERVED.contains(&key) => {
                    let message = format!("no field can be called `{key}`");
                    (message, "choose another name: every subscriber has this already, or segments use the word")
                }
                key => {
                    fields.insert(key.to_owned(), kind);
                    continue;
                }
            };
            self.sink.push(Diagnostic::new(code::INVALID_VALUE, self.source, entry.key_span, message).help(help));
        }
        fields
    }

    fn segments(&mut self, node: &Node, fields: &Fields) -> BTreeMap<String, Segment> {
        let mut segments = BTreeMap::new();
        for entry in node.entries() {
            let Some(text) = entry.value.text() else { continue };
            match Segment::parse(text, fields) {
                Ok(segment) => drop(segments.insert(entry.key.clone(), segment)),
                Err(error) => {
                    let span = yaml::inside(self.source, &entry.value, error.span);
                    let message = format!("the segment `{}` cannot be read: {error}", entry.key);
                    let found = Diagnostic::new(code::INVALID_VALUE, self.source, span, message).help(error.help());
                    let same = text.get(error.span.range()) == Some(self.source.slice(span));
                    // A quote would have to be written as the YAML round it asks.
                    let fix = error.replacement().filter(|new| same && !new.contains(['"', '\'']));
                    self.sink.push(match fix {
                        Some(new) => found.fix(Fix::needs_a_look(span, new)),
                        None => found,
                    });
                }
            }
        }
        segments
    }

    /// More words at least than at most can never be met.
    fn range(&mut self, node: &Node) {
        let (least, most) = (number::<usize>(node, "min_words"), number::<usize>(node, "max_words"));
        if let (Some(least), Some(most), Some(entry)) = (least, most, node.entry("min_words"))
            && least > most
        {
            let message = format!("`min_words` is {least}, more than `max_words`, which is {most}");
            let found = Diagnostic::new(code::INVALID_VALUE, self.source, entry.value.span, message);
            self.sink.push(found.help("no post can meet both; lower this or raise the other"));
        }
    }
}

/// The lines of a mapping with their keys, in order.
pub(super) fn pairs(node: &Node, key: &str) -> Vec<(String, String)> {
    let entries = node.get(key).map(Node::entries).unwrap_or_default();
    entries.iter().filter_map(|entry| Some((entry.key.clone(), entry.value.line()?))).collect()
}

pub(super) fn line(node: &Node, key: &str) -> Option<String> {
    node.get(key)?.line()
}

fn number<T: std::str::FromStr>(node: &Node, key: &str) -> Option<T> {
    node.get(key)?.text()?.parse().ok()
}

pub(super) fn boolean(node: &Node, key: &str) -> Option<bool> {
    match &node.get(key)?.value {
        yaml::Value::Scalar(scalar) => scalar.as_bool(),
        _ => None,
    }
}

fn term(node: &Node) -> Option<Term> {
    let instead_of = node.get("instead_of")?.items().iter().filter_map(Node::line).collect();
    Some(Term { prefer: line(node, "prefer")?, instead_of })
}

/// The value of `images`, here and in posts.
pub(crate) fn image_policy(node: &Node) -> Option<ImagePolicy> {
    match node.get("images")?.text()? {
        "hosted" => Some(ImagePolicy::Hosted),
        "embedded" => Some(ImagePolicy::Embedded),
        _ => None,
    }
}

fn mailbox(node: &Node) -> Option<Mailbox> {
    if let Some(text) = node.text() {
        let mailbox: lettre::message::Mailbox = text.parse().ok()?;
        return Some(Mailbox { name: mailbox.name, address: EmailAddress::parse(mailbox.email.as_ref()).ok()? });
    }
    Some(Mailbox { name: line(node, "name"), address: EmailAddress::parse(&line(node, "address")?).ok()? })
}

/// `#rgb` as `#rrggbb`, in lower case: mail clients know six digits.
fn long_color(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    match text.strip_prefix('#') {
        Some(hex) if hex.len() == 3 => std::iter::once('#').chain(hex.chars().flat_map(|digit| [digit; 2])).collect(),
        _ => text,
    }
}

fn markdown(node: &Node) -> MarkdownOptions {
    let usual = MarkdownOptions::default();
    MarkdownOptions {
        smart_punctuation: boolean(node, "smart_punctuation").unwrap_or(usual.smart_punctuation),
        hard_breaks: boolean(node, "hard_breaks").unwrap_or(usual.hard_breaks),
        html: boolean(node, "html").unwrap_or(usual.html),
    }
}

fn smtp(node: &Node) -> Option<Smtp> {
    let tls = match node.get("tls").and_then(Node::text) {
        Some("starttls") => Tls::Starttls,
        Some("none") => Tls::None,
        _ => Tls::Implicit,
    };
    let usual_port = match tls {
        Tls::Implicit => 465,
        Tls::Starttls => 587,
        Tls::None => 25,
    };
    Some(Smtp {
        host: line(node, "host")?,
        port: number(node, "port").unwrap_or(usual_port),
        tls,
        username: line(node, "username"),
        password: node.get("password").and_then(secret),
        auth: match node.get("auth").and_then(Node::text) {
            Some("plain") => Some(Auth::Plain),
            Some("login") => Some(Auth::Login),
            Some("xoauth2") => Some(Auth::XOAuth2),
            _ => None,
        },
        ca_file: line(node, "ca_file"),
        allow_plaintext: truth(node, "allow_plaintext"),
        connections: number(node, "connections").unwrap_or(2),
        messages_per_connection: number(node, "messages_per_connection").unwrap_or(100),
        rate: number(node, "rate"),
        per_day: number(node, "per_day"),
        domain_rate: number(node, "domain_rate"),
    })
}

fn dkim(node: &Node) -> Dkim {
    let second =
        |node: &Node| Some(SecondKey { selector: line(node, "selector")?, key: node.get("key").and_then(secret)? });
    Dkim {
        sign: if node.get("sign").and_then(Node::text) == Some("relay") { Sign::Relay } else { Sign::Own },
        domain: line(node, "domain"),
        selector: line(node, "selector"),
        key: node.get("key").and_then(secret),
        ed25519: node.get("ed25519").and_then(second),
    }
}

fn truth(node: &Node, key: &str) -> bool {
    boolean(node, key).unwrap_or_default()
}

pub(super) fn words(node: &Node, key: &str) -> Vec<String> {
    let items = node.get(key).map(Node::items).unwrap_or_default();
    items.iter().filter_map(Node::text).map(str::to_owned).collect()
}

fn secret(node: &Node) -> Option<Secret> {
    if let Some(name) = line(node, "env") {
        return Some(Secret::Env(name));
    }
    if let Some(path) = line(node, "file") {
        return Some(Secret::File(path));
    }
    let command = words(node, "command");
    (!command.is_empty()).then_some(Secret::Command(command))
}
