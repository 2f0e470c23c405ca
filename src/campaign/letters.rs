//! A campaign's letters: what was frozen, made into the message for one delivery.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::address::EmailAddress;
use crate::campaign::ledger::Claim;
use crate::config::Mailbox;
use crate::message::dkim::Signer;
use crate::message::{Lined, MessageTemplate, Recipient, Stamp};
use crate::smtp::{Content, Envelope, Letter};
use crate::token::{CampaignId, Mint};

/// Makes the letters of one campaign. The same delivery gives the same bytes.
#[derive(Clone, Debug)]
pub struct Letters {
    /// The message.
    pub template: Arc<MessageTemplate>,
    /// What makes their tokens, with the keys that the campaign began with.
    pub mint: Mint,
    /// The campaign.
    pub campaign: CampaignId,
    /// Who signs, where that is us.
    pub signer: Option<Arc<Signer>>,
}

/// Why there is no letter for somebody.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The address is none.
    #[error(transparent)]
    Address(#[from] crate::address::AddressError),
    /// The address ends a line of the dialogue early.
    #[error(transparent)]
    Envelope(#[from] crate::smtp::EnvelopeError),
    /// A server could see a second message in it.
    #[error(transparent)]
    Content(#[from] crate::smtp::ContentError),
    /// The stored fields are no object.
    #[error("the stored fields are damaged")]
    Fields,
    /// The signature cannot be made.
    #[error("the message cannot be signed")]
    Sign,
}

impl Letters {
    /// The letter of a delivery.
    ///
    /// # Errors
    /// When what is stored of the recipient cannot travel.
    pub fn letter(&self, claim: &Claim) -> Result<Letter, LetterError> {
        let stamp = Stamp::of(&self.mint, claim.public, self.campaign, claim.date);
        let recipient = recipient(&claim.address, claim.name.as_deref(), &claim.fields)?;
        self.made(&recipient, &stamp, claim.date.timestamp())
    }

    /// The letter to a recipient with these marks.
    ///
    /// # Errors
    /// As [`Letters::letter`].
    pub fn made(&self, recipient: &Recipient, stamp: &Stamp, time: i64) -> Result<Letter, LetterError> {
        let message = self.template.fill(recipient, stamp);
        let text = match &self.signer {
            Some(signer) => {
                let mut signed = Lined::from(signer.sign(&message, time).map_err(|_| LetterError::Sign)?);
                signed.add(&message.into_text());
                signed
            }
            None => message.into_text(),
        };
        let sender = self.template.bounce_address(stamp);
        let envelope = Envelope::new(sender.as_str(), recipient.mailbox.address.as_str())?;
        Ok(Letter { envelope, content: Content::new(text)? })
    }
}

/// A recipient out of what is stored. `email` is always known; a number or a truth is written as
/// JSON has it.
///
/// # Errors
/// When the address or the fields cannot be read.
pub fn recipient(address: &str, name: Option<&str>, fields: &str) -> Result<Recipient, LetterError> {
    let stored: BTreeMap<String, Json> = serde_json::from_str(fields).map_err(|_| LetterError::Fields)?;
    let mut fields: BTreeMap<_, _> = stored
        .into_iter()
        .filter_map(|(key, value)| {
            let text = match value {
                Json::String(text) => text,
                Json::Null => return None,
                other => other.to_string(),
            };
            Some((key, text))
        })
        .collect();
    let address = EmailAddress::parse(address)?;
    fields.entry("email".to_owned()).or_insert_with(|| address.as_str().to_owned());
    let name = name.map(str::to_owned).filter(|name| !name.is_empty());
    Ok(Recipient { mailbox: Mailbox { name, address }, fields })
}
