//! The readers, and how the relay takes mail for them.

/// How many are on the list at first.
pub(crate) const READERS: usize = 44;

pub(crate) fn address(number: usize) -> String {
    format!("r{number}@example.{}", if number.is_multiple_of(2) { "org" } else { "net" })
}

/// What the relay does with a reader's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Taken,
    /// Put off at the first time.
    DeferredOnce,
    /// There is no such mailbox; said before the message.
    RefusedAtOnce,
    /// There is no such mailbox; said after the message.
    RefusedLate,
    /// Refused, and no reason to suppress the address.
    Disabled,
    /// The connection breaks after the first dot, and the relay has the message.
    LostAndTaken,
    /// The connection breaks after the first dot, and the relay does not have it.
    LostAndNotTaken,
}

impl Manner {
    pub(crate) fn bounces(self) -> bool {
        matches!(self, Self::RefusedAtOnce | Self::RefusedLate)
    }
}

pub(crate) fn manner(address: &str) -> Manner {
    let digits: String = address.chars().filter(char::is_ascii_digit).collect();
    match digits.parse().unwrap() {
        7 | 17 | 27 => Manner::DeferredOnce,
        8 => Manner::RefusedAtOnce,
        9 | 29 => Manner::RefusedLate,
        13 => Manner::Disabled,
        11 | 31 => Manner::LostAndTaken,
        22 | 36 => Manner::LostAndNotTaken,
        _ => Manner::Taken,
    }
}
