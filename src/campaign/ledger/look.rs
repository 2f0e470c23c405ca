//! What is shown of campaigns: each picture is of one moment.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::campaign::ledger::campaign::{Campaign, count, instant};
use crate::campaign::ledger::decide::{RETRYABLE, UNFIT};
use crate::campaign::ledger::{Answer, Counts, Delivery, DeliveryState, Ledger, LedgerError, delivery};
use crate::store::{StoreError, Tx, values};
use crate::token::CampaignId;

/// How a campaign stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The campaign.
    pub campaign: Campaign,
    /// How many of its deliveries are in which state.
    pub counts: Counts,
    /// When the next deferred one is due.
    pub due: Option<DateTime<Utc>>,
    /// How many failed at addresses that may be written to.
    pub retryable: u64,
    /// How many of those were not offered, as only another relay could take them.
    pub unfit: u64,
}

/// The deliveries of a campaign to one recipient domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its name; empty for recipients who are forgotten.
    pub name: String,
    /// How many are in which state.
    pub counts: Counts,
    /// What its servers said of those that are not sent, the most frequent first.
    pub words: Vec<Words>,
}

/// What was answered to several deliveries alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What became of them.
    pub state: DeliveryState,
    /// The answer; of several with the same codes the most frequent one.
    pub answer: Answer,
    /// To how many.
    pub count: u64,
}

/// What stands behind the last `@`: local parts may hold one in quotes. Whoever is forgotten has none.
const DOMAIN: &str = "CASE instr(address, '@') WHEN 0 THEN ''
    ELSE substr(address, length(rtrim(address, replace(address, '@', ''))) + 1) END";

impl Ledger {
    /// How a campaign stands.
    ///
    /// # Errors
    /// When there is none of that number, and when the database fails.
    pub fn standing(&self, id: CampaignId) -> Result<Standing, LedgerError> {
        self.store.read(|tx| standing(tx, Campaign::load(tx, id)?))
    }

    /// How all campaigns stand, or those of one slug, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn standings(&self, slug: Option<&str>) -> Result<Vec<Standing>, LedgerError> {
        self.store.read(|tx| {
            let campaigns = match slug {
                Some(slug) => Campaign::find(tx, "slug = ?", values![slug])?,
                None => Campaign::find(tx, "true", &[])?,
            };
            campaigns.into_iter().map(|campaign| standing(tx, campaign)).collect()
        })
    }

    /// Shows a campaign at one moment. `see` asks the picture alone: the database is read by one at
    /// a time, and asked in here it would never answer.
    ///
    /// # Errors
    /// Those of `see`, when there is no such campaign, and when the database fails.
    pub fn picture<T, E: From<LedgerError> + From<StoreError>>(
        &self,
        id: CampaignId,
        see: impl FnOnce(&Picture<'_, '_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store.read(|tx| see(&Picture { tx, standing: standing(tx, Campaign::load(tx, id)?)? }))
    }

    /// A campaign's deliveries by recipient domain, as [`Picture::domains`] has them.
    ///
    /// # Errors
    /// When there is no such campaign, and when the database fails.
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method alone is of one lifetime")]
    pub fn domains(&self, id: CampaignId) -> Result<Vec<Domain>, LedgerError> {
        self.picture(id, |picture| picture.domains())
    }
}

/// A campaign at one moment.
#[derive(Debug)]
pub struct Picture<'a, 't> {
    tx: &'a Tx<'t>,
    /// How it stands.
    pub standing: Standing,
}

impl Picture<'_, '_> {
    /// The message template, as it was encoded.
    ///
    /// # Errors
    /// When the database fails.
    pub fn template(&self) -> Result<Vec<u8>, LedgerError> {
        Campaign::template(self.tx, self.standing.campaign.id)
    }

    /// Shows every delivery, in the frozen order.
    ///
    /// # Errors
    /// Those of `look`, and when the database fails.
    pub fn deliveries<E: From<LedgerError> + From<StoreError>>(
        &self,
        mut look: impl FnMut(Delivery) -> Result<(), E>,
    ) -> Result<(), E> {
        let (first, last) = self.standing.campaign.range();
        self.tx.each(
            "SELECT id, public, address, name, fields, state, date, attempts, due, code, enhanced, reply, relay_id
             FROM delivery WHERE id BETWEEN ? AND ? ORDER BY id",
            values![first, last],
            |row| look(delivery(row, first)?),
        )
    }

    /// The deliveries by recipient domain, those with most that is not sent first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn domains(&self) -> Result<Vec<Domain>, LedgerError> {
        let (first, last) = self.standing.campaign.range();
        let mut domains: BTreeMap<String, Domain> = BTreeMap::new();
        let among = "FROM delivery WHERE id BETWEEN ? AND ?";
        let by_state = format!("SELECT {DOMAIN}, state, count(*) {among} GROUP BY 1, 2");
        self.tx.each(&by_state, values![first, last], |row| {
            let name: String = row.get(0)?;
            let new = || Domain { name: name.clone(), counts: Counts::default(), words: Vec::new() };
            let domain = domains.entry(name.clone()).or_insert_with(new);
            domain.counts.add(row.get(1)?, row.get(2)?);
            Ok::<_, LedgerError>(())
        })?;
        let by_answer = format!(
            "SELECT {DOMAIN}, state, code, enhanced, reply, count(*) {among}
             AND state IN ('deferred', 'failed', 'in_doubt') GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC, 3, 4, 5"
        );
        self.tx.each(&by_answer, values![first, last], |row| {
            let answer = Answer { code: row.get(2)?, enhanced: row.get(3)?, reply: row.get(4)?, relay_id: None };
            let words = Words { state: row.get(1)?, answer, count: row.get(5)? };
            if let Some(domain) = domains.get_mut(&row.get::<String>(0)?) {
                domain.heard(words);
            }
            Ok::<_, LedgerError>(())
        })?;
        let mut domains: Vec<_> = domains.into_values().collect();
        domains.sort_by_key(|domain| std::cmp::Reverse((domain.trouble(), domain.counts.total())));
        Ok(domains)
    }
}

impl Domain {
    /// How many are deferred, failed or in doubt.
    pub fn trouble(&self) -> u64 {
        let troubled = [DeliveryState::Deferred, DeliveryState::Failed, DeliveryState::InDoubt];
        troubled.map(|state| self.counts.of(state)).iter().sum()
    }

    /// Adds words, which come in the order of how often they were said.
    fn heard(&mut self, words: Words) {
        let codes = |words: &Words| (words.state, words.answer.code, words.answer.enhanced.clone());
        match self.words.iter_mut().find(|known| codes(known) == codes(&words)) {
            Some(known) => known.count += words.count,
            None => self.words.push(words),
        }
    }
}

pub(super) fn standing(tx: &Tx<'_>, campaign: Campaign) -> Result<Standing, LedgerError> {
    let counts = count(tx, &campaign)?;
    let due = tx.first(
        "SELECT min(due) FROM delivery WHERE campaign = ? AND state = 'deferred'",
        values![campaign.id.0],
        |row| row.get::<Option<i64>>(0),
    )?;
    let due = due.flatten().map(instant).transpose()?;
    let (retryable, unfit) = if counts.of(DeliveryState::Failed) == 0 {
        (0, 0)
    } else {
        let (first, last) = campaign.range();
        let sql = format!(
            "SELECT count(*), count(*) FILTER (WHERE {UNFIT}) FROM delivery WHERE id BETWEEN ? AND ? AND {RETRYABLE}"
        );
        tx.first(&sql, values![first, last], |row| Ok::<_, LedgerError>((row.get(0)?, row.get(1)?)))?
            .unwrap_or_default()
    };
    Ok(Standing { campaign, counts, due, retryable, unfit })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::ledger::tests::World;

    fn answered(world: &World, id: i64, state: &'static str, code: u16, reply: &'static str) {
        world.sql(
            "UPDATE delivery SET state = ?, due = 1, code = ?, enhanced = '4.7.1', reply = ? WHERE id = ?",
            values![state, code, reply, id],
        );
    }

    #[test]
    fn a_domain_stands_behind_the_last_at_sign_and_the_forgotten_have_none() {
        let world = World::new(5);
        for (id, address) in
            [(1_i64, "\"a@b\"@example.net"), (2, "x@example.net"), (3, "forgotten-3"), (4, "@@@example.com")]
        {
            world.sql("UPDATE delivery SET address = ? WHERE id = ?", values![address, id]);
        }
        let domains = world.ledger.domains(world.campaign).unwrap();
        let shown: Vec<_> = domains.iter().map(|domain| (domain.name.as_str(), domain.counts.total())).collect();
        assert_eq!(shown, [("example.net", 2), ("", 1), ("example.com", 1), ("example.org", 1)]);
        assert_eq!(domains.iter().map(|domain| domain.counts.total()).sum::<u64>(), 5);
    }

    #[test]
    fn answers_of_the_same_codes_are_told_in_the_most_frequent_words() {
        let world = World::new(6);
        answered(&world, 1, "deferred", 451, "wait 1");
        answered(&world, 2, "deferred", 451, "wait 2");
        answered(&world, 3, "deferred", 451, "wait 2");
        answered(&world, 4, "deferred", 450, "busy");
        answered(&world, 5, "failed", 451, "wait 2");
        let [domain] = &world.ledger.domains(world.campaign).unwrap()[..] else { panic!("one domain") };
        let said: Vec<_> = domain
            .words
            .iter()
            .map(|words| (words.state.name(), words.answer.code, words.answer.reply.as_deref(), words.count))
            .collect();
        assert_eq!(
            said,
            [
                ("deferred", Some(451), Some("wait 2"), 3),
                ("deferred", Some(450), Some("busy"), 1),
                ("failed", Some(451), Some("wait 2"), 1),
            ]
        );
        assert_eq!(domain.trouble(), 5);
        assert_eq!(world.ledger.standing(world.campaign).unwrap().due, DateTime::from_timestamp(1, 0));
    }

    #[test]
    fn a_picture_is_of_one_moment() {
        let world = World::new(3);
        let mut seen = Vec::new();
        let picture = world.ledger.picture(world.campaign, |picture| {
            // Another connection writes meanwhile.
            world.sql("UPDATE delivery SET state = 'cancelled' WHERE id = 3", &[]);
            picture.deliveries(|delivery| {
                seen.push(delivery.state);
                Ok::<_, LedgerError>(())
            })?;
            Ok::<_, LedgerError>((picture.standing.counts, picture.domains()?))
        });
        let (counts, domains) = picture.unwrap();
        let pending = counts.of(DeliveryState::Pending);
        assert_eq!(domains[0].counts, counts);
        assert_eq!((pending, seen), (3, vec![DeliveryState::Pending; 3]));
        assert_eq!(world.ledger.counts(world.campaign).unwrap().of(DeliveryState::Cancelled), 1);
    }
}
