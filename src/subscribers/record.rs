//! One line of a file as a record: which column is what, and what its cells hold.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use serde_json::{Map, Value as Json};

use crate::address::EmailAddress;
use crate::diagnostic::nearest;
use crate::segment::{FieldType, Fields, tag_key};
use crate::subscribers::import::Fault;
use crate::subscribers::suppression::Reason;
use crate::subscribers::text::one_line;
use crate::subscribers::value;

/// What a file, or a person, says of a subscriber.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The address.
    pub address: EmailAddress,
    /// Whether letters may go there.
    pub standing: Standing,
    /// When they joined, in seconds.
    pub joined: Option<i64>,
    /// When they left, in seconds.
    pub left: Option<i64>,
    /// Where they came from.
    pub source: Option<String>,
    /// Tags to give them.
    pub tags: BTreeSet<String>,
    /// Fields; those that are not here stay as they are.
    pub fields: Map<String, Json>,
}

/// Whether letters may go to somebody, as a file says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// They may.
    #[default]
    Active,
    /// They left.
    Unsubscribed,
    /// They must not.
    Suppressed(Reason),
}

impl Record {
    /// A record of an address alone.
    pub fn new(address: EmailAddress) -> Self {
        Self {
            address,
            standing: Standing::Active,
            joined: None,
            left: None,
            source: None,
            tags: BTreeSet::new(),
            fields: Map::new(),
        }
    }

    /// Sets a field from text.
    ///
    /// # Errors
    /// When there is no such field, or it holds something else.
    pub fn set(&mut self, name: &str, text: &str, fields: &Fields) -> Result<(), Fault> {
        let kind = fields.get(name).ok_or_else(|| Fault::unknown_key(name, fields))?;
        let read = value::read(text, *kind).map_err(|error| Fault::Value { column: name.to_owned(), error })?;
        if let Some(read) = read {
            self.fields.insert(name.to_owned(), read);
        }
        Ok(())
    }

    /// Notes where they came from, where that is not empty.
    ///
    /// # Errors
    /// When it is no text.
    pub fn come_from(&mut self, source: &str) -> Result<(), Fault> {
        let read = value::read(source, FieldType::Text);
        let read = read.map_err(|error| Fault::Value { column: "source".to_owned(), error })?;
        self.source = read.map(|source| value::write(&source));
        Ok(())
    }

    /// Adds tags: one, or several with commas between them.
    pub fn tag(&mut self, text: &str) {
        self.tags.extend(tags(text));
    }
}

/// Tags as they are kept; commas and semicolons part them.
pub(super) fn tags(text: &str) -> impl Iterator<Item = String> {
    text.split([',', ';']).map(|tag| tag_key(&one_line(tag))).filter(|tag| !tag.is_empty())
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Address,
    Status,
    Reason,
    Joined,
    Left,
    Source,
    Tags,
    Field(String, FieldType),
    Nothing,
}

impl Target {
    fn name(&self) -> &str {
        match self {
            Self::Address => "address",
            Self::Status => "status",
            Self::Reason => "reason",
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Source => "source",
            Self::Tags => "tags",
            Self::Field(name, _) => name,
            Self::Nothing => "",
        }
    }
}

/// What each column of a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    columns: Vec<(String, Target)>,
}

/// Why the columns of a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// The first line holds an address.
    #[error("the first line holds an address and no names of columns")]
    NoHeader,
    /// No column holds addresses.
    #[error("no column of `{0}` holds the address")]
    NoAddress(String),
    /// A column is nothing that is known.
    #[error("there is no field `{written}`")]
    UnknownColumn {
        /// The column.
        column: String,
        /// What it is said to be: by its own name, or by `--map`.
        written: String,
        /// The nearest field.
        nearest: Option<String>,
    },
    /// `--map` names a column that is not there.
    #[error("there is no column `{column}`")]
    NoColumn {
        /// The column.
        column: String,
        /// The nearest that is.
        nearest: Option<String>,
    },
    /// Two columns are the same.
    #[error("`{0}` and `{1}` are both `{2}`")]
    Twice(String, String, String),
}

impl MappingError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NoHeader => "put a line such as `address,name` at the top of the file".to_owned(),
            Self::NoAddress(_) => "say which it is by `--map COLUMN=address`".to_owned(),
            Self::UnknownColumn { column, nearest: Some(nearest), .. } => {
                format!("did you mean `{nearest}`? then `--map \"{column}={nearest}\"`")
            }
            Self::UnknownColumn { column, nearest: None, .. } => format!(
                "add it to `subscribers: {{fields: …}}` in `newsletter.yaml`, name a field by `--map \"{column}=FIELD\"`, \
                 or leave the column out by `--map \"{column}=\"`"
            ),
            Self::NoColumn { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::NoColumn { .. } => "write the name as it stands in the first line of the file".to_owned(),
            // `--map` goes by the name.
            Self::Twice(first, second, _) if folded(first) == folded(second) => {
                "give one of them another name in the first line of the file, and say by `--map \"NAME=\"` to leave it out"
                    .to_owned()
            }
            Self::Twice(first, second, _) => {
                format!("`--map \"{second}=\"` takes `{first}`, and `--map \"{first}=\"` takes `{second}`")
            }
        }
    }
}

/// A name as people write it in a header.
fn folded(name: &str) -> String {
    one_line(name).to_lowercase().replace([' ', '-'], "_")
}

/// What a name means, in a header or in JSON.
pub(super) fn target(name: &str, fields: &Fields) -> Option<Target> {
    if let Some((field, kind)) = fields.get_key_value(name) {
        return Some(Target::Field(field.clone(), *kind));
    }
    let name = folded(name);
    let same =
        |(field, kind): (&String, &FieldType)| (folded(field) == name).then(|| Target::Field(field.clone(), *kind));
    Some(match name.as_str() {
        "address" | "email" | "e_mail" | "mail" | "email_address" | "e_mail_address" => Target::Address,
        "status" => Target::Status,
        "reason" => Target::Reason,
        "joined" => Target::Joined,
        "left" => Target::Left,
        "source" => Target::Source,
        "tag" | "tags" => Target::Tags,
        _ => return fields.iter().find_map(same),
    })
}

fn nearest_of(name: &str, fields: &Fields) -> Option<String> {
    let own = ["address", "status", "joined", "left", "source", "tags"];
    nearest(name, own.into_iter().chain(fields.keys().map(String::as_str))).map(str::to_owned)
}

impl Mapping {
    /// What the columns with these names are; `maps` are `--map COLUMN=FIELD`, an empty field
    /// leaving a column out.
    ///
    /// # Errors
    /// When a column is nothing that is known, or none holds the address.
    pub fn of(header: &[String], maps: &[(String, String)], fields: &Fields) -> Result<Self, MappingError> {
        for (column, _) in maps {
            if !header.iter().any(|name| folded(name) == folded(column)) {
                let nearest = nearest(column, header.iter().map(String::as_str)).map(str::to_owned);
                return Err(MappingError::NoColumn { column: column.clone(), nearest });
            }
        }
        if header.iter().any(|name| EmailAddress::parse(name.trim()).is_ok()) {
            return Err(MappingError::NoHeader);
        }
        let mut columns: Vec<(String, Target)> = Vec::new();
        for name in header {
            let mapped = maps.iter().find(|(column, _)| folded(column) == folded(name)).map(|(_, field)| field);
            let written = mapped.unwrap_or(name);
            let found = match mapped.map(String::as_str) {
                Some("") => Target::Nothing,
                // A column without a name, as at a line's end.
                None if name.trim().is_empty() => Target::Nothing,
                _ => target(written, fields).ok_or_else(|| MappingError::UnknownColumn {
                    column: name.clone(),
                    written: written.clone(),
                    nearest: nearest_of(written, fields),
                })?,
            };
            let same = columns.iter().find(|(_, other)| *other == found && found != Target::Nothing);
            if let Some((other, _)) = same {
                return Err(MappingError::Twice(other.clone(), name.clone(), found.name().to_owned()));
            }
            columns.push((name.clone(), found));
        }
        if !columns.iter().any(|(_, target)| *target == Target::Address) {
            return Err(MappingError::NoAddress(header.join("`, `")));
        }
        Ok(Self { columns })
    }

    /// Which column holds the address.
    pub(super) fn address(&self) -> usize {
        self.columns.iter().position(|(_, target)| *target == Target::Address).unwrap_or(0)
    }

    /// The record of a line. One with fewer cells lacks the last ones; one with more is refused.
    pub(super) fn record<'a>(&self, cells: impl Iterator<Item = &'a str>, zone: Tz) -> Result<Record, Fault> {
        let mut parts = Parts::default();
        let mut count = 0;
        let mut more = false;
        for cell in cells {
            match self.columns.get(count) {
                Some((name, target)) => parts.take(name, target, cell, zone)?,
                None => more |= !cell.trim().is_empty(),
            }
            count += 1;
        }
        if more {
            return Err(Fault::Cells { cells: count, columns: self.columns.len() });
        }
        parts.record()
    }
}

/// What was read of a line so far.
#[derive(Default)]
pub(super) struct Parts {
    address: Option<EmailAddress>,
    status: Option<String>,
    reason: Option<Reason>,
    joined: Option<i64>,
    left: Option<i64>,
    source: Option<String>,
    tags: BTreeSet<String>,
    fields: Map<String, Json>,
}

impl Parts {
    pub(super) fn take(&mut self, name: &str, target: &Target, cell: &str, zone: Tz) -> Result<(), Fault> {
        let bad = |error| Fault::Value { column: name.to_owned(), error };
        match target {
            Target::Nothing => {}
            Target::Address if cell.trim().is_empty() => {}
            Target::Address => self.address = Some(EmailAddress::parse(cell.trim())?),
            Target::Status => self.status = Some(one_line(cell).to_lowercase()).filter(|status| !status.is_empty()),
            Target::Reason => self.reason = Reason::named(&one_line(cell).to_lowercase()),
            Target::Joined => self.joined = value::moment(cell, zone).map_err(bad)?,
            Target::Left => self.left = value::moment(cell, zone).map_err(bad)?,
            Target::Source => {
                let source = value::read(cell, FieldType::Text).map_err(bad)?;
                self.source = source.map(|source| value::write(&source));
            }
            Target::Tags => self.tags.extend(tags(cell)),
            Target::Field(field, kind) => {
                if let Some(value) = value::read(cell, *kind).map_err(bad)? {
                    self.fields.insert(field.clone(), value);
                }
            }
        }
        Ok(())
    }

    pub(super) fn record(self) -> Result<Record, Fault> {
        let standing = match self.status.as_deref() {
            // Whoever has a day of leaving has left.
            None | Some("active" | "subscribed") if self.left.is_some() => Standing::Unsubscribed,
            None | Some("active" | "subscribed") => Standing::Active,
            Some("unsubscribed") => Standing::Unsubscribed,
            Some("suppressed") => Standing::Suppressed(self.reason.unwrap_or(Reason::Manual)),
            Some("bounced" | "cleaned") => Standing::Suppressed(Reason::Bounced),
            Some("complained") => Standing::Suppressed(Reason::Complained),
            Some(other) => return Err(Fault::Status(other.to_owned())),
        };
        Ok(Record {
            address: self.address.ok_or(Fault::NoAddress)?,
            standing,
            joined: self.joined,
            left: self.left,
            source: self.source,
            tags: self.tags,
            fields: self.fields,
        })
    }
}

impl Fault {
    /// A name that is nothing, with the nearest that is something.
    pub(super) fn unknown_key(name: &str, fields: &Fields) -> Self {
        Self::UnknownKey { key: one_line(name), nearest: nearest_of(name, fields) }
    }
}
