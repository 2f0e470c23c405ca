//! The drawing itself: SVG that resvg makes pixels of.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{FontFamily, FontResolver, Node, Options, Tree};

use crate::card::lines::{Block, Fit, set};
use crate::card::text::Text;
use crate::card::{Card, Fonts, HEIGHT, WIDTH};
use crate::language::Direction;
use crate::render::{Color, READABLE, contrast};

/// What is left free at each side.
const MARGIN: f32 = 80.0;

/// Where the last line stands.
const BOTTOM: f32 = 552.0;

/// Where name and number stand.
const TOP: f32 = 105.0;

const COLUMN: f32 = 1040.0;

/// Two lines at most, which step down for longer titles, and more lines where that is not enough.
const TITLE: &[Fit] = &[
    Fit { size: 112.0, width: COLUMN, lines: 2 },
    Fit { size: 96.0, width: COLUMN, lines: 2 },
    Fit { size: 84.0, width: COLUMN, lines: 2 },
    Fit { size: 72.0, width: COLUMN, lines: 2 },
    Fit { size: 62.0, width: COLUMN, lines: 3 },
    Fit { size: 52.0, width: COLUMN, lines: 3 },
    Fit { size: 44.0, width: COLUMN, lines: 4 },
];

const SENTENCE: &[Fit] = &[Fit { size: 32.0, width: 640.0, lines: 2 }, Fit { size: 32.0, width: COLUMN, lines: 2 }];

const NAME: &[Fit] = &[Fit { size: 34.0, width: 780.0, lines: 1 }];

const NUMBER: &[Fit] = &[Fit { size: 27.0, width: 240.0, lines: 1 }];

/// The colours on the plate.
struct Colors {
    plate: Color,
    /// Name and title.
    strong: Color,
    /// Number and sentence.
    soft: Color,
}

impl Colors {
    /// Those of the look, as far as they can be read on the plate.
    fn on(plate: Option<&str>) -> Option<Self> {
        let built_in = Color::parse("#0c3a46")?;
        let plate = plate.and_then(Color::parse).unwrap_or(built_in);
        let readable = |color: &str| {
            let color = Color::parse(color)?;
            Some(if contrast(color, plate) >= READABLE { color } else { color.readable_on(plate) })
        };
        Some(Self { plate, strong: readable("#f1f6f7")?, soft: readable("#a9cfd8")? })
    }
}

/// The card as PNG.
pub(super) fn png(card: &Card<'_>) -> Option<Vec<u8>> {
    let tree = parse(&svg(card)?, card.fonts)?;
    let mut pixels = Pixmap::new(WIDTH, HEIGHT)?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().ok()
}

fn svg(card: &Card<'_>) -> Option<String> {
    let fonts = card.fonts;
    let colors = Colors::on(card.plate)?;
    let mut svg = open(WIDTH, HEIGHT);
    put(&mut svg, format_args!("<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"{}\"/>", colors.plate));
    let (start, end) = match card.direction {
        Direction::Ltr => (Side::Left, Side::Right),
        Direction::Rtl => (Side::Right, Side::Left),
    };
    if let Some(name) = set(&card.name, NAME, fonts) {
        block(&mut svg, &name, TOP, 0.0, start, colors.strong);
    }
    if let Some(number) = card.number.as_ref().and_then(|number| set(number, NUMBER, fonts)) {
        block(&mut svg, &number, TOP, 0.0, end, colors.soft);
    }
    // From the bottom up.
    let mut last = BOTTOM;
    // Chinese may break within a word, so it breaks as seldom as it can.
    let measures = if card.sentence.language.is_cjk() { SENTENCE.get(1..).unwrap_or_default() } else { SENTENCE };
    if let Some(sentence) = set(&card.sentence, measures, fonts) {
        let leading = 48.0;
        block(&mut svg, &sentence, last, leading, start, colors.soft);
        last -= leading * rows(&sentence) + 31.0;
    }
    if let Some(title) = set(&card.title, TITLE, fonts) {
        let leading = title.size * leading(&title.text);
        block(&mut svg, &title, last, leading, start, colors.strong);
    }
    svg.push_str("</svg>");
    Some(svg)
}

/// The space from line to line of a title, by the size of its letters.
fn leading(text: &Text<'_>) -> f32 {
    let is_cjk = text.language.is_cjk() || text.language.primary() == "ko";
    match text.language.direction() {
        _ if is_cjk => 1.2,
        Direction::Ltr => 114.0 / 112.0,
        // Their marks stand high and low.
        Direction::Rtl => 1.3,
    }
}

#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

#[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
fn rows(block: &Block<'_>) -> f32 {
    block.lines.len() as f32
}

/// Sets lines, the last one at `last`.
fn block(svg: &mut String, block: &Block<'_>, last: f32, leading: f32, side: Side, color: Color) {
    let (x, anchor) = match side {
        Side::Left => (MARGIN, "start"),
        Side::Right => (MARGIN + COLUMN, "end"),
    };
    let is_rtl = block.text.language.direction() == Direction::Rtl;
    let mut y = last - leading * (rows(block) - 1.0);
    for line in &block.lines {
        let part = block.text.words.get(line.clone()).unwrap_or_default();
        let line = line.start..line.start + part.trim_end().len();
        text(
            svg,
            &block.text,
            &line,
            block.size,
            format_args!("x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" fill=\"{color}\""),
            is_rtl,
        );
        y += leading;
    }
}

fn text(
    svg: &mut String,
    text: &Text<'_>,
    part: &Range<usize>,
    size: f32,
    attributes: std::fmt::Arguments<'_>,
    is_rtl: bool,
) {
    let tracking = text.tracking() * size / 100.0;
    let spans = text.spans(part);
    // The renderer takes every line for one from left to right.
    let (open, close) = if is_rtl { ("\u{202b}", "\u{202c}") } else { ("", "") };
    put(
        svg,
        format_args!(
            "<text xml:space=\"preserve\" font-size=\"{size}\" letter-spacing=\"{tracking}\" {attributes}>{open}{spans}{close}</text>"
        ),
    );
}

/// The widths of parts of a text, at size 100.
pub(super) fn widths(of: &Text<'_>, parts: &[Range<usize>], fonts: &Fonts) -> Vec<f32> {
    let mut svg = open(WIDTH, HEIGHT);
    for (at, part) in parts.iter().enumerate() {
        text(&mut svg, of, part, 100.0, format_args!("id=\"p{at}\" y=\"100\""), false);
    }
    svg.push_str("</svg>");
    let tree = parse(&svg, fonts);
    let width = |at: usize| match tree.as_ref()?.node_by_id(&format!("p{at}"))? {
        Node::Text(text) => Some(text.bounding_box().width()),
        _ => None,
    };
    (0..parts.len()).map(|at| width(at).unwrap_or_default()).collect()
}

fn open(width: u32, height: u32) -> String {
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\">")
}

fn parse(svg: &str, fonts: &Fonts) -> Option<Tree> {
    let select = move |font: &resvg::usvg::Font, _: &mut Arc<_>| match font.families().first()? {
        FontFamily::Named(name) => fonts.named(name),
        _ => None,
    };
    let options = Options {
        fontdb: Arc::clone(fonts.database()),
        // Every character has its font already.
        font_resolver: FontResolver { select_font: Box::new(select), select_fallback: Box::new(|_, _, _| None) },
        ..Options::default()
    };
    Tree::from_str(svg, &options).ok()
}

fn put(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // A `String` takes everything.
    if out.write_fmt(arguments).is_err() {}
}
