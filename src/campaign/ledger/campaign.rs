//! Campaigns: freezing one, and looking at it.

use chrono::{DateTime, Utc};

use crate::campaign::ledger::bookmark::Bookmark;
use crate::campaign::ledger::{Counts, DeliveryState, LedgerError, State};
use crate::store::{Row, StoreError, Tx, values};
use crate::token::{CampaignId, PublicId};

/// Whom a campaign is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An issue's first.
    First,
    /// Those who were not in an earlier one.
    New(CampaignId),
    /// Those who got an earlier one.
    Correction(CampaignId),
}

/// What is frozen of a campaign, but for its recipients.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The post's slug.
    pub slug: String,
    /// The number.
    pub number: Option<i64>,
    /// The hash of what its author wrote.
    pub content: [u8; 32],
    /// Whom it is for.
    pub kind: Kind,
    /// The subject, its holes unfilled.
    pub subject: String,
    /// The address in From.
    pub sender: String,
    /// The segment's name.
    pub segment: Option<String>,
    /// The message template, encoded.
    pub template: Vec<u8>,
    /// How it is sent, as JSON.
    pub settings: String,
    /// When it is frozen.
    pub frozen: DateTime<Utc>,
    /// When it is to be begun, where that is not at once.
    pub scheduled: Option<DateTime<Utc>>,
}

/// One who is to get it.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// The subscriber.
    pub public: PublicId,
    /// The keyed hash of the address.
    pub hash: &'a [u8; 32],
    /// The address.
    pub address: &'a str,
    /// The name in To.
    pub name: Option<&'a str>,
    /// The values of the template's holes, as a JSON object.
    pub fields: &'a str,
}

/// The list of a campaign that is being frozen.
#[derive(Debug)]
pub struct Recipients<'a, 't> {
    tx: &'a Tx<'t>,
    campaign: CampaignId,
    next: i64,
}

impl Recipients<'_, '_> {
    /// Adds one at the list's end.
    ///
    /// # Errors
    /// When it is on the list already, or the database fails.
    pub fn add(&mut self, recipient: &Recipient<'_>) -> Result<(), LedgerError> {
        let Recipient { public, hash, address, name, fields } = *recipient;
        let added = self.tx.run(
            "INSERT INTO delivery (id, campaign, public, hash, address, name, fields) VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (campaign, hash) DO NOTHING",
            values![self.next, self.campaign.0, &public.0, hash, address, name, fields],
        )?;
        if added == 0 {
            return Err(LedgerError::Duplicate(address.to_owned()));
        }
        self.next += 1;
        Ok(())
    }
}

/// Freezes a campaign: its facts, and the recipients that `fill` adds in the order in which they
/// are to get it. It is the caller's transaction, so that list and campaign are of one moment.
///
/// # Errors
/// Those of `fill`, when nobody was added, and when the database fails. The caller's transaction
/// must then be given up.
pub fn freeze<E: From<LedgerError>>(
    tx: &Tx<'_>,
    facts: &Facts,
    fill: impl FnOnce(&mut Recipients<'_, '_>) -> Result<(), E>,
) -> Result<CampaignId, E> {
    let last = tx.first("SELECT coalesce(max(id), 0) FROM delivery", &[], |row| row.get::<i64>(0));
    let first = last.map_err(LedgerError::from)?.unwrap_or(0) + 1;
    let campaign = insert(tx, facts, first)?;
    let mut recipients = Recipients { tx, campaign, next: first };
    fill(&mut recipients)?;
    let total = recipients.next - first;
    if total == 0 {
        return Err(LedgerError::Empty.into());
    }
    tx.run("UPDATE campaign SET total = ? WHERE id = ?", values![total, campaign.0]).map_err(LedgerError::from)?;
    let frozen = Campaign::load(tx, campaign)?;
    let mut counts = Counts::default();
    counts.add(DeliveryState::Pending, frozen.total);
    Bookmark { at: frozen.frozen, counts, next: first }.lay(tx, &frozen)?;
    Ok(campaign)
}

fn insert(tx: &Tx<'_>, facts: &Facts, first: i64) -> Result<CampaignId, LedgerError> {
    let (kind, of) = match facts.kind {
        Kind::First => ("first", None),
        Kind::New(of) => ("new", Some(of.0)),
        Kind::Correction(of) => ("correction", Some(of.0)),
    };
    let state = if facts.scheduled.is_some() { State::Scheduled } else { State::Frozen };
    tx.run(
        "INSERT INTO campaign (slug, number, content, kind, of, subject, sender, segment, template, settings, state,
                               frozen, scheduled, first, total)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        values![
            &facts.slug,
            facts.number,
            &facts.content,
            kind,
            of,
            &facts.subject,
            &facts.sender,
            facts.segment.as_deref(),
            &facts.template,
            &facts.settings,
            state.name(),
            facts.frozen.timestamp(),
            facts.scheduled.map(|at| at.timestamp()),
            first,
        ],
    )?;
    // Tokens hold 32 bits of it.
    u32::try_from(tx.last_id()).map(CampaignId).map_err(|_| LedgerError::Damaged("a campaign's number is too large"))
}

/// A campaign as it stands in the ledger, without its template.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "those of `Facts`")]
pub struct Campaign {
    pub id: CampaignId,
    pub slug: String,
    pub number: Option<i64>,
    /// Of all that is the same for everybody, where the first versions froze it.
    pub content: [u8; 32],
    pub kind: Kind,
    pub subject: String,
    pub sender: String,
    pub segment: Option<String>,
    pub settings: String,
    pub state: State,
    /// Why it is paused.
    pub reason: Option<String>,
    pub frozen: DateTime<Utc>,
    pub scheduled: Option<DateTime<Utc>>,
    pub started: Option<DateTime<Utc>>,
    /// When it was finished or cancelled.
    pub finished: Option<DateTime<Utc>>,
    /// How many were frozen.
    pub total: u64,
    pub(super) first: i64,
    /// How many runs there were.
    pub epoch: u32,
}

const COLUMNS: &str = "SELECT id, slug, number, content, kind, of, subject, sender, segment, settings, state, reason,
                              frozen, scheduled, started, finished, first, total, epoch FROM campaign";

impl Campaign {
    pub(super) fn load(tx: &Tx<'_>, id: CampaignId) -> Result<Self, LedgerError> {
        let found = tx.first(&format!("{COLUMNS} WHERE id = ?"), values![id.0], Self::read)?;
        found.ok_or(LedgerError::Unknown(id))
    }

    /// Those that `condition` (SQL of our own) holds for, the newest first.
    pub(super) fn find(
        tx: &Tx<'_>,
        condition: &'static str,
        values: &[crate::store::Value<'_>],
    ) -> Result<Vec<Self>, LedgerError> {
        tx.all(&format!("{COLUMNS} WHERE {condition} ORDER BY id DESC"), values, Self::read)
    }

    /// Its state and the number of its last run.
    pub(super) fn state(tx: &Tx<'_>, id: CampaignId) -> Result<(State, u32), LedgerError> {
        let found = tx.first("SELECT state, epoch FROM campaign WHERE id = ?", values![id.0], |row| {
            Ok::<_, LedgerError>((row.get(0)?, row.get(1)?))
        })?;
        found.ok_or(LedgerError::Unknown(id))
    }

    /// Its message template, as it was encoded.
    pub(super) fn template(tx: &Tx<'_>, id: CampaignId) -> Result<Vec<u8>, LedgerError> {
        let found = tx.first("SELECT template FROM campaign WHERE id = ?", values![id.0], |row| row.get(0))?;
        found.ok_or(LedgerError::Unknown(id))
    }

    /// The ids of its deliveries, the first and the last.
    pub(super) fn range(&self) -> (i64, i64) {
        let total = i64::try_from(self.total).unwrap_or(i64::MAX);
        (self.first, self.first.saturating_add(total) - 1)
    }

    fn read(row: &Row<'_, '_>) -> Result<Self, LedgerError> {
        let of = || row.get(5).map(CampaignId);
        let kind = match row.get::<String>(4)?.as_str() {
            "first" => Kind::First,
            "new" => Kind::New(of()?),
            _ => Kind::Correction(of()?),
        };
        let time = |column| row.get(column).and_then(|at| Option::map(at, instant).transpose());
        Ok(Self {
            id: CampaignId(row.get(0)?),
            slug: row.get(1)?,
            number: row.get(2)?,
            content: row.get(3)?,
            kind,
            subject: row.get(6)?,
            sender: row.get(7)?,
            segment: row.get(8)?,
            settings: row.get(9)?,
            state: row.get(10)?,
            reason: row.get(11)?,
            frozen: instant(row.get(12)?)?,
            scheduled: time(13)?,
            started: time(14)?,
            finished: time(15)?,
            first: row.get(16)?,
            total: row.get(17)?,
            epoch: row.get(18)?,
        })
    }
}

/// A time of the database.
pub(super) fn instant(seconds: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp(seconds, 0).ok_or_else(|| StoreError::Corrupt(format!("{seconds} is not a time")))
}

/// How many deliveries are in which state; an error where they are not as many as were frozen.
pub(super) fn count(tx: &Tx<'_>, campaign: &Campaign) -> Result<Counts, LedgerError> {
    if let Some(bookmark) = Bookmark::find(tx, campaign)? {
        return Ok(bookmark.counts);
    }
    let (first, last) = campaign.range();
    let mut counts = Counts::default();
    tx.each(
        // By id, row after row, and not by the index of hashes, in which they lie in no order.
        "SELECT state, count(*) FROM delivery WHERE id BETWEEN ? AND ? AND +campaign = ? GROUP BY state",
        values![first, last, campaign.id.0],
        |row| {
            counts.add(row.get::<DeliveryState>(0)?, row.get(1)?);
            Ok::<_, StoreError>(())
        },
    )?;
    if counts.total() == campaign.total {
        Ok(counts)
    } else {
        Err(LedgerError::Damaged("a campaign has not as many deliveries as were frozen"))
    }
}

/// Brings a campaign into another state.
pub(super) fn change(
    tx: &Tx<'_>,
    campaign: &mut Campaign,
    to: State,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), LedgerError> {
    if !campaign.state.may_become(to) {
        return Err(LedgerError::Illegal { from: campaign.state, to });
    }
    let ended = to.is_ended().then(|| now.timestamp());
    let begun = (to == State::Running).then(|| now.timestamp());
    tx.run(
        "UPDATE campaign SET state = ?, reason = ?, finished = ?, started = coalesce(started, ?) WHERE id = ?",
        values![to.name(), reason, ended, begun, campaign.id.0],
    )?;
    campaign.state = to;
    Ok(())
}
