//! Readers who leave by mail: a mail to `leave+{token}@…`, or with the token in its subject.

use crate::subscribers::mail::message::Header;
use crate::subscribers::mail::tokens::{Candidate, Candidates};
use crate::token::Purpose;

/// What a mail to the address for leaving says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leave {
    /// Somebody wants to leave; these may tell who, the surest first.
    Wish(Vec<Candidate>),
    /// A program's answer or a report, which is nobody's wish.
    Automatic,
}

/// Reads a mail as a wish to leave.
pub fn read(bytes: &[u8]) -> Leave {
    let (header, _) = Header::read(bytes);
    if header.is_automatic() || header.kind() == "multipart/report" {
        return Leave::Automatic;
    }
    let mut candidates = Candidates::default();
    candidates.recipients(&header, Purpose::Unsubscribe);
    candidates.fields(&header, &["Subject"], Purpose::Unsubscribe);
    Leave::Wish(candidates.all)
}
