//! Holds a tree against a table: reports all that does not fit, and takes it out, so that what is
//! left can be read without asking again.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Fix, Severity, Sink, Source, Span, code, nearest};
use crate::yaml::field::Presence;
use crate::yaml::syntax::quoted;
use crate::yaml::{Entry, Field, Kind, Node, Scalar, Shape, Table, Value, Weight};

/// How a file takes what does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Everything is an error.
    Strict,
    /// An unknown key and a broken value that the rest can do without are warnings.
    Lenient,
}

/// Holds `root` against `table` and takes out what does not fit.
pub fn check(root: &mut Node, table: &'static Table, source: &Arc<Source>, manner: Manner, sink: &mut Sink) {
    let mut reader = Reader { source, sink, manner, weight: Weight::Needed };
    match root.value {
        Value::Map(_) => reader.table(root, table, &named(table)),
        _ => reader.not_a_mapping(root, table),
    }
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    sink: &'a mut Sink,
    manner: Manner,
    weight: Weight,
}

/// A colour in what follows a key, and where it stands: without quotes it is a comment.
fn colour_as_comment(line: &str) -> Option<(usize, &str)> {
    let value = line.strip_prefix(':')?.trim();
    let digits = value.strip_prefix('#')?;
    let is_color = matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_color.then(|| (line.len() - line.trim_start_matches([':', ' ', '\t']).len(), value))
}

/// A file by its name, anything else in words.
fn named(table: &Table) -> String {
    if table.name.contains('.') { format!("`{}`", table.name) } else { format!("the {}", table.name) }
}

/// Whether a value stays.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Keep,
    Drop,
}

impl Reader<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        let mild = self.manner == Manner::Lenient && self.weight == Weight::Spare;
        self.sink.push(if mild { diagnostic.severity(Severity::Warning) } else { diagnostic });
    }

    fn not_a_mapping(&mut self, root: &mut Node, table: &Table) {
        let line = self.source.position(root.span.start).line;
        let first = self.source.line_span(line);
        let span = Span::new(root.span.start, root.span.end.min(first.end));
        let mut found = Diagnostic::new(
            code::WRONG_TYPE,
            self.source,
            span,
            format!("{} is made of `key: value` lines, not of {}", named(table), root.describe()),
        );
        let example = table.fields.first().map_or("key", |field| field.name);
        found = found.help(format!("begin with a line such as `{example}: …`"));
        // `title:Foo`, without the space.
        if let Some((key, value)) = self.source.slice(span).split_once(':')
            && table.field(key).is_some()
        {
            let at = span.start + key.len() + 1;
            found = found.help("put a space after the colon");
            if !value.is_empty() {
                found = found.fix(Fix::safe(Span::empty(at), " "));
            }
        }
        self.report(found);
        root.value = Value::Map(Vec::new());
    }

    fn table(&mut self, node: &mut Node, table: &'static Table, what: &str) {
        let place = node.span;
        let Value::Map(entries) = &mut node.value else { return };
        self.repeated(entries);
        let mut meant = Vec::new();
        let present: Vec<String> = entries.iter().map(|entry| entry.key.clone()).collect();
        for entry in &mut *entries {
            if let Some(field) = table.field(&entry.key) {
                self.field(entry, field, field.required || table.presence == Presence::One);
            } else {
                meant.extend(self.unknown(entry, table, &present));
                entry.value.value = Value::Null;
            }
        }
        let outer = std::mem::replace(&mut self.weight, Weight::Needed);
        match table.presence {
            Presence::Required => {
                for field in table.fields.iter().filter(|field| field.required) {
                    // A slip of the finger is one finding, not two.
                    if !present.iter().any(|key| key == field.name) && !meant.contains(&field.name) {
                        self.missing(field, place, what);
                    }
                }
            }
            Presence::One => {
                let known: Vec<_> = entries.iter().filter(|entry| table.field(&entry.key).is_some()).collect();
                if known.len() != 1 {
                    let names: Vec<_> = table.fields.iter().map(|field| format!("`{}`", field.name)).collect();
                    let message = format!("{what} has one of {}, not {}", names.join(", "), known.len());
                    let help = "keep one of them";
                    self.report(Diagnostic::new(code::INVALID_VALUE, self.source, place, message).help(help));
                    node.value = Value::Null;
                }
            }
        }
        self.weight = outer;
    }

    fn missing(&mut self, field: &Field, place: Span, what: &str) {
        // The mapping's first line stands for all of it.
        let line = self.source.line_span(self.source.position(place.start).line);
        let span = Span::new(place.start, place.end.min(line.end.max(place.start)));
        let message = format!("{what} has no `{}`", field.name);
        let help = format!("add `{}: {}`", field.name, field.example);
        self.report(Diagnostic::new(code::MISSING_KEY, self.source, span, message).help(help));
    }

    /// Reports repeated keys and keeps the first of each.
    fn repeated(&mut self, entries: &mut Vec<Entry>) {
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        entries.retain(|entry| {
            let Some(&earlier) = first.get(&entry.key) else {
                first.insert(entry.key.clone(), entry.key_span.start);
                return true;
            };
            let earlier = self.source.position(earlier).line;
            let message = format!("the key `{}` stands here a second time", entry.key);
            self.sink.push(
                Diagnostic::new(code::DUPLICATE_KEY, self.source, entry.key_span, message)
                    .help(format!("keep one; the other is on line {earlier}")),
            );
            false
        });
    }

    /// Reports a key that nothing reads, and gives the one that was probably meant.
    fn unknown(&mut self, entry: &Entry, table: &Table, present: &[String]) -> Option<&'static str> {
        let mut meant = None;
        let key = &entry.key;
        let free = table.fields.iter().map(|field| field.name).filter(|name| !present.iter().any(|key| key == name));
        let mut found = Diagnostic::new(code::UNKNOWN_KEY, self.source, entry.key_span, format!("unknown key `{key}`"));
        let synonym = table.synonyms.iter().find(|(other, _)| other.eq_ignore_ascii_case(key));
        found = if let Some((_, help)) = synonym {
            found.help(*help)
        } else if let Some(name) = nearest(key, free) {
            meant = Some(name);
            found.help(format!("did you mean `{name}`?")).fix(Fix::needs_a_look(entry.key_span, name))
        } else if self.manner == Manner::Lenient && table.field("extra").is_some() {
            found.help("put what your own templates read under `extra`, or remove it")
        } else {
            let names: Vec<_> = table.fields.iter().map(|field| format!("`{}`", field.name)).collect();
            found.help(format!("the keys here are {}", names.join(", ")))
        };
        self.sink.push(match self.manner {
            Manner::Strict => found.severity(Severity::Error),
            Manner::Lenient => found.severity(Severity::Warning),
        });
        meant
    }

    fn field(&mut self, entry: &mut Entry, field: &'static Field, required: bool) {
        let outer = self.weight;
        if field.weight == Weight::Spare {
            self.weight = Weight::Spare;
        }
        if entry.value.value == Value::Null && !matches!(field.kind, Kind::Any) {
            // A key without a value is a key left out, unless a comment took the value.
            let rest = self.source.slice(Span::new(entry.key_span.end, self.source.text().len()));
            let line = rest.lines().next().unwrap_or_default();
            if let Some((at, color)) = colour_as_comment(line) {
                let span = Span::new(entry.key_span.end + at, entry.key_span.end + at + color.len());
                let message = format!("`{color}` is a comment to YAML, and `{}` has no value", entry.key);
                let found = Diagnostic::new(code::INVALID_VALUE, self.source, span, message);
                let found = found.help(format!("put it in quotes: \"{color}\""));
                self.report(found.fix(Fix::safe(span, format!("\"{color}\""))));
            } else if required {
                let message = format!("`{}` has no value", entry.key);
                let help = if line.contains(" #") {
                    "a ` #` starts a comment; put a text that holds one in quotes".to_owned()
                } else {
                    format!("write `{}: {}`", field.name, field.example)
                };
                self.report(Diagnostic::new(code::MISSING_KEY, self.source, entry.key_span, message).help(help));
            }
        } else if self.value(&mut entry.value, &field.kind, &format!("`{}`", entry.key), entry.key_span, field.example)
            == Verdict::Drop
        {
            entry.value.value = Value::Null;
        }
        self.weight = outer;
    }

    /// Checks a value; `what` names it in messages, `key` is where its key stands.
    fn value(&mut self, node: &mut Node, kind: &'static Kind, what: &str, key: Span, example: &str) -> Verdict {
        match kind {
            Kind::Any => self.anything(node),
            Kind::Text(shape) => match &node.value {
                Value::Scalar(scalar) if scalar.as_bool().is_none() => {
                    self.text(node.span, scalar, shape, what, example)
                }
                Value::Scalar(scalar) => {
                    let text = quoted(&scalar.text);
                    let help = format!("put it in quotes if it is meant as text: {text}");
                    let found = self.wrong(node, what, shape.name).help(help).fix(Fix::needs_a_look(node.span, text));
                    self.report(found);
                    Verdict::Drop
                }
                _ => self.wrong_form(node, what, shape.name, example),
            },
            Kind::Choice(words) => self.choice(node, words, what),
            Kind::Boolean => match &node.value {
                Value::Scalar(scalar) if scalar.as_bool().is_some() => Verdict::Keep,
                Value::Scalar(scalar) => {
                    let meant = match scalar.text.to_ascii_lowercase().as_str() {
                        "yes" | "on" | "y" | "true" | "1" => Some("true"),
                        "no" | "off" | "n" | "false" | "0" => Some("false"),
                        _ => None,
                    };
                    let mut found = self.wrong(node, what, "`true` or `false`");
                    if let Some(meant) = meant {
                        found = found.help(format!("write `{meant}`")).fix(Fix::safe(node.span, meant));
                    }
                    self.report(found);
                    Verdict::Drop
                }
                _ => self.wrong_form(node, what, "`true` or `false`", example),
            },
            Kind::Integer { min, max } => self.integer(node, *min, *max, what, example),
            Kind::List(items) | Kind::Filled(items) => match &mut node.value {
                Value::List(nodes) if nodes.is_empty() && matches!(kind, Kind::Filled(_)) => {
                    let message = format!("{what} is an empty list");
                    let help = format!("write {what} as `{example}`");
                    self.report(Diagnostic::new(code::INVALID_VALUE, self.source, node.span, message).help(help));
                    Verdict::Drop
                }
                Value::List(nodes) => {
                    let name = format!("an item of {what}");
                    nodes.retain_mut(|item| self.item(item, items, &name, key) == Verdict::Keep);
                    Verdict::Keep
                }
                _ => self.wrong_form(node, what, "a list", example),
            },
            Kind::Table(table) => match &node.value {
                Value::Map(_) => {
                    self.table(node, table, what);
                    Verdict::Keep
                }
                _ => self.wrong_form(node, what, &words_for(kind), example),
            },
            Kind::Map { keys, values } => match &mut node.value {
                Value::Map(entries) => {
                    self.repeated(entries);
                    entries.retain_mut(|entry| {
                        if !(keys.accepts)(&entry.key) {
                            let message = format!("`{}` is not {}", entry.key, keys.name);
                            self.report(Diagnostic::new(code::INVALID_VALUE, self.source, entry.key_span, message));
                            return false;
                        }
                        let name = format!("`{}`", entry.key);
                        self.item(&mut entry.value, values, &name, entry.key_span) == Verdict::Keep
                    });
                    Verdict::Keep
                }
                _ => self.wrong_form(node, what, "a mapping", example),
            },
            Kind::OneOf(kinds) => match kinds.iter().find(|kind| has_form(node, kind)) {
                Some(kind) => self.value(node, kind, what, key, example),
                None => self.wrong_form(node, what, &words_for(kind), example),
            },
            Kind::Secret(table) => match &node.value {
                Value::Map(_) => {
                    self.table(node, table, what);
                    if node.value == Value::Null { Verdict::Drop } else { Verdict::Keep }
                }
                _ => self.secret(node, what, key),
            },
        }
    }

    /// An item of a list, or a value under a user's own key: nothing is not allowed here.
    fn item(&mut self, node: &mut Node, kind: &'static Kind, what: &str, key: Span) -> Verdict {
        if node.value == Value::Null && !matches!(kind, Kind::Any) {
            let message = format!("{what} has no value");
            let span = if node.span.is_empty() { key } else { node.span };
            self.report(
                Diagnostic::new(code::WRONG_TYPE, self.source, span, message).help("remove it, or give it one"),
            );
            return Verdict::Drop;
        }
        self.value(node, kind, what, key, "")
    }

    /// The user's own values: only repeated keys are wrong.
    fn anything(&mut self, node: &mut Node) -> Verdict {
        match &mut node.value {
            Value::List(items) => {
                for item in items {
                    self.anything(item);
                }
            }
            Value::Map(entries) => {
                self.repeated(entries);
                for entry in entries {
                    self.anything(&mut entry.value);
                }
            }
            Value::Null | Value::Scalar(_) => {}
        }
        Verdict::Keep
    }

    fn text(&mut self, span: Span, scalar: &Scalar, shape: &Shape, what: &str, example: &str) -> Verdict {
        let text = scalar.text.as_str();
        let message = if (shape.accepts)(text) {
            shape.refuses_text(text)
        } else if text.trim().is_empty() {
            Some(format!("{what} is empty"))
        } else {
            Some(format!("{what} is {}, not `{}`", shape.name, shorten(text)))
        };
        let Some(message) = message else { return Verdict::Keep };
        let mut found = Diagnostic::new(code::INVALID_VALUE, self.source, span, message);
        found = match (shape.repair)(text) {
            Some(repaired) => found.help(format!("write `{repaired}`")).fix(Fix::needs_a_look(span, repaired)),
            // Most shapes are named by an example.
            None if example.is_empty() || shape.name.contains('`') => found.help(format!("write {}", shape.name)),
            None => found.help(format!("write {} such as `{example}`", shape.name)),
        };
        self.report(found);
        Verdict::Drop
    }

    fn choice(&mut self, node: &Node, words: &'static [(&'static str, &'static str)], what: &str) -> Verdict {
        let Value::Scalar(scalar) = &node.value else {
            return self.wrong_form(node, what, &one_of(words), words.first().map_or("", |(word, _)| word));
        };
        if words.iter().any(|(word, _)| *word == scalar.text) && scalar.as_bool().is_none() {
            return Verdict::Keep;
        }
        let names = one_of(words);
        let mut found = Diagnostic::new(
            code::INVALID_VALUE,
            self.source,
            node.span,
            format!("{what} is {names}, not `{}`", shorten(&scalar.text)),
        );
        found = match nearest(&scalar.text, words.iter().map(|(word, _)| *word)) {
            Some(word) => found.help(format!("did you mean `{word}`?")).fix(Fix::needs_a_look(node.span, word)),
            None => found.help(format!("write {names}")),
        };
        self.report(found);
        Verdict::Drop
    }

    fn integer(&mut self, node: &mut Node, min: u64, max: u64, what: &str, example: &str) -> Verdict {
        let Value::Scalar(scalar) = &node.value else { return self.wrong_form(node, what, "a whole number", example) };
        let range = if max == u64::MAX { format!("at least {min}") } else { format!("between {min} and {max}") };
        match whole(scalar) {
            Some(number) if u64::try_from(number).is_ok_and(|number| (min..=max).contains(&number)) => {
                // `0x1F`, `1e3` and `+5` are whole numbers too, and the same to whoever reads on.
                node.value = Value::Scalar(Scalar { text: number.to_string(), plain: true });
                return Verdict::Keep;
            }
            Some(_) => {
                let message = format!("{what} is {range}, not {}", shorten(&scalar.text));
                let found = Diagnostic::new(code::INVALID_VALUE, self.source, node.span, message);
                self.report(found.help(format!("write a number that is {range}")));
            }
            None => {
                let mut found = self.wrong(node, what, "a whole number");
                if scalar.is_number() {
                    found.message = format!("{what} is a whole number, not {}", shorten(&scalar.text));
                }
                let bare = Scalar { text: scalar.text.clone(), plain: true };
                self.report(match whole(&bare) {
                    Some(number) if !scalar.plain => {
                        found.help("leave the quotes out").fix(Fix::safe(node.span, number.to_string()))
                    }
                    _ if example.is_empty() => found.help("write a whole number"),
                    _ => found.help(format!("write a whole number such as `{example}`")),
                });
            }
        }
        Verdict::Drop
    }

    /// A secret in plain text. Neither message nor source may show it, so the finding is about a
    /// copy of the file in which it is masked.
    fn secret(&mut self, node: &Node, what: &str, key: Span) -> Verdict {
        let masked = self.source.masked(node.span);
        let found = Diagnostic::new(code::PLAIN_SECRET, &masked, key, format!("{what} is written into the file"))
            .label("git would keep it for ever")
            .help("say where it is: `{ env: NAME }`, `{ file: PATH }` or `{ command: [program, argument] }`; change it if it was ever committed");
        self.sink.push(found);
        Verdict::Drop
    }

    fn wrong(&self, node: &Node, what: &str, wanted: &str) -> Diagnostic {
        let line = self.source.line_span(self.source.position(node.span.start).line);
        let span = Span::new(node.span.start, node.span.end.min(line.end.max(node.span.start)));
        let message = format!("{what} is {wanted}, not {}", node.describe());
        Diagnostic::new(code::WRONG_TYPE, self.source, span, message)
    }

    fn wrong_form(&mut self, node: &Node, what: &str, wanted: &str, example: &str) -> Verdict {
        let help = if example.is_empty() { format!("write {wanted}") } else { format!("write {what} as `{example}`") };
        let found = self.wrong(node, what, wanted).help(help);
        self.report(found);
        Verdict::Drop
    }
}

/// The whole number that a scalar is, by YAML 1.2's core schema.
fn whole(scalar: &Scalar) -> Option<i128> {
    let text = scalar.text.as_str();
    if !scalar.is_number() {
        return None;
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return i128::from_str_radix(hex, 16).ok();
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return i128::from_str_radix(octal, 8).ok();
    }
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        // Beyond 2^53 not every whole number has a float.
        let exact = number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0;
        exact.then(|| format!("{number:.0}").parse().ok()).flatten()
    })
}

/// Whether the written form of a value is one that `kind` takes.
fn has_form(node: &Node, kind: &Kind) -> bool {
    match (&node.value, kind) {
        (_, Kind::Any | Kind::Secret(_)) => true,
        (_, Kind::OneOf(kinds)) => kinds.iter().any(|kind| has_form(node, kind)),
        (Value::Scalar(_), Kind::Text(_) | Kind::Choice(_) | Kind::Boolean | Kind::Integer { .. }) => true,
        (Value::List(_), Kind::List(_) | Kind::Filled(_)) => true,
        (Value::Map(_), Kind::Table(_) | Kind::Map { .. }) => true,
        _ => false,
    }
}

/// What a kind takes, in words.
pub(super) fn words_for(kind: &Kind) -> String {
    match kind {
        Kind::Text(shape) => shape.name.to_owned(),
        Kind::Choice(words) => one_of(words),
        Kind::Boolean => "`true` or `false`".to_owned(),
        Kind::Integer { min: 0, max: u64::MAX } => "a whole number".to_owned(),
        Kind::Integer { min, max: u64::MAX } => format!("a whole number of at least {min}"),
        Kind::Integer { min, max } => format!("a whole number between {min} and {max}"),
        Kind::List(_) | Kind::Filled(_) => "a list".to_owned(),
        Kind::Table(table) | Kind::Secret(table) => {
            let names: Vec<_> = table.fields.iter().map(|field| format!("`{}`", field.name)).collect();
            format!("a mapping of {}", names.join(", "))
        }
        Kind::Map { .. } => "a mapping".to_owned(),
        Kind::OneOf(kinds) => kinds.iter().map(words_for).collect::<Vec<_>>().join(" or "),
        Kind::Any => "anything".to_owned(),
    }
}

fn one_of(words: &[(&str, &str)]) -> String {
    let names: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
    match names.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        names => names.join(""),
    }
}

/// The start of a value, for a message.
fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
