//! The line that opens a directive: `:::name argument {key=value}`.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Fix, Source, Span, code, nearest};
use crate::post::Holes;
use crate::post::hole_syntax::substitute;
use crate::post::markdown::attributes::{self, Attribute};
use crate::post::tree::{DirectiveKind, Image};

/// How a directive is written.
#[derive(Debug)]
struct Syntax {
    name: &'static str,
    argument: Argument,
    attributes: &'static [&'static str],
    flags: &'static [&'static str],
    /// Whether it needs no closing line.
    leaf: bool,
    example: &'static str,
}

#[derive(Clone, Copy, Debug)]
enum Argument {
    None,
    /// Text to the end of the line.
    Text,
    /// One word, with what it is.
    Word(&'static str),
}

/// The directives, by name: an opening line to start from, for who offers them.
pub fn openings() -> impl Iterator<Item = (&'static str, &'static str)> {
    DIRECTIVES.iter().map(|syntax| (syntax.name, syntax.example))
}

static DIRECTIVES: &[Syntax] = &[
    Syntax {
        name: "button",
        argument: Argument::Word("the address it leads to"),
        attributes: &[],
        flags: &["secondary"],
        leaf: false,
        example: ":::button https://example.com",
    },
    Syntax {
        name: "callout",
        argument: Argument::Text,
        attributes: &[],
        flags: &[],
        leaf: false,
        example: ":::callout A title",
    },
    Syntax {
        name: "pullquote",
        argument: Argument::None,
        attributes: &["by"],
        flags: &[],
        leaf: false,
        example: ":::pullquote {by=\"Name\"}",
    },
    Syntax {
        name: "figure",
        argument: Argument::Word("the path of an image"),
        attributes: &["alt", "width", "height", "title"],
        flags: &[],
        leaf: false,
        example: ":::figure map.png {alt=\"What it shows\"}",
    },
    Syntax {
        name: "columns",
        argument: Argument::None,
        attributes: &[],
        flags: &[],
        leaf: false,
        example: "::::columns",
    },
    Syntax { name: "column", argument: Argument::None, attributes: &[], flags: &[], leaf: false, example: ":::column" },
    Syntax {
        name: "author",
        argument: Argument::Word("an author's id"),
        attributes: &[],
        flags: &[],
        leaf: true,
        example: ":::author id",
    },
    Syntax {
        name: "divider",
        argument: Argument::None,
        attributes: &[],
        flags: &[],
        leaf: true,
        example: ":::divider",
    },
    Syntax {
        name: "video",
        argument: Argument::Word("the address at which it plays"),
        attributes: &["image", "alt", "width", "height"],
        flags: &[],
        leaf: false,
        example: ":::video https://example.com/watch {image=still.jpg alt=\"What it shows\"}",
    },
    Syntax {
        name: "include",
        argument: Argument::Text,
        attributes: &[],
        flags: &[],
        leaf: true,
        example: ":::include notice.md",
    },
    Syntax {
        name: "text-only",
        argument: Argument::None,
        attributes: &[],
        flags: &[],
        leaf: false,
        example: ":::text-only",
    },
    Syntax {
        name: "html-only",
        argument: Argument::None,
        attributes: &[],
        flags: &[],
        leaf: false,
        example: ":::html-only",
    },
];

/// Names that people use elsewhere, and ours.
static ELSEWHERE: &[(&str, &str)] = &[
    ("quote", "pullquote"),
    ("note", "callout"),
    ("tip", "callout"),
    ("info", "callout"),
    ("warning", "callout"),
    ("important", "callout"),
    ("aside", "callout"),
    ("cta", "button"),
    ("link", "button"),
    ("image", "figure"),
    ("img", "figure"),
    ("hr", "divider"),
    ("row", "columns"),
    ("grid", "columns"),
    ("text", "text-only"),
    ("plain", "text-only"),
    ("html", "html-only"),
    ("youtube", "video"),
];

/// What a line of three or more colons says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FenceLine {
    /// Ends a directive.
    Close,
    /// Starts a directive that another line ends.
    Open(Opening),
    /// A directive by itself.
    Leaf(Opening),
}

/// What a directive's line asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Opening {
    /// A directive, complete but for what stands inside.
    Directive(DirectiveKind),
    /// The text of another file; where the path stands.
    Include(String, Span),
    /// Nothing that could be read; what stands inside is kept.
    Unreadable,
}

/// A directive's line, read.
#[derive(Clone, Debug)]
pub(super) struct Fence {
    /// How many colons start it.
    pub(super) colons: usize,
    /// What it says.
    pub(super) line: FenceLine,
}

/// Reads the directive's line at `span`; what is wrong with it goes to `found`.
pub(super) fn read(source: &Arc<Source>, span: Span, holes: &mut Holes, found: &mut Vec<Diagnostic>) -> Fence {
    let line = source.slice(span);
    let after = line.trim_start_matches(':');
    let colons = line.len() - after.len();
    // `::: name :::` is how others write it.
    let text = line.trim_end_matches(':').trim_end();
    let name_start = colons + (after.len() - after.trim_start().len());
    let Some(rest) = text.get(name_start..).filter(|rest| !rest.is_empty()) else {
        return Fence { colons, line: FenceLine::Close };
    };
    let name_end = rest.find(|c: char| c.is_whitespace() || c == '{').unwrap_or(rest.len());
    let name = rest.get(..name_end).unwrap_or_default();
    let name_span = Span::new(span.start + name_start, span.start + name_start + name_end);
    let Some(syntax) = DIRECTIVES.iter().find(|syntax| syntax.name == name) else {
        found.push(unknown(source, name, name_span));
        return Fence { colons, line: FenceLine::Open(Opening::Unreadable) };
    };
    let mut reader = Reader { source, line: text, start: span.start, syntax, name_span, holes, found };
    let opening = reader.opening(name_start + name_end).unwrap_or(Opening::Unreadable);
    Fence { colons, line: if syntax.leaf { FenceLine::Leaf(opening) } else { FenceLine::Open(opening) } }
}

fn unknown(source: &Arc<Source>, name: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(code::UNKNOWN_DIRECTIVE, source, span, format!("there is no directive `{name}`"));
    let lower = name.to_lowercase();
    let elsewhere = ELSEWHERE.iter().find(|(other, _)| *other == lower).map(|(_, ours)| *ours);
    if let Some(ours) = elsewhere.or_else(|| nearest(name, DIRECTIVES.iter().map(|syntax| syntax.name))) {
        return diagnostic.help(format!("did you mean `{ours}`?")).fix(Fix::needs_a_look(span, ours));
    }
    let names: Vec<_> = DIRECTIVES.iter().map(|syntax| format!("`{}`", syntax.name)).collect();
    diagnostic.help(format!("the directives are {}", names.join(", ")))
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    line: &'a str,
    start: usize,
    syntax: &'static Syntax,
    name_span: Span,
    holes: &'a mut Holes,
    found: &'a mut Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn opening(&mut self, at: usize) -> Option<Opening> {
        let (argument, attributes) = self.parts(at)?;
        let text = self.line.get(argument.clone()).unwrap_or_default();
        self.check_argument(text, &argument)?;
        let attributes = self.known(attributes);
        let value = |name: &str| attributes.iter().find(|a| a.name == name).and_then(|a| a.value);
        let word = substitute(text, self.holes).into_owned();
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let kind = match self.syntax.name {
            "button" => {
                DirectiveKind::Button { url: word, secondary: attributes.iter().any(|a| a.name == "secondary") }
            }
            "callout" => DirectiveKind::Callout { title: given(&word) },
            "pullquote" => {
                DirectiveKind::PullQuote { by: value("by").map(|by| substitute(by, self.holes).into_owned()) }
            }
            "figure" => {
                let span = self.span(&argument);
                DirectiveKind::Figure(self.image(word, span, &attributes))
            }
            "columns" => DirectiveKind::Columns,
            "column" => DirectiveKind::Column,
            "author" => DirectiveKind::Author { id: word },
            "divider" => DirectiveKind::Divider,
            "video" => {
                let image = attributes.iter().find(|a| a.name == "image" && a.value.is_some());
                let image = image.map(|a| {
                    let url = substitute(a.value.unwrap_or_default(), self.holes).into_owned();
                    (url, self.span(&a.value_range))
                });
                DirectiveKind::Video { url: word, image: image.map(|(url, span)| self.image(url, span, &attributes)) }
            }
            "text-only" => DirectiveKind::TextOnly,
            "html-only" => DirectiveKind::HtmlOnly,
            _ => return Some(Opening::Include(text.to_owned(), self.span(&argument))),
        };
        Some(Opening::Directive(kind))
    }

    /// The argument's range and the attributes of what follows the name.
    fn parts(&mut self, at: usize) -> Option<(Range<usize>, Vec<Attribute<'a>>)> {
        let rest = self.line.get(at..).unwrap_or_default();
        let braces = rest.match_indices('{').map(|(index, _)| index).find(|&index| {
            let before = rest.get(..index).unwrap_or_default();
            let after = rest.get(index + 1..).unwrap_or_default();
            (before.is_empty() || before.ends_with([' ', '\t'])) && !after.starts_with('{')
        });
        let end = braces.map_or(self.line.len(), |index| at + index);
        let text = self.line.get(at..end).unwrap_or_default();
        let argument_start = at + (text.len() - text.trim_start().len());
        let argument = argument_start..argument_start.max(at + text.trim_end().len());
        let Some(index) = braces else { return Some((argument, Vec::new())) };
        let braces = at + index..self.line.len();
        let inside = self.line.get(braces.clone()).unwrap_or_default();
        match attributes::read(inside) {
            Some((attributes, len)) if len == inside.len() => {
                let moved = attributes.into_iter().map(|a| Attribute {
                    name_range: a.name_range.start + braces.start..a.name_range.end + braces.start,
                    value_range: a.value_range.start + braces.start..a.value_range.end + braces.start,
                    ..a
                });
                Some((argument, moved.collect()))
            }
            _ => {
                self.report(self.span(&braces), "these attributes cannot be read", self.example());
                None
            }
        }
    }

    fn check_argument(&mut self, text: &str, range: &Range<usize>) -> Option<()> {
        let name = self.syntax.name;
        match self.syntax.argument {
            Argument::None if !text.is_empty() => {
                self.report(self.span(range), format!("`{name}` takes no argument"), self.example());
                Some(())
            }
            Argument::Word(what) if text.is_empty() => {
                self.report(self.name_span, format!("`{name}` lacks {what}"), self.example());
                None
            }
            Argument::Text if text.is_empty() && self.syntax.leaf => {
                self.report(self.name_span, format!("`{name}` lacks the path of a file"), self.example());
                None
            }
            // A hole may hold spaces.
            Argument::Word(what) if !text.contains("{{") => {
                let Some(at) = text.find(char::is_whitespace) else { return Some(()) };
                let more = range.start + at + 1..range.end;
                self.report(self.span(&more), format!("`{name}` takes {what} and nothing more"), self.example());
                None
            }
            _ => Some(()),
        }
    }

    /// The attributes that the directive has; the others are reported.
    fn known(&mut self, attributes: Vec<Attribute<'a>>) -> Vec<Attribute<'a>> {
        let name = self.syntax.name;
        let mut known: Vec<Attribute<'a>> = Vec::new();
        for attribute in attributes {
            let span = self.span(&attribute.name_range);
            let takes_value = self.syntax.attributes.contains(&attribute.name);
            let flag = self.syntax.flags.contains(&attribute.name);
            if !takes_value && !flag {
                let all = self.syntax.attributes.iter().chain(self.syntax.flags).copied();
                let help = match nearest(attribute.name, all.clone()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if all.clone().next().is_none() => format!("`{name}` has no attributes"),
                    None => format!("it has {}", all.map(|a| format!("`{a}`")).collect::<Vec<_>>().join(", ")),
                };
                self.report(span, format!("`{name}` has no attribute `{}`", attribute.name), help);
            } else if takes_value != attribute.value.is_some() {
                let help = self.example();
                let message = if flag { "takes no value" } else { "lacks its value" };
                self.report(span, format!("`{}` {message}", attribute.name), help);
            } else if known.iter().any(|other| other.name == attribute.name) {
                self.report(span, format!("`{}` stands here twice", attribute.name), "remove one of them".into());
            } else {
                known.push(attribute);
            }
        }
        known
    }

    fn image(&mut self, url: String, url_span: Span, attributes: &[Attribute<'_>]) -> Image {
        let value = |name: &str| attributes.iter().find(|a| a.name == name).and_then(|a| a.value);
        let alt = substitute(value("alt").unwrap_or_default(), self.holes).into_owned();
        let title = value("title").map(|title| substitute(title, self.holes).into_owned());
        let mut size = |name: &str| {
            let attribute = attributes.iter().find(|a| a.name == name)?;
            let pixels = attribute.value.and_then(attributes::pixels);
            if pixels.is_none() {
                let span = self.span(&attribute.value_range);
                self.report(span, format!("`{name}` is a number of pixels"), format!("write it as `{name}=300`"));
            }
            pixels
        };
        let (width, height) = (size("width"), size("height"));
        Image { url, url_span, alt, title, width, height }
    }

    fn example(&self) -> String {
        format!("write it as `{}`", self.syntax.example)
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.start + range.start, self.start + range.end)
    }

    fn report(&mut self, span: Span, message: impl Into<String>, help: String) {
        self.found.push(Diagnostic::new(code::DIRECTIVE_ARGUMENT, self.source, span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> (Fence, Vec<(&'static str, String)>) {
        let source = Source::new("a.md", text);
        let mut found = Vec::new();
        let fence = read(&source, Span::new(0, text.len()), &mut Holes::new(0), &mut found);
        (fence, found.iter().map(|d| (d.code.id, source.slice(d.span).to_owned())).collect())
    }

    fn kind(text: &str) -> DirectiveKind {
        match line(text) {
            (
                Fence {
                    line: FenceLine::Open(Opening::Directive(kind)) | FenceLine::Leaf(Opening::Directive(kind)),
                    ..
                },
                found,
            ) if found.is_empty() => kind,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn every_example_is_read() {
        for syntax in DIRECTIVES {
            let (fence, found) = line(syntax.example);
            assert_eq!(found, [], "{}", syntax.example);
            assert_ne!(fence.line, FenceLine::Open(Opening::Unreadable));
            assert_eq!(matches!(fence.line, FenceLine::Leaf(_)), syntax.leaf, "{}", syntax.name);
        }
    }

    #[test]
    fn arguments_and_attributes_are_read() {
        let url = "https://example.com/?a=b".to_owned();
        assert_eq!(
            kind(":::button https://example.com/?a=b {secondary}"),
            DirectiveKind::Button { url, secondary: true }
        );
        assert_eq!(kind("::: callout  In short :::"), DirectiveKind::Callout { title: Some("In short".into()) });
        assert_eq!(kind(":::pullquote {by=\"A, B\"}"), DirectiveKind::PullQuote { by: Some("A, B".into()) });
        let DirectiveKind::Figure(image) = kind(":::figure a.png {alt='x y' width=300px}") else { panic!() };
        assert_eq!((image.url.as_str(), image.alt.as_str(), image.width), ("a.png", "x y", Some(300)));
        assert_eq!(image.url_span, Span::new(10, 15));
    }

    #[test]
    fn a_hole_in_an_address_becomes_a_token() {
        let DirectiveKind::Button { url, .. } = kind(":::button https://x.example/{{subscriber.id}} {secondary}")
        else {
            panic!()
        };
        assert!(url.starts_with("https://x.example/nlhole"), "{url}");
    }

    #[test]
    fn mistakes_are_underlined_where_they_stand() {
        let found = |text: &str| line(text).1;
        assert_eq!(found(":::calout X"), [("NL030", "calout".into())]);
        assert_eq!(found(":::button"), [("NL032", "button".into())]);
        assert_eq!(found(":::button https://a b c"), [("NL032", "b c".into())]);
        assert_eq!(found(":::figure a.png {widht=3}"), [("NL032", "widht".into())]);
        assert_eq!(found(":::figure a.png {width=half}"), [("NL032", "half".into())]);
        assert_eq!(found(":::divider now"), [("NL032", "now".into())]);
        assert_eq!(found(":::figure a.png {alt=\"x}"), [("NL032", "{alt=\"x}".into())]);
    }
}
