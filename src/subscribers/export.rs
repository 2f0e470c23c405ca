//! The list as a file.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::json;

use crate::store::StoreError;
use crate::subscribers::csv::disarmed;
use crate::subscribers::value::{rfc3339, write};
use crate::subscribers::{List, ListError, State, Subscriber, Which};

/// The form of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// A table: RFC 4180, UTF-8, one line of names.
    #[default]
    Csv,
    /// One JSON object a line.
    JsonLines,
}

/// What is done with cells that a spreadsheet would run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Formulas {
    /// They have a `'` before them.
    Disarmed,
    /// They are as they are.
    #[default]
    Raw,
}

/// Which file is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Export<'a> {
    /// Of whom.
    pub which: Which<'a>,
    /// In which form.
    pub form: Form,
    /// What of formulas; a table alone.
    pub formulas: Formulas,
}

/// Why the list could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The list.
    #[error(transparent)]
    List(#[from] ListError),
    /// Where it was written to.
    #[error("cannot write the list: {0}")]
    Write(#[from] io::Error),
}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        Self::List(error.into())
    }
}

const COLUMNS: [&str; 7] = ["address", "status", "reason", "joined", "left", "source", "tags"];

impl List {
    /// Writes a part of the list; how many it was.
    ///
    /// # Errors
    /// When the list cannot be read, or `out` not be written.
    pub fn export(&self, export: Export<'_>, out: impl Write) -> Result<u64, ExportError> {
        match export.form {
            Form::Csv => self.table(export, out),
            Form::JsonLines => self.json_lines(export, out),
        }
    }

    fn table(&self, export: Export<'_>, out: impl Write) -> Result<u64, ExportError> {
        const NAMES: &str = "SELECT DISTINCT key FROM subscriber, json_each(subscriber.fields)";
        let names: Result<Vec<String>, StoreError> = self.store.read(|tx| tx.all(NAMES, &[], |row| row.get(0)));
        let names: BTreeSet<String> = names?.into_iter().collect();
        let mut writer = csv::Writer::from_writer(out);
        let failed = |error: csv::Error| ExportError::Write(error.into());
        writer.write_record(COLUMNS.into_iter().chain(names.iter().map(String::as_str))).map_err(failed)?;
        let mut count = 0;
        self.each(export.which, |one| {
            let cells = cells(&one, &names).into_iter().map(|cell| match export.formulas {
                Formulas::Disarmed => disarmed(&cell),
                Formulas::Raw => cell,
            });
            count += 1;
            writer.write_record(cells).map_err(failed)
        })?;
        writer.flush()?;
        Ok(count)
    }

    fn json_lines(&self, export: Export<'_>, out: impl Write) -> Result<u64, ExportError> {
        let mut out = io::BufWriter::new(out);
        let mut count = 0;
        self.each(export.which, |one| {
            count += 1;
            writeln!(out, "{}", one.to_json()).map_err(ExportError::Write)
        })?;
        out.flush()?;
        Ok(count)
    }
}

fn cells(one: &Subscriber, names: &BTreeSet<String>) -> Vec<String> {
    let own = [
        one.address.clone(),
        one.state.as_str().to_owned(),
        reason(one).unwrap_or_default().to_owned(),
        rfc3339(one.joined),
        one.left.map(rfc3339).unwrap_or_default(),
        one.source.clone().unwrap_or_default(),
        one.tags.join(", "),
    ];
    let field = |name: &String| one.fields.get(name).map(write).unwrap_or_default();
    own.into_iter().chain(names.iter().map(field)).collect()
}

fn reason(one: &Subscriber) -> Option<&'static str> {
    match one.state {
        State::Suppressed(reason) => Some(reason.as_str()),
        _ => None,
    }
}

impl Subscriber {
    /// As JSON: what `export`, `list` and `show` write, and `import` reads.
    pub fn to_json(&self) -> serde_json::Value {
        json!({
            "address": self.address,
            "status": self.state.as_str(),
            "reason": reason(self),
            "joined": rfc3339(self.joined),
            "left": self.left.map(rfc3339),
            "source": self.source,
            "tags": self.tags,
            "fields": self.fields,
        })
    }
}
