//! The look of e-mail as inline styles, computed once for a theme, template and language.
//!
//! Mail clients drop style sheets, so each element carries its own style; the few classes beside
//! it are for what only a style sheet can say: dark mode and phones.

mod measure;
mod memo;
pub(crate) mod palette;

use std::fmt::Write as _;

pub(crate) use measure::Layout;
use measure::{Fonts, Size, Sizes};
pub(crate) use memo::Styles;
use palette::Palette;

use crate::config::Theme;
use crate::language::{Direction, Language};

/// Attributes of running text in one place: the letter, a box, a note, a card.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    /// A paragraph.
    pub(crate) paragraph: String,
    /// The last paragraph of a box.
    pub(crate) last: String,
    /// A list.
    pub(crate) list: String,
    /// The last list of a box, or one inside an item.
    pub(crate) inner_list: String,
    /// A list without marks.
    pub(crate) bare_list: String,
    /// The same at the end of a box or inside an item.
    pub(crate) inner_bare_list: String,
    /// Space between items, in CSS pixels.
    pub(crate) item_gap: u8,
    /// What keeps an item off its mark.
    pub(crate) item: String,
}

/// Attributes by element, each with its leading space; `…_css` are declarations alone.
#[derive(Clone, Debug)]
pub struct Style {
    pub(crate) layout: Layout,
    pub(crate) letter: Flow,
    pub(crate) lead: Flow,
    pub(crate) boxed: Flow,
    pub(crate) card: Flow,
    pub(crate) note: Flow,
    pub(crate) farewell: String,
    pub(crate) signature: String,
    pub(crate) sign_off_name: String,
    pub(crate) headings: [String; 4],
    pub(crate) emphasis: &'static str,
    pub(crate) link: String,
    pub(crate) code: String,
    pub(crate) mark: String,
    pub(crate) mark_link: String,
    pub(crate) back: String,
    pub(crate) notes_rule: String,
    pub(crate) quote: String,
    pub(crate) last_quote: String,
    pub(crate) pull: String,
    pub(crate) pull_text: String,
    pub(crate) pull_by: String,
    pub(crate) pre_cell: String,
    pub(crate) pre: String,
    pub(crate) gap: &'static str,
    pub(crate) last_gap: &'static str,
    pub(crate) callout_cell: String,
    pub(crate) alert_cells: [String; 5],
    pub(crate) alert_labels: [String; 5],
    pub(crate) box_title: String,
    pub(crate) divider: String,
    pub(crate) wide_divider: String,
    pub(crate) scroll: String,
    pub(crate) table: String,
    pub(crate) caption: String,
    pub(crate) head_cell: String,
    pub(crate) cell: String,
    pub(crate) soft_cell: String,
    pub(crate) figures_css: &'static str,
    pub(crate) figure: String,
    pub(crate) image_css: String,
    pub(crate) image_line: String,
    pub(crate) figure_caption: String,
    pub(crate) button_table: String,
    pub(crate) button_cell: String,
    pub(crate) button: String,
    pub(crate) second_cell: String,
    pub(crate) second_button: String,
    pub(crate) author_image: String,
    pub(crate) author_cell: String,
    pub(crate) author_name: String,
    pub(crate) term: String,
    pub(crate) meaning: String,
    pub(crate) card_bar: String,
    pub(crate) kind: String,
    pub(crate) card_title: String,
    pub(crate) lead_title: String,
    pub(crate) source: String,
    css: Vec<(&'static str, String)>,
}

/// The parts of a declaration that most elements need.
struct Maker {
    fonts: Fonts,
    light: Palette,
    /// `left` where text runs from left to right.
    start: &'static str,
    end: &'static str,
    /// Whether large letters stand closer: not in Chinese, nor where letters join.
    tracked: bool,
}

impl Maker {
    fn color(&self, name: &str) -> String {
        self.light.get(name).to_string()
    }

    fn css(&self, margin: &str, font: &str, Size(size, line): Size, color: &str, more: &str) -> String {
        let color = self.light.get(color);
        let mut css = String::with_capacity(192);
        if !margin.is_empty() {
            css.extend(["margin:", margin, ";"]);
        }
        let written = write!(css, "font-family:{font};font-size:{size}px;line-height:{line}px;color:{color}");
        if written.is_ok() && !more.is_empty() {
            css.extend([";", more]);
        }
        css
    }

    fn text(&self, margin: &str, font: &str, size: Size, color: &str, more: &str) -> String {
        attributes(
            if font == self.fonts.text { "" } else { "sans " },
            color,
            &self.css(margin, font, size, color, more),
        )
    }

    /// The line under links. A serif's descenders want it lower.
    fn line(layout: Layout) -> &'static str {
        if layout == Layout::Minimal {
            "text-decoration:underline"
        } else {
            "text-decoration:underline;text-underline-offset:3px"
        }
    }

    /// Four sides, mirrored where text runs from right to left.
    fn sides(&self, top: u8, end: u8, bottom: u8, start: u8) -> String {
        let (right, left) = if self.start == "left" { (end, start) } else { (start, end) };
        format!("{top}px {right}px {bottom}px {left}px")
    }

    /// Where the text runs at a size; `hang` is how much of a list's indent stands between mark and item.
    fn flow(&self, size: Size, color: &str, (gap, item_gap): (u8, u8), hang: u8) -> Flow {
        let paragraph = |bottom: u8| self.text(&format!("0 0 {bottom}px"), &self.fonts.text, size, color, "");
        let indent = match size.0 {
            18.. => 32,
            17 => 30,
            _ => 26,
        };
        let list = |top: u8, bottom: u8, indent: u8, more: &str| {
            let more = format!("padding:{}{more}", self.sides(0, 0, 0, indent.saturating_sub(hang)));
            self.text(&format!("{top}px 0 {bottom}px"), &self.fonts.text, size, color, &more)
        };
        let below = if hang > 0 { gap + 4 } else { gap };
        Flow {
            paragraph: paragraph(gap),
            last: paragraph(0),
            list: list(0, below, indent, ""),
            inner_list: list(8, 0, 24, ""),
            bare_list: list(0, below, 0, ";list-style:none"),
            inner_bare_list: list(8, 0, 0, ";list-style:none"),
            item_gap,
            item: if hang > 0 { format!(";padding:{}", self.sides(0, 0, 0, hang)) } else { String::new() },
        }
    }
}

fn attributes(before: &str, class: &str, css: &str) -> String {
    format!(" class=\"{before}{class}\" style=\"{css}\"")
}

impl Style {
    /// The styles of `template` for this theme and language.
    pub fn new(template: &str, theme: &Theme, language: &Language) -> Self {
        let layout = Layout::of(template);
        let rtl = language.direction() == Direction::Rtl;
        let (start, end) = if rtl { ("right", "left") } else { ("left", "right") };
        let sizes = Sizes::new(layout, language);
        let tracked = layout != Layout::Minimal && !rtl && !language.is_cjk();
        let maker =
            Maker { fonts: Fonts::new(layout, theme, language), light: Palette::light(theme), start, end, tracked };
        let dark = Palette::dark(theme);
        Self::build(layout, &maker, &dark, sizes, language.is_cjk())
    }

    fn build(layout: Layout, m: &Maker, dark: &Palette, sizes: Sizes, cjk: bool) -> Self {
        let Fonts { display, text, meta, mono, .. } = &m.fonts;
        let (start, end) = (m.start, m.end);
        let color = |name: &str| m.color(name);
        let small = Size(14, 20);
        let minimal = layout == Layout::Minimal;
        let bold = "font-weight:bold";
        let tracking = if m.tracked { ";letter-spacing:-0.2px" } else { "" };
        let headline = format!("{bold}{tracking}");
        let (over, under) = sizes.heading_gap;
        let heading = |size: Size, over: u8, under: u8| {
            let css = m.css(&format!("{over}px 0 {under}px"), display, size, "ink", &headline);
            attributes("balance ", "ink", &css)
        };
        let headings = [
            heading(sizes.heading, over, under),
            heading(sizes.minor, over.min(32), under.min(8)),
            heading(sizes.body, over.min(28), under.min(6)),
            heading(sizes.boxed, over.min(24), 4),
        ];
        let line = Maker::line(layout);
        let alert = ["accent", "accent", "accent", "warning", "error"];
        let numbers = "font-variant-numeric:tabular-nums";
        let cell = |color: &str| {
            let padding = if minimal { m.sides(7, 14, 7, 0) } else { m.sides(11, 20, 11, 0) };
            let css = format!(
                "padding:{padding};border-bottom:1px solid {};text-align:{start};vertical-align:top;{}",
                m.color("rule"),
                m.css("", meta, if minimal { Size(15, 22) } else { Size(14, 22) }, color, numbers)
            );
            attributes("sans rule cell ", color, &css)
        };
        let head_padding = if minimal { m.sides(0, 14, 6, 0) } else { m.sides(0, 20, 5, 0) };
        let head_rule = if minimal { ("rule", 1) } else { ("bar", 2) };
        let head_css = format!(
            "padding:{head_padding};border-bottom:{}px solid {};text-align:{start};vertical-align:bottom;font-weight:normal;{}",
            head_rule.1,
            m.color(head_rule.0),
            m.css("", meta, Size(14, 22), "ink3", "")
        );
        let button = |text: &str, border: &str| {
            format!(
                "display:inline-block;padding:14px 24px;border:1px solid {border};color:{text};font-family:{meta};\
                 font-size:16px;line-height:20px;font-weight:600;text-decoration:none"
            )
        };
        let on_accent = m.light.on_accent().to_string();
        let accent = color("accent");
        let pull_css = if minimal {
            m.css("0", text, sizes.pull, "ink", if cjk { "" } else { "font-style:italic" })
        } else {
            m.css("0", display, sizes.pull, "accent", &format!("font-weight:normal{tracking}"))
        };
        let rule_css =
            |color: &str, margin: &str| format!("margin:{margin};border:0;border-top:1px solid {color};height:0");
        let quote_css = |below: u8| {
            if minimal {
                format!("margin:0 0 {below}px;padding:{}", m.sides(0, 0, 0, 24))
            } else {
                let rule = color("rule");
                format!("margin:0 0 {below}px;padding:{};border-{start}:2px solid {rule}", m.sides(2, 0, 2, 20))
            }
        };
        let mark_gap = m.sides(0, 0, 0, if cjk { 0 } else { 2 });
        let hang = if minimal { 0 } else { 4 };
        let mut style = Self {
            layout,
            letter: m.flow(sizes.body, "ink", (sizes.gap, sizes.item_gap), hang),
            lead: m.flow(sizes.body, "ink", (10, 8), hang),
            boxed: m.flow(sizes.boxed, "ink", (12, 8), hang),
            card: m.flow(Size(16, if cjk { 28 } else { 25 }), "ink2", (10, 6), hang),
            note: m.flow(sizes.note, "ink2", (8, 6), hang),
            farewell: m.text(if minimal { "26px 0 0" } else { "40px 0 4px" }, text, sizes.body, "ink", ""),
            signature: m.text(if minimal { "0" } else { "0 0 4px" }, text, sizes.body, "ink", ""),
            sign_off_name: if cjk { format!(" style=\"font-family:{display}\"") } else { String::new() },
            headings,
            emphasis: if cjk { " style=\"font-style:normal;text-emphasis:dot;-webkit-text-emphasis:dot\"" } else { "" },
            link: attributes("link ", "accent", &format!("color:{accent};{line}")),
            code: attributes(
                "wash ",
                "mono",
                &format!("padding:1px 4px;background-color:{};font-family:{mono};font-size:0.86em", color("wash")),
            ),
            mark: format!(
                " style=\"padding:{mark_gap};font-family:{meta};font-size:13px;line-height:0;font-weight:600;\
                 vertical-align:baseline;position:relative;top:-5px\""
            ),
            mark_link: attributes("", "accent", &format!("color:{accent};text-decoration:none")),
            back: attributes("", "ink2", &format!("color:{};text-decoration:none", color("ink2"))),
            notes_rule: attributes(
                "",
                "bar",
                &format!("width:72px;margin:0 0 14px;border-top:1px solid {};font-size:0;line-height:0", color("bar")),
            ),
            quote: attributes("", "rule", &quote_css(if minimal { sizes.gap } else { 24 })),
            last_quote: attributes("", "rule", &quote_css(0)),
            pull: if minimal {
                format!(" style=\"margin:0 0 {}px;padding:{}\"", sizes.gap, m.sides(0, 0, 0, 24))
            } else {
                " style=\"margin:36px 0;padding:0\"".to_owned()
            },
            pull_text: attributes("pull balance ", if minimal { "ink" } else { "accent" }, &pull_css),
            pull_by: m.text("8px 0 0", meta, small, "ink3", ""),
            pre_cell: cell_attributes("wash", &color("wash"), "padding:16px 20px"),
            pre: attributes(
                "ink ",
                "mono",
                &format!(
                    "margin:0;font-family:{mono};font-size:14px;line-height:22px;color:{};white-space:pre-wrap;\
                     overflow-wrap:anywhere;word-break:break-word;direction:ltr;text-align:left",
                    color("ink")
                ),
            ),
            gap: " style=\"margin:4px 0 24px\"",
            last_gap: " style=\"margin:4px 0 0\"",
            callout_cell: cell_attributes("wash", &color("wash"), "padding:20px 24px"),
            alert_cells: alert.map(|name| {
                format!(
                    " class=\"edge-{name}\" style=\"padding:{};border-{start}:3px solid {}\"",
                    m.sides(2, 0, 2, 20),
                    color(name)
                )
            }),
            alert_labels: alert.map(|name| m.text("0 0 4px", meta, Size(14, 22), name, bold)),
            box_title: m.text("0 0 6px", meta, Size(15, 22), "ink", bold),
            divider: attributes("", "rule", &rule_css(&color("rule"), "40px 0")),
            wide_divider: attributes("", "rule", &rule_css(&color("rule"), "64px 0")),
            scroll: format!(
                " style=\"margin:{}px 0 {}px;overflow-x:auto\"",
                if minimal { 0 } else { 20 },
                if minimal { 28 } else { 36 }
            ),
            table: " style=\"width:100%;border-collapse:collapse;border-spacing:0\"".to_owned(),
            caption: attributes(
                "sans ",
                "ink",
                &format!("padding:0 0 7px;text-align:{start};{}", m.css("", meta, Size(15, 22), "ink", bold)),
            ),
            head_cell: attributes("sans cell ink3 ", head_rule.0, &head_css),
            cell: cell("ink"),
            soft_cell: cell("ink2"),
            figures_css: if minimal || start == "right" {
                ";text-align:right"
            } else {
                ";padding-right:16px;text-align:right"
            },
            figure: " style=\"margin:20px 0 36px\"".to_owned(),
            image_css: format!(
                "display:block;height:auto;aspect-ratio:auto;border:0;{}",
                m.css(
                    "",
                    text,
                    if minimal { Size(15, 24) } else { Size(17, 28) },
                    "ink2",
                    if cjk { "" } else { "font-style:italic" }
                )
            ),
            image_line: format!(";box-sizing:border-box;border:1px solid {}", color("rule")),
            figure_caption: m.text("10px 0 0", meta, small, "ink2", ""),
            button_table: " style=\"margin:0 0 24px\"".to_owned(),
            button_cell: cell_attributes("fill", &accent, ""),
            button: attributes("sans ", "button", &button(&on_accent, &accent)),
            second_cell: String::new(),
            second_button: attributes("sans second ", "accent", &button(&accent, &accent)),
            author_image: format!(" style=\"padding:{};vertical-align:top\"", m.sides(4, 16, 0, 0)),
            author_cell: " style=\"vertical-align:top\"".to_owned(),
            author_name: m.text("0 0 2px", text, sizes.boxed, "ink", bold),
            term: m.text("0 0 2px", text, sizes.body, "ink", bold),
            meaning: format!(" style=\"margin:{}\"", m.sides(0, 0, 12, 24)),
            card_bar: attributes("", "bar", &format!("border-top:2px solid {};padding:12px 0 0", color("bar"))),
            kind: m.text("0 0 8px", meta, small, "ink3", ""),
            card_title: attributes("balance ", "ink", &m.css("0 0 8px", display, sizes.card, "ink", &headline)),
            lead_title: attributes("balance lead ", "ink", &m.css("0 0 10px", display, sizes.lead, "ink", &headline)),
            source: m.text("0", meta, small, "ink3", ""),
            css: Vec::new(),
        };
        style.css = template_css(layout, m, dark, sizes, end);
        style
    }

    /// The declarations that templates use, by name: `style.title`.
    pub(crate) fn css(&self) -> &[(&'static str, String)] {
        &self.css
    }
}

fn cell_attributes(class: &str, ground: &str, css: &str) -> String {
    let gap = if css.is_empty() { "" } else { ";" };
    format!(" class=\"{class}\" bgcolor=\"{ground}\" style=\"background-color:{ground}{gap}{css}\"")
}

/// What templates write into their own elements.
fn template_css(layout: Layout, m: &Maker, dark: &Palette, sizes: Sizes, end: &str) -> Vec<(&'static str, String)> {
    let Fonts { display, text, meta, word_text, word_meta, .. } = &m.fonts;
    let minimal = layout == Layout::Minimal;
    let tracking = if m.tracked { ";letter-spacing:-0.6px" } else { "" };
    let paper = m.color("paper");
    let ground = format!("background-color:{paper}");
    let line = Maker::line(layout);
    let mut css = vec![
        (
            "body",
            format!("margin:0;padding:0;width:100%;{ground};-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%"),
        ),
        ("letter", format!("{ground};color:{};overflow-wrap:break-word;word-wrap:break-word", m.color("ink"))),
        (
            "preheader",
            format!(
                "display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;visibility:hidden;mso-hide:all;\
                 font-size:1px;line-height:1px;color:{paper}"
            ),
        ),
        ("column", if minimal { "max-width:628px".to_owned() } else { "max-width:600px;margin:0 auto".to_owned() }),
        ("page", if minimal { "padding:28px 24px 48px".to_owned() } else { "padding:32px 24px 56px".to_owned() }),
        ("name", m.css("0", display, Size(20, 28), "ink", "font-weight:bold;text-decoration:none")),
        ("view", format!("text-align:{end};white-space:nowrap;{}", m.css("", meta, Size(14, 20), "ink3", ""))),
        ("view_link", format!("color:{};{line}", m.color("ink3"))),
        (
            "title",
            m.css(
                match layout {
                    Layout::Classic => "56px 0 12px",
                    Layout::Digest => "48px 0 12px",
                    Layout::Minimal => "0",
                },
                display,
                sizes.title,
                "ink",
                &format!("font-weight:bold{tracking}"),
            ),
        ),
        ("subtitle", m.css(if minimal { "4px 0 0" } else { "0" }, text, sizes.subtitle, "ink2", "")),
        (
            "meta",
            m.css(
                match layout {
                    Layout::Classic => "16px 0 40px",
                    Layout::Digest => "16px 0 36px",
                    Layout::Minimal => "4px 0 28px",
                },
                meta,
                if minimal { Size(16, 22) } else { Size(14, 20) },
                "ink3",
                "",
            ),
        ),
        ("foot_rule", format!("margin:48px 0 20px;border-top:1px solid {};font-size:0;line-height:0", m.color("rule"))),
        ("notes", if minimal { "margin:30px 0 0".to_owned() } else { "margin:56px 0 0".to_owned() }),
        ("dashes", m.css("26px 0 0", meta, Size(14, 22), "ink3", "")),
        ("footer", m.css("0", meta, Size(14, 22), "ink3", "")),
        ("footer_link", format!("color:{};{line};white-space:nowrap", m.color("ink3"))),
        ("start", m.start.to_owned()),
        ("end", end.to_owned()),
        ("word_text", (*word_text).to_owned()),
        ("word_meta", (*word_meta).to_owned()),
        (
            "title_phone",
            format!("font-size:{}px!important;line-height:{}px!important", sizes.title_phone.0, sizes.title_phone.1),
        ),
        (
            "pull_phone",
            format!("font-size:{}px!important;line-height:{}px!important", sizes.pull_phone.0, sizes.pull_phone.1),
        ),
    ];
    css.extend(DAY.iter().map(|name| (*name, m.color(name))));
    css.extend(NIGHT.iter().zip(palette::NAMES).map(|(key, name)| (*key, dark.get(name).to_string())));
    css.push(("dark_on_accent", dark.on_accent().to_string()));
    css
}

const DAY: [&str; palette::NAMES.len()] =
    ["paper", "wash", "ink", "ink2", "ink3", "accent", "bar", "rule", "mark", "error", "warning", "good"];
const NIGHT: [&str; palette::NAMES.len()] = [
    "dark_paper",
    "dark_wash",
    "dark_ink",
    "dark_ink2",
    "dark_ink3",
    "dark_accent",
    "dark_bar",
    "dark_rule",
    "dark_mark",
    "dark_error",
    "dark_warning",
    "dark_good",
];
