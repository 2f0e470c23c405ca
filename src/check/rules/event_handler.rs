//! Scripts in attributes.

use crate::check::rule::rule;
use crate::check::rules::markup::{Attribute, Tag, Written, raw, tags, templates};
use crate::check::{Context, Shared};
use crate::diagnostic::{Diagnostic, Fix, Sink, Span, code};

rule! {
    /// An attribute that holds a script, as `onclick`.
    ///
    /// Nothing runs in a mail: clients take such attributes out, and spam filters count them against the sender.
    ///
    /// ## Example
    ///
    /// ```md
    /// It <b onclick="alert('wet')">rained</b>.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It <b>rained</b>.
    /// ```
    EVENT_HANDLER, Both(check_post, check_templates)
}

fn check_post(context: &Context<'_>, sink: &mut Sink) {
    raw(context, &mut |written| report(written, sink));
}

fn check_templates(shared: &Shared<'_>, sink: &mut Sink) {
    templates(shared, &mut |written| report(written, sink));
}

fn report(written: &Written<'_>, sink: &mut Sink) {
    for tag in tags(&written.text) {
        for attribute in tag.attributes.iter().filter(|attribute| is_handler(&attribute.name)) {
            let message = format!("mail clients remove `{}`", attribute.name);
            let place = written.place(attribute.place);
            let found = Diagnostic::new(code::EVENT_HANDLER, written.source, place, message);
            let found = found.help("take it out; nothing runs in a mail");
            sink.push(match written.exact(whole(written, &tag, attribute)) {
                Some(span) => found.fix(Fix::safe(span, "")),
                None => found,
            });
        }
    }
}

fn is_handler(name: &str) -> bool {
    name.len() > 4 && name.starts_with("on") && name.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// An attribute with its value and the blanks before it.
fn whole(written: &Written<'_>, tag: &Tag, attribute: &Attribute) -> Span {
    let before = written.slice(Span::new(tag.span.start, attribute.place.start));
    let start = tag.span.start + before.trim_end().len();
    let quoted = written.text.as_bytes().get(attribute.value.end).is_some_and(|byte| matches!(byte, b'"' | b'\''));
    let end = if attribute.value.end > attribute.place.end { attribute.value.end } else { attribute.place.end };
    Span::new(start, end + usize::from(quoted && end > attribute.place.end))
}
