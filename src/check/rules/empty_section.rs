//! Headings with nothing under them.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::post::tree::{Block, BlockKind};

rule! {
    /// A heading with nothing under it.
    ///
    /// It promises what the letter does not hold; often it is left over from a draft.
    ///
    /// ## Example
    ///
    /// ```md
    /// ## The rail
    ///
    /// ## The river
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ## The river
    ///
    /// It rained.
    /// ```
    EMPTY_SECTION, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    let level = |block: &Block| match &block.kind {
        BlockKind::Heading(heading) => Some(heading.level),
        _ => None,
    };
    for (at, block) in document.blocks.iter().enumerate() {
        let Some(own) = level(block) else { continue };
        // A heading of a lower level is something.
        let empty = match document.blocks.get(at + 1) {
            None => true,
            Some(next) => level(next).is_some_and(|next| next <= own),
        };
        // A title at the head of the text stands over all of it.
        if empty && !(at == 0 && own == 1 && document.blocks.len() > 1) {
            let found = Diagnostic::new(code::EMPTY_SECTION, &document.source, block.span, "this heading has no text");
            sink.push(found.severity(context.by_status()).help("write what it promises, or remove it"));
        }
    }
}
