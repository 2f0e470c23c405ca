//! Freezing: from a built issue and the list as it is now to a campaign that nothing changes any
//! more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::campaign::ledger::{self, Campaign, Facts, Kind, LedgerError};
use crate::campaign::letters::{LetterError, Letters, recipient};
use crate::message::dkim::Signer;
use crate::message::{FrozenError, MessageTemplate, Stamp};
use crate::segment::Segment;
use crate::smtp::Letter;
use crate::store::{Row, StoreError, Tx, Value};
use crate::subscribers::{List, query};
use crate::token::{CampaignId, PublicId};

/// How a campaign is sent, as it is frozen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The number of the key that makes its tokens.
    pub key: u8,
    /// How many more may be tried on each day; none for all at once.
    #[serde(default)]
    pub warmup: Vec<u64>,
    /// For how many seconds after its first attempt a delivery is tried.
    pub retry_for: u64,
    /// The web page that the mail leads to, where it has one.
    #[serde(default)]
    pub page: Option<String>,
    /// The images that the mail links.
    #[serde(default)]
    pub images: Vec<String>,
}

/// For so long a delivery is tried, where nobody says otherwise: 48 hours.
pub const RETRY_FOR: u64 = 48 * 3600;

/// Who gets a campaign.
#[derive(Clone, Copy, Debug)]
pub struct Audience<'a> {
    /// The segment and its name; everybody without one.
    pub segment: Option<(&'a str, &'a Segment)>,
    /// In which its days begin.
    pub zone: Tz,
    /// Whom it is for.
    pub kind: Kind,
    /// The post.
    pub slug: &'a str,
}

/// Why a campaign cannot be frozen.
#[derive(Debug, thiserror::Error)]
pub enum FreezeError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The message.
    #[error(transparent)]
    Message(#[from] FrozenError),
    /// The message of somebody.
    #[error("there is no message for `{address}`: {error}")]
    Letter {
        /// Whose.
        address: String,
        /// Why.
        #[source]
        error: LetterError,
    },
    /// The settings.
    #[error("the campaign's settings cannot be read")]
    Settings,
}

/// Fields that readers lack and that nothing stands in for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many get it.
    pub total: u64,
    /// The bytes of all messages.
    pub bytes: u64,
    /// By field: how many lack it, and the first of them.
    pub missing: BTreeMap<String, (u64, String)>,
}

/// Fills the message for every recipient, which nothing else proves to be possible: what each
/// lacks, and the letters themselves for `show`, which may stop it.
///
/// # Errors
/// When the list cannot be read, or a message cannot be made.
pub fn rehearse(
    list: &List,
    audience: &Audience<'_>,
    template: &Arc<MessageTemplate>,
    signer: Option<&Arc<Signer>>,
    now: DateTime<Utc>,
    mut show: Option<&mut dyn FnMut(&Letter)>,
) -> Result<Report, FreezeError> {
    let rehearsal = Rehearsal {
        letters: letters(list, template, CampaignId::default(), signer.cloned()),
        // What differs by delivery has the same length for all.
        stamp: Stamp::new(list.keys(), list.id(), PublicId([0; 8]), CampaignId::default(), now),
        time: now.timestamp(),
    };
    let mut report = Report::default();
    let mut some = Vec::with_capacity(TOGETHER);
    let (sql, values) = select(audience);
    list.store().read(|tx| {
        tx.each(&sql, &values, |row| {
            some.push(Selected::read(row)?);
            if some.len() == TOGETHER { rehearsal.play(&mut some, &mut report, &mut show) } else { Ok(()) }
        })
    })?;
    rehearsal.play(&mut some, &mut report, &mut show)?;
    Ok(report)
}

/// How many letters of a rehearsal are made at a time, by all processors.
const TOGETHER: usize = 256;

/// Makes letters as they would be sent.
struct Rehearsal {
    letters: Letters,
    stamp: Stamp,
    time: i64,
}

impl Rehearsal {
    /// Makes the letters to `some`, in their order, and takes in what they come to.
    fn play(
        &self,
        some: &mut Vec<Selected>,
        report: &mut Report,
        show: &mut Option<&mut dyn FnMut(&Letter)>,
    ) -> Result<(), FreezeError> {
        // A letter that nobody looks at is let go at once: the next one takes its place in memory.
        let keep = show.is_some();
        let make = |one| {
            let (letter, missing) = self.letter(one)?;
            Ok((letter.content.size(), keep.then_some(letter), missing))
        };
        let made: Vec<_> = some.par_iter().map(make).collect();
        for (one, made) in some.drain(..).zip(made) {
            let (bytes, letter, missing) =
                made.map_err(|error| FreezeError::Letter { address: one.address.clone(), error })?;
            for field in missing {
                let entry = report.missing.entry(field.to_owned()).or_insert_with(|| (0, one.address.clone()));
                entry.0 += 1;
            }
            report.total += 1;
            report.bytes += bytes;
            if let (Some(show), Some(letter)) = (show.as_mut(), letter) {
                show(&letter);
            }
        }
        Ok(())
    }

    /// The letter to one, and the fields that are missing in it.
    fn letter(&self, one: &Selected) -> Result<(Letter, BTreeSet<&str>), LetterError> {
        let recipient = recipient(&one.address, one.name.as_deref(), &one.fields)?;
        let missing = self.letters.template.missing(&recipient, &self.stamp);
        Ok((self.letters.made(&recipient, &self.stamp, self.time)?, missing))
    }
}

/// How many get it.
///
/// # Errors
/// When the list cannot be read.
pub fn count(list: &List, audience: &Audience<'_>) -> Result<u64, StoreError> {
    let (sql, values) = select(audience);
    let found =
        list.store().read(|tx| tx.first(&format!("SELECT count(*) FROM ({sql})"), &values, |row| row.get::<u64>(0)))?;
    Ok(found.unwrap_or_default())
}

/// What is frozen beside the list.
#[derive(Clone, Debug)]
pub struct Issue {
    /// Its number.
    pub number: Option<i64>,
    /// The hash of what its author wrote.
    pub content: [u8; 32],
    /// The subject, its holes unfilled.
    pub subject: String,
    /// The address in From.
    pub sender: String,
    /// The message.
    pub template: Arc<MessageTemplate>,
}

/// Freezes a campaign in one transaction: list and message are of one moment. The list is in the
/// order of joining.
///
/// # Errors
/// When nobody gets it, an issue of that slug is being sent already, or the database fails.
pub fn freeze(
    list: &List,
    audience: &Audience<'_>,
    issue: &Issue,
    settings: &Settings,
    scheduled: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<CampaignId, FreezeError> {
    let facts = Facts {
        slug: audience.slug.to_owned(),
        number: issue.number,
        content: issue.content,
        kind: audience.kind,
        subject: issue.subject.clone(),
        sender: issue.sender.clone(),
        segment: audience.segment.map(|(name, _)| name.to_owned()),
        template: issue.template.to_bytes()?,
        settings: serde_json::to_string(settings).map_err(|_| FreezeError::Settings)?,
        frozen: now,
        scheduled,
    };
    let (sql, values) = select(audience);
    let fields = issue.template.fields();
    let slug = audience.slug.to_owned();
    let rivals = match audience.kind {
        Kind::First => Some("true"),
        Kind::Correction(_) => Some("kind = 'correction'"),
        // Whoever is in one of them is in no other.
        Kind::New(_) => None,
    };
    list.store().write(move |tx| {
        // Two that begin at the same time: the second one sees the first.
        if let Some(rivals) = rivals
            && exists(tx, &slug, rivals)?
        {
            return Err(LedgerError::Exists(slug).into());
        }
        ledger::freeze(tx, &facts, |recipients| {
            tx.each(&sql, &values, |row| {
                let one = Selected::read(row)?;
                let kept = kept(&one.fields, &fields);
                recipients.add(&ledger::Recipient {
                    public: one.public,
                    hash: &one.hash,
                    address: &one.address,
                    name: one.name.as_deref(),
                    fields: &kept,
                })?;
                Ok::<_, FreezeError>(())
            })
        })
    })
}

/// The letters of a frozen campaign, signed by `signer`.
///
/// # Errors
/// When what was frozen cannot be read.
pub fn thaw(
    list: &List,
    campaign: &Campaign,
    template: &[u8],
    signer: Option<Arc<Signer>>,
) -> Result<(Letters, Settings), FreezeError> {
    let settings: Settings = serde_json::from_str(&campaign.settings).map_err(|_| FreezeError::Settings)?;
    let template = Arc::new(MessageTemplate::from_bytes(template)?);
    let mut letters = letters(list, &template, campaign.id, signer);
    letters.mint = list.keys().as_of(settings.key).ok_or(FreezeError::Settings)?.mint_of(list.id());
    Ok((letters, settings))
}

fn letters(list: &List, template: &Arc<MessageTemplate>, campaign: CampaignId, signer: Option<Arc<Signer>>) -> Letters {
    Letters { template: Arc::clone(template), mint: list.keys().mint_of(list.id()), campaign, signer }
}

/// Whether a campaign of that slug is under way or went out for which `condition` holds.
fn exists(tx: &Tx<'_>, slug: &str, condition: &'static str) -> Result<bool, StoreError> {
    let sql = format!(
        "SELECT 1 FROM campaign WHERE slug = ? AND {condition} AND (state <> 'cancelled' OR EXISTS (
             SELECT 1 FROM delivery WHERE campaign = campaign.id AND delivery.state IN ('sending', 'sent', 'in_doubt')))"
    );
    let found = tx.first(&sql, &[slug.into()], |row| row.get::<i64>(0))?;
    Ok(found.is_some())
}

/// The question for the audience.
fn select(audience: &Audience<'_>) -> (String, Vec<Value<'static>>) {
    let query::Sql { text, mut values } = query::select(audience.segment.map(|(_, segment)| segment), audience.zone);
    let condition = match audience.kind {
        Kind::First => return (text, values),
        Kind::New(_) => {
            values.extend([audience.slug.to_owned().into(), audience.slug.to_owned().into()]);
            // A cancelled campaign had those alone whom it reached, or may have reached.
            "q.hash NOT IN (
                 SELECT hash FROM delivery WHERE campaign IN
                     (SELECT id FROM campaign WHERE slug = ? AND state <> 'cancelled')
                 UNION ALL
                 SELECT hash FROM delivery WHERE state IN ('sending', 'sent', 'in_doubt') AND campaign IN
                     (SELECT id FROM campaign WHERE slug = ? AND state = 'cancelled'))"
        }
        // Of the issue as such: those who joined later got it by a campaign of their own.
        Kind::Correction(of) => {
            values.push(of.0.into());
            "q.hash IN (SELECT hash FROM delivery WHERE state = 'sent' AND campaign IN
                 (SELECT id FROM campaign WHERE slug = (SELECT slug FROM campaign WHERE id = ?)))"
        }
    };
    (format!("SELECT * FROM ({text}) q WHERE {condition} ORDER BY q.id"), values)
}

/// A row of the question.
struct Selected {
    public: PublicId,
    address: String,
    hash: [u8; 32],
    fields: String,
    name: Option<String>,
}

impl Selected {
    fn read(row: &Row<'_, '_>) -> Result<Self, StoreError> {
        Ok(Self {
            public: PublicId(row.get(1)?),
            address: row.get(2)?,
            hash: row.get(3)?,
            fields: row.get(4)?,
            name: row.get(5)?,
        })
    }
}

/// Of what is known of somebody, what the message shows: no more of it is kept.
fn kept(fields: &str, names: &BTreeSet<String>) -> String {
    let all: BTreeMap<String, Json> = serde_json::from_str(fields).unwrap_or_default();
    let kept: BTreeMap<_, _> = all.iter().filter(|(name, _)| names.contains(*name)).collect();
    serde_json::to_string(&kept).unwrap_or_else(|_| "{}".to_owned())
}
