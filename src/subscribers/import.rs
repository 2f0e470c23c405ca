//! Files of subscribers: CSV and JSON Lines.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use serde_json::Value as Json;

use crate::address::{AddressError, EmailAddress};
use crate::segment::Fields;
use crate::store::{StoreError, Tx};
use crate::subscribers::change::put;
use crate::subscribers::csv::Onward;
use crate::subscribers::record::{self, Mapping, MappingError, Parts, Record, Target};
use crate::subscribers::{Added, Formulas, List, ListError, ValueError, csv, value};

/// How a file is read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Columns by name and what they are: `--map COLUMN=FIELD`.
    pub maps: Vec<(String, String)>,
    /// The time zone of times without one.
    pub zone: Tz,
    /// Whether cells have a `'` before what a spreadsheet would run.
    pub formulas: Formulas,
}

/// A file that was read.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// The records, with the lines they begin on.
    pub records: Vec<(u64, Record)>,
    /// The lines that could not be read.
    pub bad: Vec<BadLine>,
}

/// A line that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1; of several lines in quotes the first.
    pub line: u64,
    /// Why.
    pub fault: Fault,
}

/// Why a line cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Its address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// It has no address.
    #[error("it has no address")]
    NoAddress,
    /// A value.
    #[error("`{column}`: {error}")]
    Value {
        /// The column.
        column: String,
        /// What is wrong with it.
        error: ValueError,
    },
    /// Its status is none.
    #[error("`{0}` is no status: it is `active`, `unsubscribed`, `suppressed`, `bounced` or `complained`")]
    Status(String),
    /// It has more cells than there are columns.
    #[error("it has {cells} cells for {columns} columns; a text with the separator in it needs quotes")]
    Cells {
        /// How many.
        cells: usize,
        /// How many there are columns.
        columns: usize,
    },
    /// Nobody has joined on a day that is still to come.
    #[error("it has a day of joining that is still to come")]
    ToCome,
    /// A quote that opens here never closes.
    #[error("a quote that opens here never closes")]
    OpenQuote,
    /// A quote that opens here by mistake took the rows after it into one cell.
    #[error("a quote that opens here takes the rows up to line {0} into one cell; take the quote out, or close it")]
    Swallowed(u64),
    /// Not UTF-8.
    #[error("it is not UTF-8; save the file as UTF-8")]
    NotUtf8,
    /// Not JSON.
    #[error("it is not the JSON of a subscriber: {0}")]
    Json(String),
    /// A key of JSON that is nothing.
    #[error("there is no field `{key}`{}", .nearest.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    UnknownKey {
        /// The key.
        key: String,
        /// The nearest field.
        nearest: Option<String>,
    },
}

/// Why a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is UTF-16.
    #[error("the file is UTF-16")]
    Utf16,
    /// It is one JSON array.
    #[error("the file is one JSON array")]
    JsonArray,
    /// It has no line.
    #[error("the file is empty")]
    Empty,
    /// The line that names the columns.
    #[error("line {}, which names the columns: {}", .0.line, .0.fault)]
    Header(BadLine),
    /// Its columns.
    #[error(transparent)]
    Mapping(#[from] MappingError),
}

impl ImportError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Utf16 => "save it as UTF-8".to_owned(),
            Self::JsonArray => "write one object a line, without brackets and commas round them".to_owned(),
            Self::Empty => "its first line names the columns: `address,name`".to_owned(),
            Self::Header(_) => "mend that line".to_owned(),
            Self::Mapping(error) => error.help(),
        }
    }
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many records came to what.
    pub counts: BTreeMap<Added, u64>,
}

impl Import {
    /// Reads a file; a line that is bad is reported, and the others are read all the same.
    ///
    /// # Errors
    /// When it is none, or its columns cannot be told.
    pub fn read(bytes: &[u8], fields: &Fields, options: &Options) -> Result<Self, ImportError> {
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(ImportError::Utf16);
        }
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut import = Self::default();
        match bytes.trim_ascii_start().first() {
            None => return Err(ImportError::Empty),
            Some(b'[') => return Err(ImportError::JsonArray),
            Some(b'{') => import.json_lines(bytes, fields, options),
            Some(_) => import.table(bytes, fields, options)?,
        }
        Ok(import)
    }

    fn take(&mut self, line: u64, read: Result<Record, Fault>) {
        match read {
            Ok(record) => self.records.push((line, record)),
            Err(fault) => self.bad.push(BadLine { line, fault }),
        }
    }

    fn table(&mut self, bytes: &[u8], fields: &Fields, options: &Options) -> Result<(), ImportError> {
        let mut mapping: Option<Result<Mapping, ImportError>> = None;
        csv::rows(bytes, |row| {
            let is_address = |cell: &&str| EmailAddress::parse(plain(cell, options)).is_ok();
            match &mapping {
                None => {
                    let read = match &row.cells {
                        _ if row.swallows(|cells| cells.iter().any(is_address)) => Err(Fault::Swallowed(row.last())),
                        cells => cells.clone(),
                    };
                    mapping = Some(match read {
                        Ok(header) => {
                            let header: Vec<_> =
                                header.iter().map(|cell| plain(cell, options).trim().to_owned()).collect();
                            Mapping::of(&header, &options.maps, fields).map_err(Into::into)
                        }
                        Err(fault) => Err(ImportError::Header(BadLine { line: row.line, fault })),
                    });
                }
                Some(Err(_)) => {}
                Some(Ok(mapping)) => {
                    let is_record = |cells: &[&str]| cells.get(mapping.address()).is_some_and(is_address);
                    if row.swallows(is_record) {
                        let fault = match row.cells {
                            Err(Fault::OpenQuote) => Fault::OpenQuote,
                            _ => Fault::Swallowed(row.last()),
                        };
                        self.bad.push(BadLine { line: row.line, fault });
                        return Onward::Line;
                    }
                    let read = row.cells.as_ref().map_err(Clone::clone);
                    let cells = |cells: &Vec<String>| {
                        mapping.record(cells.iter().map(|cell| plain(cell, options)), options.zone)
                    };
                    self.take(row.line, read.and_then(cells));
                }
            }
            Onward::Record
        });
        mapping.unwrap_or(Err(ImportError::Empty)).map(|_| ())
    }

    fn json_lines(&mut self, bytes: &[u8], fields: &Fields, options: &Options) {
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            if !line.trim_ascii().is_empty() {
                self.take(index as u64 + 1, from_json(line, fields, options));
            }
        }
    }
}

fn plain<'a>(cell: &'a str, options: &Options) -> &'a str {
    match options.formulas {
        Formulas::Disarmed => csv::armed(cell),
        Formulas::Raw => cell,
    }
}

fn from_json(line: &[u8], fields: &Fields, options: &Options) -> Result<Record, Fault> {
    let text = std::str::from_utf8(line).map_err(|_| Fault::NotUtf8)?;
    let object: serde_json::Map<String, Json> =
        serde_json::from_str(text).map_err(|error| Fault::Json(reason(&error)))?;
    let mut parts = Parts::default();
    for (key, value) in &object {
        match value {
            Json::Null => {}
            Json::Object(inner) if key == "fields" => {
                for (name, value) in inner {
                    match fields.get(name) {
                        Some(kind) => take(&mut parts, name, &Target::Field(name.clone(), *kind), value, options)?,
                        None => return Err(Fault::unknown_key(name, fields)),
                    }
                }
            }
            value => {
                let name = options.maps.iter().find(|(column, _)| column == key).map_or(key, |(_, field)| field);
                if !name.is_empty() {
                    let target = record::target(name, fields).ok_or_else(|| Fault::unknown_key(name, fields))?;
                    take(&mut parts, key, &target, value, options)?;
                }
            }
        }
    }
    parts.record()
}

/// What the parser says, without its place in a text that is this line alone.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line ").map_or(text.clone(), |(reason, _)| reason.to_owned())
}

fn take(parts: &mut Parts, key: &str, target: &Target, value: &Json, options: &Options) -> Result<(), Fault> {
    match value {
        Json::Null => Ok(()),
        Json::Array(items) if *target == Target::Tags => {
            items.iter().try_for_each(|item| parts.take(key, target, &value::write(item), options.zone))
        }
        Json::Array(_) | Json::Object(_) => {
            Err(Fault::Json(format!("`{key}` holds a list or an object, not one value")))
        }
        value => parts.take(key, target, &value::write(value), options.zone),
    }
}

/// In seconds.
const DAY: i64 = 24 * 60 * 60;

impl Import {
    /// Takes out, as bad lines, those who would have joined after `now`, in seconds. A day more is
    /// let pass: in another zone it has begun.
    pub fn refuse_to_come(&mut self, now: i64) {
        for (line, record) in std::mem::take(&mut self.records) {
            if record.joined.is_some_and(|joined| joined > now.saturating_add(DAY)) {
                self.bad.push(BadLine { line, fault: Fault::ToCome });
            } else {
                self.records.push((line, record));
            }
        }
        self.bad.sort_by_key(|bad| bad.line);
    }

    /// What an import would do where there is no list yet.
    pub fn alone(&self) -> Imported {
        let keys: BTreeSet<String> = self.records.iter().map(|(_, record)| record.address.key()).collect();
        let (new, again) = (keys.len() as u64, (self.records.len() - keys.len()) as u64);
        let counts = [(Added::New, new), (Added::Updated, again)];
        Imported { counts: counts.into_iter().filter(|(_, count)| *count > 0).collect() }
    }
}

/// Why what an import did was taken back.
enum Undone {
    /// It was a trial.
    Trial(Imported),
    /// It failed.
    Failed(ListError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl List {
    /// Puts records on the list, all of them or none; `source` is where they come from, where they
    /// do not say. `progress` hears how many are done.
    ///
    /// # Errors
    /// When the database cannot write.
    pub fn import(
        &self,
        records: Vec<(u64, Record)>,
        source: Option<&str>,
        now: i64,
        progress: impl FnMut(usize) + Send + 'static,
    ) -> Result<Imported, ListError> {
        let job = self.importing(records, source, now, progress);
        self.store.write(move |tx| job(tx))
    }

    /// What [`List::import`] would do; nothing is changed.
    ///
    /// # Errors
    /// When the database cannot write.
    pub fn try_import(
        &self,
        records: Vec<(u64, Record)>,
        source: Option<&str>,
        now: i64,
        progress: impl FnMut(usize) + Send + 'static,
    ) -> Result<Imported, ListError> {
        let job = self.importing(records, source, now, progress);
        let done: Result<(), Undone> = self.store.write(move |tx| match job(tx) {
            // What ends in an error is taken back.
            Ok(imported) => Err(Undone::Trial(imported)),
            Err(error) => Err(Undone::Failed(error)),
        });
        match done {
            Err(Undone::Trial(imported)) => Ok(imported),
            Err(Undone::Failed(error)) => Err(error),
            Ok(()) => Ok(Imported::default()),
        }
    }

    fn importing(
        &self,
        records: Vec<(u64, Record)>,
        source: Option<&str>,
        now: i64,
        mut progress: impl FnMut(usize) + Send + 'static,
    ) -> impl FnOnce(&Tx<'_>) -> Result<Imported, ListError> + Send + 'static {
        let (list, source) = (self.clone(), source.map(str::to_owned));
        move |tx| {
            let mut imported = Imported::default();
            for (index, (_, record)) in records.iter().enumerate() {
                let added = put(tx, &list.hash(&record.address), record, source.as_deref(), now)?;
                *imported.counts.entry(added).or_default() += 1;
                if index % 1000 == 999 {
                    progress(index + 1);
                }
            }
            progress(records.len());
            Ok(imported)
        }
    }
}
