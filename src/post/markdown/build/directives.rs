//! Directives, which the parser knows nothing of: their lines stand in the place of comments.

use crate::diagnostic::{Diagnostic, Span, code};
use crate::post::directive::{self, FenceLine, Opening};
use crate::post::markdown::build::frame::{Frame, FrameKind, Open};
use crate::post::markdown::build::{Builder, MAX_DEPTH};
use crate::post::markdown::{State, include};
use crate::post::tree::{Block, BlockKind, Directive, DirectiveKind};

impl Builder<'_, '_, '_> {
    pub(super) fn directive(&mut self, line: Span) {
        let State { holes, found, .. } = &mut *self.state;
        let fence = directive::read(self.source, line, holes, found);
        match fence.line {
            FenceLine::Close => self.close(fence.colons, line),
            FenceLine::Leaf(Opening::Include(path, span)) => {
                self.flush();
                if let Some((kind, blocks)) = include::read(self.state, self.source, &path, span) {
                    let directive = Directive { opening: line, kind, blocks };
                    self.push_block(Block { span: line, kind: BlockKind::Directive(directive) });
                }
            }
            FenceLine::Leaf(Opening::Directive(kind)) => {
                self.flush();
                let directive = Directive { opening: line, kind, blocks: Vec::new() };
                self.push_block(Block { span: line, kind: BlockKind::Directive(directive) });
            }
            FenceLine::Leaf(Opening::Unreadable) => {}
            FenceLine::Open(Opening::Directive(kind))
                if self.stack.len() < MAX_DEPTH && !self.unsafe_target(&kind, line) =>
            {
                self.flush();
                self.placement(&kind, line);
                self.open.push(Open::Directive { colons: fence.colons, line, framed: true });
                self.stack.push(Frame::new(FrameKind::Directive { kind, opening: line }, 0..0));
            }
            FenceLine::Open(_) => {
                self.flush();
                self.open.push(Open::Directive { colons: fence.colons, line, framed: false });
            }
        }
    }

    /// Reports a column outside columns, and something else inside them.
    fn placement(&mut self, kind: &DirectiveKind, line: Span) {
        let inside = matches!(self.top(), Some(FrameKind::Directive { kind: DirectiveKind::Columns, .. }));
        let (message, help) = match (kind, inside) {
            (DirectiveKind::Column, false) => (
                "a `column` stands in `columns`",
                "put `::::columns` before the first column and `::::` after the last",
            ),
            (DirectiveKind::Column, true) | (_, false) => return,
            (_, true) => ("`columns` holds nothing but `column`s", "put this into a `:::column`"),
        };
        self.state.found.push(Diagnostic::new(code::DIRECTIVE_ARGUMENT, self.source, line, message).help(help));
    }

    fn unsafe_target(&mut self, kind: &DirectiveKind, line: Span) -> bool {
        match kind {
            DirectiveKind::Button { url, .. } | DirectiveKind::Video { url, .. } => {
                let at = self
                    .source
                    .slice(line)
                    .find(url.as_str())
                    .map_or(line, |at| Span::new(line.start + at, line.start + at + url.len()));
                self.report_unsafe(url, at)
            }
            _ => false,
        }
    }

    /// Ends the directive that a closing line means: the innermost with as many colons, else the
    /// innermost.
    fn close(&mut self, colons: usize, line: Span) {
        let mut directives = self.open.iter().rev().map_while(|open| match open {
            Open::Directive { colons, .. } => Some(*colons),
            _ => None,
        });
        let Some(depth) = directives.clone().position(|count| count == colons).or_else(|| directives.next().map(|_| 0))
        else {
            let diagnostic =
                Diagnostic::new(code::UNCLOSED_DIRECTIVE, self.source, line, "there is no directive to close here");
            let help = "remove this line; `divider`, `include` and `author` need none";
            self.state.found.push(diagnostic.help(help));
            return;
        };
        for _ in 0..depth {
            self.close_innermost(None);
        }
        self.close_innermost(Some(line));
    }

    /// Ends the directives that the innermost element left open.
    pub(super) fn close_directives(&mut self) {
        while let Some(Open::Directive { .. }) = self.open.last() {
            self.close_innermost(None);
        }
    }

    fn close_innermost(&mut self, closing: Option<Span>) {
        self.flush();
        let Some(Open::Directive { line, framed, colons }) = self.open.pop() else { return };
        if closing.is_none() {
            let message = format!("`{}` is never closed", self.source.slice(line).trim_end());
            let diagnostic = Diagnostic::new(code::UNCLOSED_DIRECTIVE, self.source, line, message);
            let help = format!("put a line `{}` after what belongs to it", ":".repeat(colons));
            self.state.found.push(diagnostic.help(help));
        }
        if !framed {
            return;
        }
        let Some(Frame { kind: FrameKind::Directive { kind, opening }, blocks, .. }) = self.stack.pop() else { return };
        let end = closing.map_or_else(|| blocks.last().map_or(opening.end, |block| block.span.end), |line| line.end);
        if matches!(kind, DirectiveKind::Button { .. }) && blocks.is_empty() {
            let message = "this button has no label";
            let diagnostic = Diagnostic::new(code::DIRECTIVE_ARGUMENT, self.source, opening, message);
            self.state.found.push(diagnostic.help("put what it says on a line between `:::button` and `:::`"));
        }
        let span = Span::new(opening.start, end);
        self.push_block(Block { span, kind: BlockKind::Directive(Directive { opening, kind, blocks }) });
    }
}
