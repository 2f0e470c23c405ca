//! What stands in a line.

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::CowStr;

use crate::diagnostic::{Diagnostic, Span, code};
use crate::post::cjk::is_set_solid;
use crate::post::markdown::Note;
use crate::post::markdown::build::Builder;
use crate::post::markdown::build::frame::FrameKind;
use crate::post::tree::{Inline, InlineKind};

impl Builder<'_, '_, '_> {
    pub(super) fn inline(&mut self, span: Span, kind: InlineKind) {
        let Some(frame) = self.stack.last_mut() else { return };
        if let (InlineKind::Text(more), Some(last)) = (&kind, frame.inlines.last_mut())
            && let InlineKind::Text(text) = &mut last.kind
        {
            text.push_str(more);
            last.span = last.span.to(span);
            return;
        }
        frame.inlines.push(Inline { span, kind });
    }

    pub(super) fn text(&mut self, text: &str, mut range: Range<usize>) {
        if let Some(FrameKind::Code { .. }) = self.top() {
            let restored = self.prepared.restore(text, range, self.source.text());
            if let Some(FrameKind::Code { text, .. }) = self.stack.last_mut().map(|frame| &mut frame.kind) {
                text.push_str(&restored);
            }
            return;
        }
        if let Some(FrameKind::Html(html)) = self.stack.last_mut().map(|frame| &mut frame.kind) {
            // The indentation of a line of raw HTML.
            html.push_str(text);
            return;
        }
        let mut text = text;
        if range.start < self.skip_until {
            if range.end <= self.skip_until {
                return;
            }
            text = text.get(self.skip_until - range.start..).unwrap_or_default();
            range.start = self.skip_until;
        }
        let verbatim = text.len() == range.len();
        let prepared = self.prepared;
        if prepared.candidates.is_empty() {
            return self.plain(text, &range);
        }
        let mut from = 0;
        for (token, hole) in prepared.candidates.find(text) {
            let at = |offset: usize| if verbatim { range.start + offset } else { range.start };
            let before = from..token.start;
            self.plain(text.get(before.clone()).unwrap_or_default(), &(at(before.start)..at(before.end)));
            let end = if verbatim { range.start + token.end } else { range.end };
            self.state.holes.token(hole.clone());
            self.inline(prepared.map.span(&(at(token.start)..end)), InlineKind::Hole(hole.clone()));
            from = token.end;
        }
        let start = if verbatim { range.start + from } else { range.start };
        self.plain(text.get(from..).unwrap_or_default(), &(start..range.end));
    }

    fn plain(&mut self, text: &str, range: &Range<usize>) {
        let visible = self.prepared.visible(text);
        if !visible.is_empty() {
            let span = self.prepared.map.span(range);
            self.inline(span, InlineKind::Text(visible));
            if text.contains('[') || text.contains('^') {
                self.missing_note(range);
            }
        }
    }

    /// Reports a footnote's mark that is text because there is no such footnote.
    fn missing_note(&mut self, range: &Range<usize>) {
        let text = self.prepared.text.as_ref();
        let Some(start) = text.get(range.clone()).and_then(|part| part.find('[')).map(|at| range.start + at) else {
            return;
        };
        let rest = text.get(start..).unwrap_or_default();
        let Some(inner) = rest.strip_prefix("[^") else { return };
        let line = inner.split(['\n', ']', '[', ' ']).next().unwrap_or_default();
        let escaped = text.get(..start).is_some_and(|before| before.ends_with('\\'));
        if escaped
            || line.is_empty()
            || line.len() > 100
            || !inner.get(line.len()..).is_some_and(|r| r.starts_with(']'))
        {
            return;
        }
        let label = self.prepared.visible(line);
        let span = self.prepared.map.span(&(start..start + 2 + line.len() + 1));
        let message = format!("there is no footnote `[^{label}]`");
        let diagnostic = Diagnostic::new(code::MISSING_FOOTNOTE, self.source, span, message);
        let help = format!("write it on a line of its own: `[^{label}]: text`");
        self.state.found.push(diagnostic.help(help));
    }

    pub(super) fn soft_break(&mut self, range: &Range<usize>) {
        let span = self.prepared.map.span(range);
        if self.state.reading.options.hard_breaks {
            return self.inline(span, InlineKind::HardBreak);
        }
        let mark =
            |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '*' | '_' | '~') || Some(c) == self.prepared.invisible;
        let text = self.prepared.text.as_ref();
        let before = text.get(..range.start).and_then(|text| text.chars().rev().take(32).find(|&c| !mark(c)));
        let after = text.get(range.end..).and_then(|text| text.chars().take(32).find(|&c| c != '>' && !mark(c)));
        // Between Chinese characters a line's end is nothing; elsewhere it is a space.
        if !(before.is_some_and(is_set_solid) && after.is_some_and(is_set_solid)) {
            self.inline(span, InlineKind::SoftBreak);
        }
    }

    pub(super) fn inline_html(&mut self, html: &CowStr<'_>, range: &Range<usize>) {
        if !self.allows(range) && self.state.reading.options.html {
            let html = self.markup(html);
            self.inline(self.prepared.map.span(range), InlineKind::Html(html));
        }
    }

    pub(super) fn note(&mut self, label: &str, span: Span) -> usize {
        let label = self.prepared.visible(label);
        let notes = &mut self.state.notes;
        *self.labels.entry(label.to_lowercase()).or_insert_with(|| {
            notes.push(Note { label, source: Arc::clone(self.source), span, blocks: None });
            notes.len() - 1
        })
    }

    /// Text that is not shown as inlines: holes become tokens of the document.
    pub(super) fn markup(&mut self, text: &str) -> String {
        let visible = self.prepared.visible(text);
        if self.prepared.candidates.is_empty() {
            return visible;
        }
        let holes = &mut self.state.holes;
        self.prepared.candidates.replace(&visible, |hole| holes.token(hole.clone()))
    }

    pub(super) fn string(&mut self, text: &CowStr<'_>) -> String {
        self.markup(text)
    }

    pub(super) fn title(&mut self, title: &CowStr<'_>) -> Option<String> {
        (!title.is_empty()).then(|| self.markup(title))
    }
}
