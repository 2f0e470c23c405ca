//! What may be a token in the fields of a mail.

use crate::subscribers::mail::message::Header;
use crate::token::Purpose;

/// The most candidates of one mail: each costs a few hashes.
const MOST: usize = 32;
/// Where mail servers write whom a mail is delivered to, the surest first.
const RECIPIENTS: [&str; 7] =
    ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Cc"];

/// What may be a token, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its text, in either form.
    pub text: String,
    /// What it would be for.
    pub purpose: Purpose,
}

/// Candidates without repetition, in the order they were added.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    pub(super) all: Vec<Candidate>,
}

impl Candidates {
    /// Takes every part of `text` that has the length and the letters of a token.
    pub(super) fn take(&mut self, text: &str, purpose: Purpose) {
        let local = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() == 45);
        let url = text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'));
        for word in local.chain(url.filter(|word| word.len() == 38)) {
            let candidate = Candidate { text: word.to_owned(), purpose };
            if self.all.len() < MOST && !self.all.contains(&candidate) {
                self.all.push(candidate);
            }
        }
    }

    /// Takes those in the addresses that a mail was delivered to.
    pub(super) fn recipients(&mut self, header: &Header<'_>, purpose: Purpose) {
        for name in RECIPIENTS {
            header.all(name).for_each(|value| self.take(&value, purpose));
        }
    }

    pub(super) fn fields(&mut self, header: &Header<'_>, names: &[&str], purpose: Purpose) {
        for name in names {
            header.all(name).for_each(|value| self.take(&value, purpose));
        }
    }
}
