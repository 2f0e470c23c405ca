//! Text that is too small to read.

use crate::check::rule::rule;
use crate::check::rules::css::{Home, Piece, pieces};
use crate::check::rules::markup::{Written, raw, templates};
use crate::check::{Context, Shared};
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// Text smaller than 13 pixels.
    ///
    /// It is hard to read on a phone, and Apple's mail programs enlarge it, which breaks the lines anew. What is not to
    /// be seen, as a preheader, may have any size: it stands in an element with `display:none`, or at 2 pixels and less.
    ///
    /// ## Example
    ///
    /// ```md
    /// <p style="font-size: 10px">It rained.</p>
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// <p style="font-size: 14px">It rained.</p>
    /// ```
    TINY_TEXT, Both(check_post, check_templates)
}

/// The smallest size that can be read, in CSS pixels.
const LEAST: f64 = 13.0;

/// Up to this size text is not meant to be read.
const HIDDEN: f64 = 2.0;

fn check_post(context: &Context<'_>, sink: &mut Sink) {
    raw(context, &mut |written| report(written, sink));
}

fn check_templates(shared: &Shared<'_>, sink: &mut Sink) {
    templates(shared, &mut |written| report(written, sink));
}

fn report(written: &Written<'_>, sink: &mut Sink) {
    pieces(written, &mut |piece, home| {
        let Piece::Declaration(name, value) = piece else { return };
        let size = match &*written.slice(name).to_ascii_lowercase() {
            "font-size" => pixels(written.slice(value)),
            // `italic 12px/16px Georgia`: the size is the first length.
            "font" => written.slice(value).split([' ', '/']).find_map(pixels),
            _ => return,
        };
        let Some(size) = size.filter(|size| *size > HIDDEN && *size < LEAST) else { return };
        let hides = |style: &str| style.contains("display:none") || style.contains("mso-hide");
        if let Home::Attribute(tag) = home
            && tag.get("style").is_some_and(|style| hides(&written.slice(style.value).replace(' ', "")))
        {
            return;
        }
        let message = format!("text of {size} pixels is too small to read");
        let found = Diagnostic::new(code::TINY_TEXT, written.source, written.place(name.to(value)), message);
        sink.push(found.help("set it in 13 pixels or more; 16 for running text"));
    });
}

/// A length in CSS pixels.
fn pixels(length: &str) -> Option<f64> {
    let length = length.trim_end_matches("!important").trim().to_ascii_lowercase();
    let (number, scale) = match length.strip_suffix("px") {
        Some(number) => (number, 1.0),
        None => (length.strip_suffix("pt")?, 4.0 / 3.0),
    };
    number.parse::<f64>().ok().map(|number| (number * scale * 10.0).round() / 10.0)
}
