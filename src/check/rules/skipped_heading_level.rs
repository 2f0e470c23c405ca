//! Headings that jump down.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::post::tree::BlockKind;
use crate::post::visit::Node;

rule! {
    /// A heading more than one level below the one before it.
    ///
    /// Readers who hear a letter jump from heading to heading, and a missing level sounds like a missing part. Choose the
    /// level by the order of thoughts, not by the size of the letters: the template sets that.
    ///
    /// ## Example
    ///
    /// ```md
    /// ## The rail
    ///
    /// It rained.
    ///
    /// #### Freight
    ///
    /// More went by rail.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ## The rail
    ///
    /// It rained.
    ///
    /// ### Freight
    ///
    /// More went by rail.
    /// ```
    SKIPPED_HEADING_LEVEL, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let mut last: Option<u8> = None;
    context.nodes().for_each(|(source, node)| {
        let Node::Block(block) = node else { return };
        let BlockKind::Heading(heading) = &block.kind else { return };
        if let Some(above) = last.filter(|above| heading.level > above + 1) {
            let message = format!("a heading of level {} follows one of level {above}", heading.level);
            let found = Diagnostic::new(code::SKIPPED_HEADING_LEVEL, source, block.span, message);
            sink.push(found.help(format!("give it {} `#`, or add the heading between them", above + 1)));
        }
        last = Some(heading.level);
    });
}
