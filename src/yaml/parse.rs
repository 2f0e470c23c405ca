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
    Refused { at: Span, message: String, help: &'static str },
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
                    Value::Scalar(scalar) => *key = Some((scalar.text, node.span)),
                    Value::Null => *key = Some(("null".to_owned(), node.span)),
                    Value::List(_) | Value::Map(_) => {
                        let message = format!("a key is a text, not {}", node.describe());
                        let help = "text that starts with `[` or `{` stands in quotes";
                        return Err(Failure::Refused { at: node.span, message, help });
                    }
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
