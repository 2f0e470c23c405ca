//! Lines with prefixes: what stands in a list or a quotation keeps its indent and its `> ` on
//! every line.

use crate::render::text::WIDTH;
use crate::render::text::wrap::{Flow, columns, wrap};

/// Past this indent, what is nested deeper is not indented further, so that lines keep a
/// readable measure.
const DEEPEST: usize = 40;

/// The text in the making.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    /// What stands before each line.
    prefix: String,
    /// What stands before the next line instead.
    lead: Option<String>,
    /// Empty lines due before the next line, and their prefix.
    gap: Option<(usize, String)>,
}

impl Page {
    /// How far the text has come; grows with every line.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The columns that a line has left.
    pub(super) fn room(&self) -> usize {
        WIDTH.saturating_sub(columns(&self.prefix))
    }

    /// Leaves `lines` empty before what comes next, if anything does.
    pub(super) fn gap(&mut self, lines: usize) {
        if !self.text.is_empty() {
            self.gap = Some((lines, self.prefix.trim_end().to_owned()));
        }
    }

    /// Writes what `inside` writes with `first` before its first line and `rest` before others.
    pub(super) fn indent(&mut self, first: &str, rest: &str, inside: impl FnOnce(&mut Self)) {
        let outer = self.prefix.clone();
        let lead = self.lead.take().unwrap_or_else(|| outer.clone());
        let at = self.text.len();
        if columns(&outer) + columns(rest) <= DEEPEST {
            self.prefix.push_str(rest);
        }
        self.lead = Some(lead.clone() + first);
        inside(self);
        self.prefix = outer;
        // A lead that no line took belongs to the outer line, if that had one.
        if self.text.len() == at {
            self.lead = (lead != self.prefix).then_some(lead);
        }
    }

    /// Writes a line as it is.
    pub(super) fn line(&mut self, line: &str) {
        if let Some((lines, prefix)) = self.gap.take() {
            for _ in 0..lines {
                self.text.push_str(&prefix);
                self.text.push('\n');
            }
        }
        match self.lead.take() {
            Some(lead) => self.text.push_str(&lead),
            None => self.text.push_str(&self.prefix),
        }
        self.text.push_str(line);
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }

    /// Writes running text; gives the columns of its longest line.
    pub(super) fn flow(&mut self, flow: &Flow) -> usize {
        if flow.is_blank() {
            return 0;
        }
        let first = WIDTH.saturating_sub(columns(self.lead.as_ref().unwrap_or(&self.prefix)));
        let rest = self.room();
        let (mut widest, mut lines) = (0, 0);
        wrap(flow, first, rest, |line| {
            widest = widest.max(columns(line));
            lines += 1;
            self.line(line);
        });
        // What a subscriber's value counts as is known of the whole, not of a line.
        if lines == 1 { flow.width() } else { widest }
    }

    /// The text, with the signature line of RFC 3676 §4.3 before what `footer` writes: the one
    /// line that ends in a space.
    pub(super) fn signed(mut self, footer: impl FnOnce(&mut Self)) -> String {
        self.gap = None;
        self.text.push_str("\n-- \n");
        footer(&mut self);
        self.text
    }
}
