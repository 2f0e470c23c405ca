//! What a message carries that no other one does, beside its reader.

use chrono::{DateTime, Utc};

use crate::token::{CampaignId, KeyRing, ListId, Mint, PublicId, Purpose};

/// The token of nobody, which a writer sees in its place.
pub(super) const SAMPLE_TOKEN: &str = "sample";

/// The marks of one message: its moment, its id, its tokens. The same marks give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub(super) date: String,
    /// What stands before the `@` of the Message-ID.
    pub(super) message_id: String,
    token: String,
    mail_token: String,
    /// What stands in the envelope's sender.
    pub(super) bounce: String,
    pub(super) copy: CopyKind,
}

/// What kind of copy a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CopyKind {
    /// One that a reader gets, of this campaign.
    Sent(ListId, CampaignId),
    /// One for the writer's own eyes: its tokens do nothing.
    Test,
    /// One that is looked at and never sent.
    Sample,
}

impl Stamp {
    /// The marks of the message to a subscriber. `date` is that of the delivery's first intent,
    /// and `keys` are those the campaign began with: a resend has to have the same.
    pub fn new(keys: &KeyRing, list: ListId, subscriber: PublicId, campaign: CampaignId, date: DateTime<Utc>) -> Self {
        Self::of(&keys.mint_of(list), subscriber, campaign, date)
    }

    /// The same with what makes the tokens of many.
    pub fn of(mint: &Mint, subscriber: PublicId, campaign: CampaignId, date: DateTime<Utc>) -> Self {
        let tokens = mint.tokens(subscriber, campaign);
        Self {
            date: date_field(date),
            message_id: tokens.message_id.to_local_part(),
            token: tokens.unsubscribe.to_url(),
            mail_token: tokens.unsubscribe.to_local_part(),
            bounce: tokens.bounce.to_local_part(),
            copy: CopyKind::Sent(mint.list(), campaign),
        }
    }

    /// The marks of a test copy: its subject says so, and its tokens stand for nobody. `nonce` is
    /// random, so that no two have the same id.
    pub fn test(keys: &KeyRing, list: ListId, nonce: PublicId, date: DateTime<Utc>) -> Self {
        let token = keys.mint(Purpose::Test, list, nonce, CampaignId::default());
        Self {
            date: date_field(date),
            message_id: token.to_local_part(),
            token: token.to_url(),
            mail_token: token.to_local_part(),
            bounce: token.to_local_part(),
            copy: CopyKind::Test,
        }
    }

    pub(super) fn sample(date: String, message_id: String) -> Self {
        let token = SAMPLE_TOKEN.to_owned();
        Self {
            date,
            message_id,
            token: token.clone(),
            mail_token: token.clone(),
            bounce: token,
            copy: CopyKind::Sample,
        }
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    pub(super) fn mail_token(&self) -> &str {
        &self.mail_token
    }
}

/// As RFC 5322 §3.3 writes a moment. In UTC, so that no later table of time zones changes it.
fn date_field(date: DateTime<Utc>) -> String {
    date.format("%a, %-d %b %Y %H:%M:%S +0000").to_string()
}
