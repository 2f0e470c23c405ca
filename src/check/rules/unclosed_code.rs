//! Code that swallows the letter.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, Span, code};
use crate::post::tree::BlockKind;
use crate::post::visit::Node;

rule! {
    /// A fence of three backticks or tildes that opens code and is never closed.
    ///
    /// All that follows is code to the end of the letter: headings, links and the sign-off are shown as they are
    /// written, in a typewriter's letters.
    ///
    /// ## Example
    ///
    /// ````md
    /// The gauge reads:
    ///
    /// ```
    /// 5 m
    ///
    /// It rained.
    /// ````
    ///
    /// ## Instead
    ///
    /// ````md
    /// The gauge reads:
    ///
    /// ```
    /// 5 m
    /// ```
    ///
    /// It rained.
    /// ````
    UNCLOSED_CODE, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    context.nodes().for_each(|(source, node)| {
        let Node::Block(block) = node else { return };
        if !matches!(block.kind, BlockKind::Code { .. }) {
            return;
        }
        let written = source.slice(block.span);
        let bare = |line: &str| line.trim_start_matches([' ', '\t', '>']).trim_end().to_owned();
        let mut lines = written.lines();
        let first = lines.next().map(bare).unwrap_or_default();
        let Some(mark) = first.chars().next().filter(|mark| matches!(mark, '`' | '~')) else { return };
        let len = first.chars().take_while(|c| *c == mark).count();
        let is_closed = lines
            .next_back()
            .map(bare)
            .is_some_and(|last| last.chars().all(|c| c == mark) && last.chars().count() >= len);
        if len < 3 || is_closed {
            return;
        }
        let line = written.lines().next().map_or(0, |line| line.trim_end().len());
        let span = Span::new(block.span.start, block.span.start + line);
        let fence = mark.to_string().repeat(len);
        let message = "this code is never closed; all that follows is code";
        let found = Diagnostic::new(code::UNCLOSED_CODE, source, span, message);
        sink.push(found.help(format!("write a line `` {fence} `` where it ends")));
    });
}
