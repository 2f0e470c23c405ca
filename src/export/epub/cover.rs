//! The cover: the newsletter's name, its line and the year, in its colours.

use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr};

use crate::export::epub::{Book, page, xhtml};
use crate::language::Direction;

/// The columns of a line of the name at its largest size: bold letters are up to two thirds as wide as high.
const COLUMNS: usize = 11;

/// The page that shows it.
pub(super) fn page_of(book: &Book<'_>) -> String {
    let body = format!(
        "<body epub:type=\"cover\">\n<p class=\"cover\"><img src=\"cover.svg\" alt=\"{}\" role=\"doc-cover\"/></p>\n</body>\n",
        xhtml::text(&book.title)
    );
    page(&book.title, &book.config.language, &body)
}

/// The picture.
pub(super) fn svg(book: &Book<'_>, year: Option<i32>) -> String {
    let config = book.config;
    let is_plain = |value: &&String| value.starts_with('#') && value.bytes().skip(1).all(|b| b.is_ascii_hexdigit());
    let color =
        |name: &str, usual: &'static str| config.theme.colors.get(name).filter(is_plain).map_or(usual, |color| color);
    let (paper, ink, accent) = (color("paper", "#ffffff"), color("ink", "#1a1e20"), color("accent", "#0b5a6e"));
    let (anchor, x, direction) = match config.language.direction() {
        Direction::Ltr => ("start", 130, "ltr"),
        Direction::Rtl => ("start", 1470, "rtl"),
    };
    let widest = config.name.split_whitespace().map(UnicodeWidthStr::width).max().unwrap_or(0);
    let is_long = config.name.width() > 4 * COLUMNS || widest > COLUMNS;
    let (size, columns) = if is_long { (110, 19) } else { (190, COLUMNS) };
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1600 2400\" \
         width=\"1600\" height=\"2400\" direction=\"{direction}\">\n<rect width=\"1600\" height=\"2400\" fill=\"{paper}\"/>\n\
         <rect width=\"1600\" height=\"60\" fill=\"{accent}\"/>\n"
    );
    let mut line = |text: &str, y: usize, size: usize, weight: u16, color: &str| {
        let family = "Charter, Georgia, 'Noto Serif', 'Noto Serif CJK SC', serif";
        if writeln!(
            out,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-family=\"{family}\" font-size=\"{size}\" \
             font-weight=\"{weight}\" fill=\"{color}\">{}</text>",
            xhtml::text(text)
        )
        .is_err()
        {}
    };
    let mut y = 620;
    for part in wrapped(&config.name, columns) {
        line(&part, y, size, 700, ink);
        y += size * 6 / 5;
    }
    y += 40;
    for part in wrapped(config.tagline.as_deref().unwrap_or_default(), 36) {
        line(&part, y, 64, 400, ink);
        y += 92;
    }
    if let Some(year) = year {
        line(&year.to_string(), 2200, 130, 700, accent);
    }
    out.push_str("</svg>\n");
    out
}

/// The lines of a text, broken at spaces, or anywhere where a word is longer than a line or the
/// script has none.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let is_full = |line: &String| !line.is_empty() && line.width() + 1 + word.width() > columns;
        if lines.last().is_some_and(is_full) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut().filter(|line| !line.is_empty()) {
            line.push(' ');
        }
        for c in word.chars() {
            if lines.last().is_some_and(|line| line.width() + c.width().unwrap_or(0) > columns) {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push(c);
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn names_break_at_spaces_and_long_or_chinese_ones_anywhere() {
        assert_eq!(wrapped("Notes from the west", 10), ["Notes from", "the west"]);
        assert_eq!(wrapped("中国西部铁路通讯", 10), ["中国西部铁", "路通讯"]);
        assert_eq!(wrapped("Donaudampfschiff", 10), ["Donaudampf", "schiff"]);
        assert_eq!(wrapped("", 10), [""; 0]);
    }
}
