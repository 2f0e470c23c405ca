//! A ZIP file (APPNOTE 6.3) whose bytes follow from its files alone: no times, no owners. The crate
//! `zip` brings ciphers along, and nothing more that is needed here.

use std::io::Write as _;

use flate2::Compression;
use flate2::Crc;
use flate2::write::DeflateEncoder;

/// 1 January 1980, the first day that the format knows.
const DAY: u16 = 0x21;
/// The version that reads folders and DEFLATE.
const VERSION: u16 = 20;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;

/// How a file is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// As it is: it is packed already, or has to be found without unpacking.
    Stored,
    /// By DEFLATE.
    Deflated,
}

impl Packing {
    fn method(self) -> u16 {
        match self {
            Self::Stored => 0,
            Self::Deflated => 8,
        }
    }
}

/// It is larger than 4 GB, or holds more than 65,535 files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLarge;

/// A ZIP file that is being written.
#[derive(Debug, Default)]
pub(super) struct Zip {
    out: Vec<u8>,
    directory: Vec<u8>,
    count: usize,
}

impl Zip {
    /// Adds a file; `name` is its path, with `/`.
    pub(super) fn add(&mut self, name: &str, bytes: &[u8], packing: Packing) -> Result<(), TooLarge> {
        let packed = match packing {
            Packing::Stored => bytes.to_vec(),
            Packing::Deflated => deflate(bytes),
        };
        let mut crc = Crc::new();
        crc.update(bytes);
        let mut fields = Vec::with_capacity(26);
        for field in [VERSION, UTF8, packing.method(), 0, DAY] {
            fields.extend(field.to_le_bytes());
        }
        fields.extend(crc.sum().to_le_bytes());
        fields.extend(length(packed.len())?);
        fields.extend(length(bytes.len())?);
        fields.extend(short(name.len())?);
        fields.extend([0, 0]);
        let at = length(self.out.len())?;
        self.out.extend(b"PK\x03\x04");
        self.out.extend(&fields);
        self.out.extend(name.as_bytes());
        self.out.extend(&packed);
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&fields);
        // No comment, one disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(at);
        self.directory.extend(name.as_bytes());
        self.count += 1;
        Ok(())
    }

    /// The whole file.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, TooLarge> {
        let count = short(self.count)?;
        let (at, len) = (length(self.out.len())?, length(self.directory.len())?);
        self.out.append(&mut self.directory);
        self.out.extend(b"PK\x05\x06\0\0\0\0");
        self.out.extend(count);
        self.out.extend(count);
        self.out.extend(len);
        self.out.extend(at);
        self.out.extend([0, 0]);
        Ok(self.out)
    }
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // A `Vec` takes everything.
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn length(len: usize) -> Result<[u8; 4], TooLarge> {
    u32::try_from(len).map(u32::to_le_bytes).map_err(|_| TooLarge)
}

fn short(len: usize) -> Result<[u8; 2], TooLarge> {
    u16::try_from(len).map(u16::to_le_bytes).map_err(|_| TooLarge)
}
