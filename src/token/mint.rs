//! Makes the tokens of many messages, by keys that were derived once.

use std::fmt;

use aws_lc_rs::hmac;

use crate::token::key::{derive, tag};
use crate::token::{CampaignId, KeyRing, ListId, PublicId, Purpose, Token};

/// What makes the tokens that the messages of one list carry.
#[derive(Clone)]
pub struct Mint {
    key: u8,
    list: ListId,
    unsubscribe: hmac::Key,
    bounce: hmac::Key,
    message_id: hmac::Key,
}

/// The tokens of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Ends the subscription.
    pub unsubscribe: Token,
    /// Stands in the envelope's sender.
    pub bounce: Token,
    /// Stands before the `@` of the Message-ID.
    pub message_id: Token,
}

impl Mint {
    pub(super) fn new(key: u8, root: &super::RootKey, list: ListId) -> Self {
        let derive = |purpose| derive(root, purpose, list);
        Self {
            key,
            list,
            unsubscribe: derive(Purpose::Unsubscribe),
            bounce: derive(Purpose::Bounce),
            message_id: derive(Purpose::MessageId),
        }
    }

    /// Whose tokens they are.
    pub fn list(&self) -> ListId {
        self.list
    }

    /// The same tokens as [`KeyRing::mint`] makes one by one.
    pub fn tokens(&self, subscriber: PublicId, campaign: CampaignId) -> Tokens {
        let token = |key| tag(key, self.key, self.list, subscriber, campaign);
        Tokens {
            unsubscribe: token(&self.unsubscribe),
            bounce: token(&self.bounce),
            message_id: token(&self.message_id),
        }
    }
}

impl KeyRing {
    /// What makes the tokens of a list's messages with the newest key.
    pub fn mint_of(&self, list: ListId) -> Mint {
        Mint::new(self.newest(), self.newest_root(), list)
    }
}

impl fmt::Debug for Mint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mint").field("key", &self.key).field("list", &self.list).finish_non_exhaustive()
    }
}
