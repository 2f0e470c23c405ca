//! Footnotes: their marks in the text, and what they say below it.

use crate::post::tree::Footnote;
use crate::render::Escaped;
use crate::render::email::writer::{Writer, put};
use crate::render::style::Layout;

impl<'a> Writer<'a, '_> {
    /// What readers see as the mark of a note: `1`, `[1]`, `注` or `注2`.
    fn sign(&self, number: usize) -> String {
        let note = self.words.note_mark;
        match self.style.layout {
            Layout::Minimal => format!("[{number}]"),
            _ if note.is_empty() => number.to_string(),
            _ if self.document.footnotes.len() == 1 => note.to_owned(),
            _ => format!("{note}{number}"),
        }
    }

    pub(super) fn mark(&mut self, number: usize) {
        let Some(count) = self.marks.get_mut(number.wrapping_sub(1)) else { return };
        if self.in_note {
            let sign = self.sign(number);
            put!(self, "<sup{}>{sign}</sup>", self.style.mark);
            return;
        }
        *count += 1;
        let again = if *count == 1 { String::new() } else { format!("-{count}") };
        let sign = self.sign(number);
        let link = format!("href=\"#note:{number}\" id=\"mark:{number}{again}\" role=\"doc-noteref\"");
        if self.style.layout == Layout::Minimal {
            put!(self, "&nbsp;<a {link} class=\"ink\" style=\"color:inherit;text-decoration:none\">{sign}</a>");
        } else {
            put!(self, "<sup{}><a {link}{}>{sign}</a></sup>", self.style.mark, self.style.mark_link);
        }
    }

    /// The notes; nothing where there are none.
    pub(super) fn notes(&mut self) {
        let document = self.document;
        if document.footnotes.is_empty() {
            return;
        }
        let label = self.words.notes;
        put!(self, "<div role=\"doc-endnotes\" aria-label=\"{label}\">\n");
        if self.style.layout != Layout::Minimal {
            put!(self, "<div{}>&nbsp;</div>\n", self.style.notes_rule);
        }
        self.in_note = true;
        for note in &document.footnotes {
            self.footnote(note);
        }
        self.in_note = false;
        self.out.push_str("</div>\n");
    }

    fn footnote(&mut self, note: &'a Footnote) {
        let style = self.style;
        let number = note.number;
        let (stop, space) = match self.style.layout {
            Layout::Minimal => ("", " "),
            _ if self.words.note_mark.is_empty() => (".", "&ensp;"),
            _ => ("", "&emsp;"),
        };
        let back = format!(
            "<a href=\"#mark:{number}\" role=\"doc-backlink\" title=\"{}\"{}>{}{stop}</a>{space}",
            Escaped(self.words.back),
            style.back,
            self.sign(number),
        );
        put!(self, "<div id=\"note:{number}\">\n");
        self.inside(&style.note, 0, |writer| {
            let start = writer.out.len();
            for block in &note.blocks {
                writer.block(block, crate::render::email::writer::Below::More);
            }
            let open = format!("<p{}>", style.note.paragraph);
            let starts_with_text = writer.out.get(start..).is_some_and(|text| text.starts_with(&open));
            if starts_with_text {
                writer.out.insert_str(start + open.len(), &back);
            } else {
                writer.out.insert_str(start, &format!("{open}{back}</p>\n"));
            }
        });
        self.out.push_str("</div>\n");
    }
}
