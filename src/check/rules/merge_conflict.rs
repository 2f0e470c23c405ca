//! What a merge left for its author.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, Span, code};
use crate::post::tree::BlockKind;
use crate::post::visit::{Node, visit};

rule! {
    /// The marks that git writes round two versions of a passage.
    ///
    /// Both versions are still there, and the letter shows them, one after the other, with the marks as headings and
    /// quotations.
    ///
    /// ## Example
    ///
    /// ```md
    /// <<<<<<< HEAD
    /// It rained for nine days.
    /// =======
    /// It rained for ten days.
    /// >>>>>>> spring
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It rained for nine days.
    /// ```
    MERGE_CONFLICT, Post(check)
}

const MARKS: [&str; 3] = ["<<<<<<< ", "||||||| ", ">>>>>>> "];

fn check(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    let source = &document.source;
    let body = source.slice(document.body);
    // Hardly any post holds one.
    if !MARKS.iter().any(|mark| body.contains(mark)) {
        return;
    }
    let mut code = Vec::new();
    visit(document, &mut |file, node| {
        if let Node::Block(block) = node
            && matches!(block.kind, BlockKind::Code { .. })
            && file.path() == source.path()
        {
            code.push(block.span);
        }
    });
    let mut start = document.body.start;
    for line in body.split_inclusive('\n') {
        let place = Span::new(start, start + line.trim_end().len());
        start += line.len();
        let is_mark = MARKS.iter().any(|mark| line.starts_with(mark));
        if is_mark && !code.iter().any(|code| code.start <= place.start && place.end <= code.end) {
            let message = "a mark of git's stands here: two versions of this passage were not merged";
            let found = Diagnostic::new(code::MERGE_CONFLICT, source, place, message);
            sink.push(found.help("choose one of the two, and take the three marks out"));
        }
    }
}
