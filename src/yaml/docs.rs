//! Tables as Markdown, for people.

use std::fmt::Write;

use crate::yaml::field::Presence;
use crate::yaml::{Kind, Table, read};

/// The keys of `table` and of the tables in it, each table once, below a heading of `level`.
pub fn markdown(table: &'static Table, level: usize) -> String {
    let mut page = Page { text: String::new(), done: Vec::new() };
    page.table(table, table.name, level);
    page.text
}

struct Page {
    text: String,
    done: Vec<&'static str>,
}

impl Page {
    fn table(&mut self, table: &'static Table, path: &str, level: usize) {
        if self.done.contains(&table.name) {
            return;
        }
        self.done.push(table.name);
        let root = self.done.len() == 1;
        let heading = if root { path.to_owned() } else { format!("`{path}`") };
        self.line(format_args!("{} {heading}\n", "#".repeat(level)));
        if table.presence == Presence::One {
            self.line(format_args!("Exactly one of these keys.\n"));
        }
        self.line(format_args!("| Key | Takes | Without it | What it is for |\n|---|---|---|---|"));
        for field in table.fields {
            let takes = cell(&takes(&field.kind));
            let default = match field.default {
                Some(default) => format!("`{default}`"),
                None if field.required => "**required**".to_owned(),
                None => "–".to_owned(),
            };
            self.line(format_args!("| `{}` | {takes} | {default} | {} |", field.name, cell(field.doc)));
        }
        self.line(format_args!(""));
        let words = table.fields.iter().filter_map(|field| Some((field.name, choices(&field.kind)?)));
        for (name, words) in words {
            self.line(format_args!("The words of `{name}`:\n"));
            for (word, doc) in words {
                self.line(format_args!("- `{word}`: {doc}"));
            }
            self.line(format_args!(""));
        }
        for field in table.fields {
            let path = if root { field.name.to_owned() } else { format!("{path}.{}", field.name) };
            self.inner(&field.kind, &path, level + 1);
        }
    }

    fn inner(&mut self, kind: &'static Kind, path: &str, level: usize) {
        match kind {
            Kind::Table(table) | Kind::Secret(table) => self.table(table, path, level.min(4)),
            Kind::Map { values, .. } => self.inner(values, &format!("{path}.NAME"), level),
            Kind::List(items) | Kind::Filled(items) => self.inner(items, &format!("{path}[]"), level),
            Kind::OneOf(kinds) => kinds.iter().for_each(|kind| self.inner(kind, path, level)),
            _ => {}
        }
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        _ = writeln!(self.text, "{line}");
    }
}

fn choices(kind: &Kind) -> Option<&'static [(&'static str, &'static str)]> {
    match kind {
        Kind::Choice(words) => Some(words),
        Kind::Map { values: Kind::Choice(words), .. } => Some(words),
        _ => None,
    }
}

fn takes(kind: &Kind) -> String {
    match kind {
        Kind::List(items) | Kind::Filled(items) => format!("a list; each item: {}", takes(items)),
        Kind::Map { values: Kind::Any, .. } => "a mapping of anything".to_owned(),
        Kind::Map { values, .. } => format!("a mapping by name; each value: {}", takes(values)),
        Kind::OneOf(kinds) => kinds.iter().map(takes).collect::<Vec<_>>().join(", or "),
        kind => read::words_for(kind),
    }
}

/// A `|` would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
