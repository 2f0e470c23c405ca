//! The bytes of a journal.
//!
//! ```text
//! head  "NLTRJ1" campaign(4) epoch(4) has-boot(1) boot(16) check(4)
//! note  length(2) its complement(2) kind(1) delivery(8) tries-before(4) … check(4)
//! ```
//! Numbers are little-endian, `check` is a CRC-32 of all before it, `length` counts the bytes after
//! itself and its complement. With the complement no changed length passes for a note cut short.

use crate::campaign::journal::{Answered, Try};

const MAGIC: &[u8; 6] = b"NLTRJ1";
const BEGUN: u8 = 1;
const ANSWERED: u8 = 2;
/// As much of a text as is kept.
const TEXT: usize = 1000;

/// Whose journal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) campaign: u32,
    pub(super) epoch: u32,
    pub(super) boot: Option<[u8; 16]>,
}

/// The octets of a head: mark, campaign, epoch, boot id and the sum of all.
pub(super) const HEAD: u64 = 6 + 4 + 4 + 1 + 16 + 4;

impl Head {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.campaign.to_le_bytes());
        bytes.extend(self.epoch.to_le_bytes());
        bytes.push(self.boot.is_some().into());
        bytes.extend(self.boot.unwrap_or_default());
        bytes.extend(crc(&bytes).to_le_bytes());
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let mut reader = Reader { bytes };
        let magic: [u8; 6] = reader.array()?;
        let campaign = u32::from_le_bytes(reader.array()?);
        let epoch = u32::from_le_bytes(reader.array()?);
        let [has_boot] = reader.array()?;
        let boot = reader.array()?;
        let sound = check(bytes, &mut reader)? && magic == *MAGIC && has_boot <= 1;
        sound.then_some((Self { campaign, epoch, boot: (has_boot == 1).then_some(boot) }, reader.bytes))
    }
}

impl Try {
    fn encode(self, bytes: &mut Vec<u8>) {
        bytes.extend(self.delivery.to_le_bytes());
        bytes.extend(self.before.to_le_bytes());
    }

    fn decode(reader: &mut Reader<'_>) -> Option<Self> {
        let delivery = i64::from_le_bytes(reader.array()?);
        Some(Self { delivery, before: u32::from_le_bytes(reader.array()?) })
    }
}

/// One note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    Begun { tried: Try },
    Answered { tried: Try, answered: Answered },
}

/// What the next bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Decoded<'a> {
    Note(Note, &'a [u8]),
    /// Nothing, or the beginning of a note.
    End,
    Damaged,
}

impl Note {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(16);
        match self {
            Self::Begun { tried } => {
                body.push(BEGUN);
                tried.encode(&mut body);
            }
            Self::Answered { tried, answered } => {
                body.push(ANSWERED);
                tried.encode(&mut body);
                body.push(answered.outcome);
                body.extend(answered.due.to_le_bytes());
                body.extend(answered.code.to_le_bytes());
                for text in [&answered.enhanced, &answered.reply, &answered.relay_id] {
                    let text = head(text, TEXT);
                    // No text is longer than `TEXT`.
                    body.extend(u16::try_from(text.len()).unwrap_or_default().to_le_bytes());
                    body.extend(text.as_bytes());
                }
            }
        }
        let length = u16::try_from(body.len() + 4).unwrap_or_default();
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend((!length).to_le_bytes());
        bytes.append(&mut body);
        bytes.extend(crc(&bytes).to_le_bytes());
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
        let mut reader = Reader { bytes };
        let (Some(length), Some(complement)) =
            (reader.array().map(u16::from_le_bytes), reader.array().map(u16::from_le_bytes))
        else {
            return Decoded::End;
        };
        if length != !complement {
            return Decoded::Damaged;
        }
        if reader.bytes.len() < usize::from(length) {
            return Decoded::End;
        }
        Self::body(bytes, reader, usize::from(length))
            .map_or(Decoded::Damaged, |(note, rest)| Decoded::Note(note, rest))
    }

    fn body<'a>(all: &'a [u8], mut reader: Reader<'a>, length: usize) -> Option<(Self, &'a [u8])> {
        let before = reader.bytes.len();
        let [kind] = reader.array()?;
        let tried = Try::decode(&mut reader)?;
        let note = match kind {
            BEGUN => Self::Begun { tried },
            ANSWERED => {
                let [outcome] = reader.array()?;
                let due = i64::from_le_bytes(reader.array()?);
                let code = u16::from_le_bytes(reader.array()?);
                let [enhanced, reply, relay_id] = [reader.text()?, reader.text()?, reader.text()?];
                Self::Answered { tried, answered: Answered { outcome, due, code, enhanced, reply, relay_id } }
            }
            _ => return None,
        };
        let sound = check(all, &mut reader)? && before - reader.bytes.len() == length;
        sound.then_some((note, reader.bytes))
    }
}

/// The first bytes of a text, at most `most`, up to a character's end.
fn head(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// Whether the next four bytes are the check of all that was read of `all`.
fn check(all: &[u8], reader: &mut Reader<'_>) -> Option<bool> {
    let covered = all.get(..all.len() - reader.bytes.len())?;
    Some(u32::from_le_bytes(reader.array()?) == crc(covered))
}

/// CRC-32 (IEEE 802.3).
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        let [low, ..] = (crc ^ u32::from(*byte)).to_le_bytes();
        (crc >> 8) ^ CRC.get(usize::from(low)).copied().unwrap_or_default()
    };
    !bytes.iter().fold(!0, step)
}

/// What each byte does to the check.
static CRC: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 * (crc & 1));
            bit += 1;
        }
        #[expect(clippy::indexing_slicing, reason = "as the table is compiled")]
        {
            table[byte as usize] = crc;
        }
        byte += 1;
    }
    table
};

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*array)
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::from(u16::from_le_bytes(self.array()?));
        let (text, rest): (&'a [u8], &'a [u8]) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        String::from_utf8(text.to_vec()).ok()
    }
}
