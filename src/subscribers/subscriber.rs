//! One subscriber, and looking at them.

use chrono_tz::Tz;
use serde_json::{Map, Value as Json};

use crate::address::EmailAddress;
use crate::segment::Segment;
use crate::store::{Row, StoreError, Value};
use crate::subscribers::suppression::{self, Reason};
use crate::subscribers::{List, ListError, query};
use crate::token::PublicId;

/// Somebody on the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscriber {
    /// The number in the database.
    pub id: i64,
    /// The number in tokens.
    pub public: PublicId,
    /// The address.
    pub address: String,
    /// Whether letters go there.
    pub state: State,
    /// When they joined, in seconds.
    pub joined: i64,
    /// When they left, in seconds.
    pub left: Option<i64>,
    /// Where they came from.
    pub source: Option<String>,
    /// Their tags, in order.
    pub tags: Vec<String>,
    /// Their fields.
    pub fields: Map<String, Json>,
}

/// Whether letters go to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// They do.
    Active,
    /// They left.
    Unsubscribed,
    /// They must not.
    Suppressed(Reason),
}

impl State {
    /// The word for it, in tables and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Unsubscribed => "unsubscribed",
            Self::Suppressed(_) => "suppressed",
        }
    }
}

/// Which part of the list.
#[derive(Clone, Copy, Debug, Default)]
pub enum Which<'a> {
    /// All of it.
    #[default]
    All,
    /// Whoever gets letters.
    Active,
    /// Whoever left.
    Unsubscribed,
    /// Whoever must not get any.
    Suppressed,
    /// Whoever gets the letters to a segment; its days begin in this time zone.
    Segment(&'a Segment, Tz),
}

const COLUMNS: &str = "SELECT s.id, s.public, s.address, s.status, s.joined, s.\"left\", s.source, s.fields, x.reason,
    (SELECT group_concat(name, char(31)) FROM (SELECT name FROM tag WHERE subscriber = s.id ORDER BY name))
    FROM subscriber s LEFT JOIN suppression x ON x.hash = s.hash";

impl List {
    /// The subscriber with an address.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find(&self, address: &EmailAddress) -> Result<Option<Subscriber>, ListError> {
        let (sql, hash) = (format!("{COLUMNS} WHERE s.hash = ?"), self.hash(address));
        self.store.read(|tx| tx.first(&sql, &[Value::from(&hash)], read))
    }

    /// Shows `look` every subscriber of a part, one by one, in the order they were added.
    ///
    /// # Errors
    /// Those of `look`, and when the database cannot be read.
    pub fn each<E: From<ListError>>(
        &self,
        which: Which<'_>,
        mut look: impl FnMut(Subscriber) -> Result<(), E>,
    ) -> Result<(), E> {
        let (condition, values) = which.condition();
        let sql = format!("{COLUMNS} WHERE {condition} ORDER BY s.id");
        let mut failed = Ok(());
        let done = self.store.read(|tx| {
            tx.each(&sql, &values, |row| match look(read(row)?) {
                Ok(()) => Ok(()),
                Err(error) => {
                    failed = Err(error);
                    // Ends the reading; what is said of it is the error above.
                    Err(ListError::Store(StoreError::Closed))
                }
            })
        });
        failed?;
        Ok(done?)
    }

    /// The first of a part, at most `limit`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn some(&self, which: Which<'_>, limit: u64) -> Result<Vec<Subscriber>, ListError> {
        let (condition, mut values) = which.condition();
        let sql = format!("{COLUMNS} WHERE {condition} ORDER BY s.id LIMIT ?");
        values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
        self.store.read(|tx| tx.all(&sql, &values, read))
    }

    /// How many there are in a part.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn count(&self, which: Which<'_>) -> Result<u64, ListError> {
        let (condition, values) = which.condition();
        let sql =
            format!("SELECT count(*) FROM subscriber s LEFT JOIN suppression x ON x.hash = s.hash WHERE {condition}");
        Ok(self.store.read::<_, StoreError>(|tx| tx.first(&sql, &values, |row| row.get(0)))?.unwrap_or(0))
    }
}

impl Which<'_> {
    fn condition(self) -> (String, Vec<Value<'static>>) {
        let plain = |sql: &str| (sql.to_owned(), Vec::new());
        match self {
            Self::All => plain("true"),
            Self::Active => plain(query::ACTIVE),
            Self::Unsubscribed => plain("s.status = 'unsubscribed' AND x.hash IS NULL"),
            Self::Suppressed => plain("x.hash IS NOT NULL"),
            Self::Segment(segment, zone) => {
                let query::Sql { text, values } = query::condition(segment, zone);
                (format!("{} AND {text}", query::ACTIVE), values)
            }
        }
    }
}

fn read(row: &Row<'_, '_>) -> Result<Subscriber, ListError> {
    let status: String = row.get(3)?;
    let reason: Option<String> = row.get(8)?;
    let tags: Option<String> = row.get(9)?;
    let public: Vec<u8> = row.get(1)?;
    let corrupt = |what: &str| StoreError::Corrupt(format!("a subscriber's {what} cannot be read"));
    Ok(Subscriber {
        id: row.get(0)?,
        public: PublicId(public.try_into().map_err(|_| corrupt("id"))?),
        address: row.get(2)?,
        state: match reason {
            Some(reason) => State::Suppressed(suppression::read(&reason)?),
            None if status == "active" => State::Active,
            None => State::Unsubscribed,
        },
        joined: row.get(4)?,
        left: row.get(5)?,
        source: row.get(6)?,
        tags: tags.iter().flat_map(|tags| tags.split('\u{1f}')).map(str::to_owned).collect(),
        fields: serde_json::from_str(&row.get::<String>(7)?).map_err(|_| corrupt("fields"))?,
    })
}
