//! Findings for people at a terminal: what is wrong, where, the line, why it matters, the remedy.

use annotate_snippets::renderer::{AnsiColor, Effects, Style};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::diagnostic::{Counts, Diagnostic, Position, Severity};

/// How findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether escape codes may be used.
    pub color: Color,
    /// The width of the terminal, in columns.
    pub width: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { color: Color::Plain, width: 100 }
    }
}

/// Whether escape codes may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// Text alone, which says everything.
    #[default]
    Plain,
    /// Severity, places and remedies in the terminal's colours.
    Ansi,
}

/// A span over more lines than this is shown by its first line.
const MAX_LINES: usize = 6;

/// Lines with more bytes than this are not shown: people read no such line, and many findings in
/// one would take minutes.
const MAX_BYTES: usize = 8192;

/// The findings in the order given, each followed by an empty line; empty where there are none.
pub fn render<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, options: Options) -> String {
    let renderer = renderer(options);
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&render_one(diagnostic, &renderer));
        text.push_str("\n\n");
    }
    text
}

/// The counts in words: `1 error, 2 warnings`; notes are named where there is nothing worse.
pub fn counts(counts: Counts) -> String {
    let number = |n: usize, one: &str| match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {one}s")),
    };
    let bad: Vec<_> =
        [number(counts.errors, "error"), number(counts.warnings, "warning")].into_iter().flatten().collect();
    if bad.is_empty() {
        number(counts.notes, "note").unwrap_or_else(|| "no findings".to_owned())
    } else {
        bad.join(", ")
    }
}

fn renderer(options: Options) -> Renderer {
    let renderer = match options.color {
        Color::Plain => Renderer::plain(),
        Color::Ansi => {
            let quiet = AnsiColor::BrightBlack.on_default();
            Renderer::styled().line_num(quiet).emphasis(Style::new().effects(Effects::BOLD))
        }
    };
    renderer.term_width(options.width.max(40))
}

fn render_one(diagnostic: &Diagnostic, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let source = &diagnostic.source;
    // An end at a line's start belongs to the line before it.
    let last_byte = diagnostic.span.end.saturating_sub(1).max(diagnostic.span.start);
    let (first, last) = (source.position(diagnostic.span.start).line, source.position(last_byte).line);
    let last = if last - first < MAX_LINES { last } else { first };
    let shown = source.line_span(first).to(source.line_span(last));
    let text = source.slice(shown);
    let start = floor(text, diagnostic.span.start.saturating_sub(shown.start));
    let end = ceil(text, diagnostic.span.end.saturating_sub(shown.start)).max(start);
    let title = level.primary_title(printable(&diagnostic.message)).id(diagnostic.code.name);
    let mut group: Group<'_> = if text.len() > MAX_BYTES {
        let Position { line, column } = source.position(diagnostic.span.start);
        title.element(Origin::path(source.path()).line(line).char_column(column))
    } else {
        let annotation = AnnotationKind::Primary.span(start..end).label(diagnostic.label.as_deref().map(printable));
        title.element(Snippet::source(text).path(source.path()).line_start(first).annotation(annotation))
    };
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(printable(help)));
    }
    renderer.render(&[group])
}

/// The start of the character at `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default()
}

/// The end of the character before `at`.
fn ceil(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

/// Text from a post must not drive the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// One line: `posts/a.md:3:1: error[missing-section]: …`.
pub fn short(diagnostic: &Diagnostic) -> String {
    let Position { line, column } = diagnostic.source.position(diagnostic.span.start);
    let (path, severity, name) = (diagnostic.source.path(), diagnostic.severity.as_str(), diagnostic.code.name);
    format!("{path}:{line}:{column}: {severity}[{name}]: {}", printable(&diagnostic.message).replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::{Color, Options, render, short};
    use crate::diagnostic::{Diagnostic, Severity, Source, Span, code};

    fn shown(text: &str, span: std::ops::Range<usize>) -> String {
        let source = Source::new("posts/a.md", text);
        let found = Diagnostic::new(code::MISSING_IMAGE, &source, span, "`map.png` is not there").help("add the file");
        render([&found], Options::default())
    }

    #[test]
    fn the_words_are_underlined_with_their_line_and_remedy() {
        assert_snapshot!(shown("# A\n\n![Map](map.png)\nmore\n", 12..19), @r"
        error[missing-image]: `map.png` is not there
         --> posts/a.md:3:8
          |
        3 | ![Map](map.png)
          |        ^^^^^^^
          |
          = help: add the file
        ");
    }

    #[test]
    fn wide_characters_crlf_and_a_byte_order_mark_keep_the_column_right() {
        let text = "\u{feff}重庆\r\n图片 x.png 在此\r\n";
        let at = text.find("x.png").unwrap();
        assert_snapshot!(shown(text, at..at + 5), @r"
        error[missing-image]: `map.png` is not there
         --> posts/a.md:2:4
          |
        2 | 图片 x.png 在此
          |      ^^^^^
          |
          = help: add the file
        ");
        assert_snapshot!(shown(text, 3..6), @r"
        error[missing-image]: `map.png` is not there
         --> posts/a.md:1:1
          |
        1 | 重庆
          | ^^
          |
          = help: add the file
        ");
    }

    #[test]
    fn a_line_without_end_is_named_and_not_shown() {
        assert_snapshot!(shown(&"重 ".repeat(3000), 8000..8003), @r"
        error[missing-image]: `map.png` is not there
        --> posts/a.md:1:4001
         = help: add the file
        ");
    }

    #[test]
    fn an_empty_span_at_the_end_of_the_file_is_shown() {
        assert_snapshot!(shown("ab\n", 3..3), @r"
        error[missing-image]: `map.png` is not there
         --> posts/a.md:2:1
          |
        2 |
          | ^
          |
          = help: add the file
        ");
    }

    #[test]
    fn any_span_of_any_text_renders() {
        for text in
            ["", "\u{feff}", "\r", "a\r\nb\rc\nd", "\u{1b}[31mred\u{7}\t\u{200d}", "重\u{301}\n\n\n\n\n\n\n\n\nx"]
        {
            for start in 0..=text.len() + 1 {
                for end in start..=text.len() + 1 {
                    let out = shown(text, start..end);
                    assert!(!out.contains('\u{1b}'), "{out:?}");
                }
            }
        }
    }

    #[test]
    fn colour_adds_escape_codes_and_no_words() {
        let source = Source::new("posts/a.md", "abc\n");
        let found = Diagnostic::new(code::MISSING_IMAGE, &source, Span::new(0, 1), "gone").label("here").help("mend");
        let plain = render([&found], Options::default());
        let colored = render([&found], Options { color: Color::Ansi, width: 100 });
        assert_ne!(plain, colored);
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
    }

    #[test]
    fn the_short_form_is_one_line() {
        let source = Source::new("posts/a.md", "abc\ndef\n");
        let found = Diagnostic::new(code::MISSING_IMAGE, &source, 5..6, "gone\nfor good").severity(Severity::Note);
        assert_eq!(short(&found), "posts/a.md:2:2: note[missing-image]: gone for good");
    }
}
