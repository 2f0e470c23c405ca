//! An author who is not in the configuration.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, Sink, Span, code, nearest};
use crate::post::tree::{BlockKind, DirectiveKind};
use crate::post::visit::Node;

rule! {
    /// Names an author that `authors` in `newsletter.yaml` does not hold.
    ///
    /// No card, name or picture can be shown for somebody the newsletter does not know; often it is a slip of the
    /// finger.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// authors:
    ///   mira: { name: Mira Voss }
    /// ```
    /// ```md
    /// It rained.
    ///
    /// :::author mria
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It rained.
    ///
    /// :::author mira
    /// ```
    UNKNOWN_AUTHOR, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let known = &context.config.authors;
    context.nodes().for_each(|(source, node)| {
        let Node::Block(block) = node else { return };
        let BlockKind::Directive(directive) = &block.kind else { return };
        let DirectiveKind::Author { id } = &directive.kind else { return };
        if known.contains_key(id) {
            return;
        }
        let opening = directive.opening;
        let span = source
            .slice(opening)
            .rfind(id.as_str())
            .map_or(opening, |at| Span::new(opening.start + at, opening.start + at + id.len()));
        let message = format!("there is no author `{id}` in `newsletter.yaml`");
        let found = Diagnostic::new(code::UNKNOWN_AUTHOR, source, span, message);
        sink.push(match nearest(id, known.keys().map(String::as_str)) {
            Some(near) => found.help(format!("did you mean `{near}`?")).fix(Fix::needs_a_look(span, near)),
            None => found.help(format!("add `{id}` under `authors`; without it no card is shown")),
        });
    });
}
