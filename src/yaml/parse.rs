//! From text to a tree of nodes.
//!
//! The tree is made of the parser's events, for serde's data model has no places: `Spanned`
//! carries them through serde at the price of guessing numbers and of a line and column for each
//! value, while the events hold bytes, the way a scalar was quoted and its tag.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_yaml::granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span as Range, Tag};

use crate::diagnostic::{Diagnostic, Sink, Source, Span, code};
use crate::yaml::{Entry, Node, Scalar, Value, syntax};

/// Values inside values, at most. People write three or four.
const MAX_DEPTH: usize = 64;

/// Nodes of a file with its aliases filled in, at most.
const MAX_NODES: usize = 200_000;

/// Reads the YAML that stands in `block` of `source`. Nothing where it cannot be read, which is
/// then reported; an empty block is an empty mapping.
pub fn parse(source: &Arc<Source>, block: Span, sink: &mut Sink) -> Option<Node> {
    let text = source.slice(block);
    match Builder::new(text, block.start).build() {
        Ok(node) => Some(node),
        Err(Failure::Syntax(error)) => {
            sink.push(syntax::diagnostic(source, block, &error));
            None
        }
        Err(Failure::Key(node)) => {
            // `title: {{ page.title }}` is YAML by chance; what was meant is the better finding.
            let found = syntax::slip(source, block, node.span.start, None).unwrap_or_else(|| {
                let message = format!("a key is a text, not {}", node.describe());
                Diagnostic::new(code::INVALID_YAML, source, node.span, message)
                    .help("text that starts with `[` or `{` stands in quotes")
            });
            sink.push(found);
            None
        }
        Err(Failure::Refused { at, message, help }) => {
            let at = if at.is_empty() { source_character(source, at.start) } else { at };
            sink.push(Diagnostic::new(code::INVALID_YAML, source, at, message).help(help));
            None
        }
    }
}

/// The character at `at`, so that there is something to underline.
fn source_character(source: &Source, at: usize) -> Span {
    let len = source.text().get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Span::new(at, at + len)
}

enum Failure {
    Syntax(ScanError),
    /// A list or a mapping as a key.
    Key(Node),
    Refused {
        at: Span,
        message: String,
        help: &'static str,
    },
}

impl From<ScanError> for Failure {
    fn from(error: ScanError) -> Self {
        Self::Syntax(error)
    }
}

/// A collection that is still open.
struct Open {
    anchor: usize,
    start: usize,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<(String, Span)> },
}

struct Builder<'a> {
    text: &'a str,
    base: usize,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    root: Option<Node>,
    documents: usize,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, base: usize) -> Self {
        Self { text, base, open: Vec::new(), anchors: BTreeMap::new(), nodes: 0, root: None, documents: 0 }
    }

    fn build(&mut self) -> Result<Node, Failure> {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.flow_nesting_limit = MAX_DEPTH;
        options.block_nesting_limit = MAX_DEPTH;
        for event in Parser::new_from_str_with_options(self.text, options) {
            let (event, range) = event?;
            self.take(event, self.span(&range))?;
        }
        let empty = Node { span: Span::empty(self.base), value: Value::Map(Vec::new()) };
        let root = self.root.take().filter(|root| root.value != Value::Null);
        Ok(root.unwrap_or(empty))
    }

    fn span(&self, range: &Range) -> Span {
        let bytes = range.byte_range().unwrap_or_default();
        Span::new(self.base + bytes.start, self.base + bytes.end)
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Failure> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    let message = "a second document starts here".to_owned();
                    return Err(Failure::Refused { at: span, message, help: "keep one; `---` starts another" });
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && !is_text(tag.as_deref());
                let null = plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let value = if null { Value::Null } else { Value::Scalar(Scalar { text: text.into_owned(), plain }) };
                // The span of a block scalar reaches over the line end that closes it.
                let written = self.text.get(span.start - self.base..span.end - self.base).unwrap_or_default();
                let span = Span::new(span.start, span.start + written.trim_end().len());
                self.place(Node { span, value }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => self.descend(anchor, span, OpenKind::List(Vec::new())),
            Event::MappingStart(_, anchor, _) => {
                self.descend(anchor, span, OpenKind::Map { entries: Vec::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open { anchor, start, kind }) => {
                    let value = match kind {
                        OpenKind::List(items) => Value::List(items),
                        OpenKind::Map { entries, .. } => Value::Map(entries),
                    };
                    // A flow collection ends with its bracket, a block collection with its last value,
                    // not where the next token was found.
                    let bracket = if span.is_empty() { start } else { span.end };
                    let end = last_byte(&value).unwrap_or(start).max(bracket);
                    self.place(Node { span: Span::new(start, end), value }, anchor)
                }
                None => Ok(()),
            },
            Event::Alias(id) => {
                let Some(target) = self.anchors.get(&id) else {
                    let message = "this alias names the value that it stands in".to_owned();
                    return Err(Failure::Refused { at: span, message, help: "write the value out" });
                };
                self.nodes += size(target);
                // Too many are refused by `place`, and are not copied before that.
                let value = if self.nodes > MAX_NODES { Value::Null } else { target.value.clone() };
                self.place(Node { span, value }, 0)
            }
            _ => Ok(()),
        }
    }

    fn descend(&mut self, anchor: usize, span: Span, kind: OpenKind) -> Result<(), Failure> {
        if self.open.len() >= MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} values inside each other");
            return Err(Failure::Refused { at: span, message, help: "write it flatter" });
        }
        self.open.push(Open { anchor, start: span.start, kind });
        Ok(())
    }

    fn place(&mut self, node: Node, anchor: usize) -> Result<(), Failure> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let message = "the values are too many".to_owned();
            return Err(Failure::Refused { at: node.span, message, help: "aliases (`*name`) multiply what they name" });
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => self.root = Some(node),
            Some(OpenKind::List(items)) => items.push(node),
            Some(OpenKind::Map { entries, key }) => match key.take() {
                Some((name, key_span)) => entries.push(Entry { key: name, key_span, value: node }),
                None => match node.value {
                    Value::Scalar(Scalar { text, .. }) => *key = Some((text, node.span)),
                    Value::Null => *key = Some(("null".to_owned(), node.span)),
                    Value::List(_) | Value::Map(_) => return Err(Failure::Key(node)),
                },
            },
        }
        Ok(())
    }
}

/// Whether a tag says that a value is a text, whatever it looks like: `!` and `!!str`.
fn is_text(tag: Option<&Tag>) -> bool {
    tag.is_some_and(|tag| {
        tag.core_suffix() == Some("str") || (tag.handle().is_empty() && tag.suffix() == "!") || tag.original() == "!"
    })
}

fn size(node: &Node) -> usize {
    match &node.value {
        Value::Null | Value::Scalar(_) => 1,
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Map(entries) => 1 + entries.iter().map(|entry| size(&entry.value)).sum::<usize>(),
    }
}

fn last_byte(value: &Value) -> Option<usize> {
    match value {
        Value::Null | Value::Scalar(_) => None,
        Value::List(items) => items.last().map(|item| item.span.end),
        Value::Map(entries) => entries.last().map(|entry| entry.value.span.end.max(entry.key_span.end)),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::parse;
    use crate::diagnostic::{Sink, Source, Span};
    use crate::yaml::{Node, Value};

    fn read(text: &str) -> Result<Node, String> {
        let source = Source::new("a.yaml", text);
        let mut sink = Sink::new();
        let node = parse(&source, Span::new(source.bom_len(), text.len()), &mut sink);
        node.ok_or_else(|| sink.found().iter().map(|found| found.message.as_str()).collect())
    }

    /// Every key and value with the text at its span.
    fn spans(text: &str, node: &Node, out: &mut String) {
        let at = |span: Span| text.get(span.range()).unwrap();
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| spans(text, item, out)),
            Value::Map(entries) => {
                for entry in entries {
                    write!(out, "{}|", at(entry.key_span)).unwrap();
                    spans(text, &entry.value, out);
                }
            }
            _ => write!(out, "{}|", at(node.span)).unwrap(),
        }
    }

    #[test]
    fn spans_are_bytes_of_the_file_whatever_its_line_ends_and_letters() {
        let text = "\u{feff}# 注\r\n标题: 重庆 🚄 西部  # x\r\n\"b c\": 'it''s'\r\nlist:\r\n  - 一\r\n  - {二: [三, ~]}\r\ntext: |\r\n  四\r\n  五\r\nend:\r\n";
        let node = read(text).unwrap();
        let mut found = String::new();
        spans(text, &node, &mut found);
        assert_eq!(found, "标题|重庆 🚄 西部|\"b c\"|'it''s'|list|一|二|三|~|text|四\r\n  五|end||");
        assert_eq!(node.get("text").and_then(Node::text), Some("四\n五\n"));
    }

    #[test]
    fn a_scalar_is_what_yaml_1_2_says_and_keeps_its_spelling() {
        let node = read(
            "a: 1.10\nb: yes\nc: true\nd: 'true'\ne: 0x1F\nf: ! 12\ng: !!str 12\nh: 2024-04-26\ni: !ruby/x 5\nj: 1e3",
        )
        .unwrap();
        let said: Vec<_> = node.entries().iter().map(|entry| entry.value.describe()).collect();
        let expected = [
            "a number",
            "a text",
            "true or false",
            "a text",
            "a number",
            "a text",
            "a text",
            "a text",
            "a number",
            "a number",
        ];
        assert_eq!(said, expected);
        assert_eq!(node.get("a").and_then(Node::text), Some("1.10"));
        assert_eq!(node.to_json()["a"], "1.10");
        assert_eq!(node.to_json()["j"], "1e3");
    }

    #[test]
    fn order_and_repeated_keys_are_kept() {
        let node = read("b: 1\na: 2\nb: 3").unwrap();
        let keys: Vec<_> = node.entries().iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys, ["b", "a", "b"]);
    }

    #[test]
    fn nothing_is_an_empty_mapping() {
        for text in ["", "\n", "# note\n", "---\n", "...\n", "~"] {
            assert_eq!(read(text).map(|node| node.value), Ok(Value::Map(Vec::new())), "{text:?}");
        }
    }

    #[test]
    fn an_alias_is_what_it_names() {
        let node = read("a: &x [1, 2]\nb: *x").unwrap();
        assert_eq!(node.get("a").map(Node::to_json), node.get("b").map(Node::to_json));
    }

    #[test]
    fn aliases_that_multiply_are_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..20 {
            let below = level - 1;
            writeln!(text, "a{level}: &a{level} [{}]", vec![format!("*a{below}"); 9].join(", ")).unwrap();
        }
        assert_eq!(read(&text), Err("the values are too many".to_owned()));
    }

    #[test]
    fn depth_is_limited() {
        assert!(read(&format!("{}{}", "[".repeat(60), "]".repeat(60))).is_ok());
        for text in ["[".repeat(5000), "- ".repeat(5000), "{a: ".repeat(5000)] {
            assert!(read(&text).is_err());
        }
    }

    #[test]
    fn a_second_document_is_refused() {
        assert_eq!(read("a: 1\n---\nb: 2\n"), Err("a second document starts here".to_owned()));
        assert!(read("a: 1\n...\n").is_ok());
    }
}
