//! HTML that mail clients drop.

use crate::check::clients::feature;
use crate::check::rule::rule;
use crate::check::rules::markup::{Tag, Written, raw, tags, templates};
use crate::check::{Context, Shared};
use crate::diagnostic::{Diagnostic, Sink, Span, code};
use crate::render::is_element;

rule! {
    /// HTML that mail clients take out or do not show: scripts, frames, forms, video, style sheets.
    ///
    /// A mail client removes what could do harm, and what stands in it is lost or shows as bare text. The reader sees a
    /// hole, and some spam filters refuse the letter for a script alone. A picture, a link or a button takes the
    /// reader to a page that can do it.
    ///
    /// Templates of mails are looked at, and the raw HTML of posts. In a template `<style>` may stand; in a post it may
    /// not, for the letter's style would change with it.
    ///
    /// ## Example
    ///
    /// ```md
    /// <iframe src="https://upstream.example/rain"></iframe>
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// [See how it rained.](https://upstream.example/rain)
    /// ```
    UNSHOWN_HTML, Both(check_post, check_templates)
}

/// Where HTML stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Post,
    Template,
}

const FORM: &str = "link to a page with the form";
const PLAYER: &str = "show a picture that links to it: `:::video https://…`";

/// What helps where `List<Object>` stands in prose.
pub(super) const WORD: &str = "if it is to be read, write it as code: `` `<…>` ``";

/// Whether mail clients take an element out, whatever stands in it.
pub(super) fn is_removed(name: &str) -> bool {
    REMOVED.iter().any(|(element, _)| *element == name)
}

/// Elements that are removed, and what to write instead.
const REMOVED: [(&str, &str); 20] = [
    ("script", "take it out; nothing runs in a mail"),
    ("iframe", "link to the page, or show a picture of it that does"),
    ("frame", "link to the page"),
    ("embed", PLAYER),
    ("object", PLAYER),
    ("applet", "link to a page"),
    ("canvas", "save it as PNG and show that"),
    ("svg", "save it as PNG and show that"),
    ("math", "save the formula as PNG and show that"),
    ("video", PLAYER),
    ("audio", "link to it with a picture or words"),
    ("form", FORM),
    ("input", FORM),
    ("select", FORM),
    ("textarea", FORM),
    ("button", "write `:::button https://…`"),
    ("dialog", "write the text into the letter"),
    ("meter", "write the number"),
    ("progress", "write the number"),
    ("marquee", "write the text without moving it"),
];

fn check_post(context: &Context<'_>, sink: &mut Sink) {
    raw(context, &mut |written| report(written, Where::Post, sink));
}

fn check_templates(shared: &Shared<'_>, sink: &mut Sink) {
    templates(shared, &mut |written| report(written, Where::Template, sink));
}

fn report(written: &Written<'_>, place: Where, sink: &mut Sink) {
    // What stands in a form or a player goes with it.
    let mut inside: Option<String> = None;
    for tag in tags(&written.text) {
        if let Some(outer) = &inside {
            if tag.end && tag.name == *outer {
                inside = None;
            }
            continue;
        }
        // What is no element to the renderer is text, and shown.
        if tag.end || (place == Where::Post && !is_element(&tag.name) && tag.name != "link") {
            continue;
        }
        let Some((span, message, help)) = fault(&tag, written, place) else { continue };
        let found = Diagnostic::new(code::UNSHOWN_HTML, written.source, written.place(span), message);
        let is_word = place == Where::Post && written.is_word(&tag);
        sink.push(found.help(if is_word { WORD.to_owned() } else { help }));
        if matches!(&*tag.name, "form" | "video" | "audio" | "object" | "svg" | "math" | "select" | "dialog") {
            inside = Some(tag.name);
        }
    }
}

fn fault(tag: &Tag, written: &Written<'_>, place: Where) -> Option<(Span, String, String)> {
    let name = &*tag.name;
    if let Some((_, help)) = REMOVED.iter().find(|(element, _)| *element == name) {
        let kind = tag.get("type").map_or("text", |kind| written.slice(kind.value));
        let key = match name {
            "input" => format!("<input:{kind}>"),
            "button" => "<button:submit>".to_owned(),
            _ => format!("<{name}>"),
        };
        let tested = feature(&key).map(|feature| (feature.lacking(), feature.tested));
        let (message, help) = match tested.filter(|(lacking, _)| !lacking.is_nobody()) {
            Some((lacking, tested)) => {
                (format!("`<{name}>` is not shown by {}", lacking.names()), format!("{help} (tested {tested})"))
            }
            None => (format!("mail clients remove `<{name}>`"), (*help).to_owned()),
        };
        return Some((tag.opening(), message, help));
    }
    if name == "link" && is_style_sheet(tag, written) {
        let message = "mail clients load no style sheet by `<link>`".to_owned();
        return Some((tag.opening(), message, "write the rules into a `<style>` of the template".to_owned()));
    }
    if name == "style" && place == Where::Post {
        let message = "a `<style>` in a post changes the whole letter, where it is kept at all".to_owned();
        return Some((tag.opening(), message, "put it into a template, or into `style` attributes".to_owned()));
    }
    let hides = ["hidden", "popover"].into_iter().find_map(|name| tag.get(name))?;
    let feature = feature(&format!("[{}]", hides.name))?;
    let message = format!("`{}` hides nothing in {}", hides.name, feature.lacking().names());
    let help = format!("leave the element out, or write `style=\"display:none\"` (tested {})", feature.tested);
    Some((hides.place, message, help))
}

fn is_style_sheet(tag: &Tag, written: &Written<'_>) -> bool {
    tag.get("rel").is_some_and(|rel| written.slice(rel.value).to_ascii_lowercase().contains("stylesheet"))
}
