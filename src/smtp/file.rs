//! The relay that is a folder: each letter becomes a file.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::SessionError;
use super::reply::Reply;
use super::{Connection, Dot, Letter, Outcome, Permit, Relay, Turn};

/// How many digits number a file: more than anybody has readers.
const DIGITS: usize = 8;
/// The most bytes of a recipient's address in a file's name.
const MAX_NAME: usize = 150;

/// A folder that takes letters as `00000001-ada@example.org.eml`, numbered as they come.
#[derive(Clone, Debug)]
pub struct FolderRelay {
    folder: Arc<Path>,
    last: Arc<AtomicU64>,
}

impl FolderRelay {
    /// Opens a folder, which is made where it is missing. Numbers go on after those that are
    /// there.
    ///
    /// # Errors
    /// When it cannot be made or read.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, SessionError> {
        let folder: PathBuf = folder.into();
        let last = highest(&folder).map_err(|error| SessionError::File { path: folder.clone(), error })?;
        Ok(Self { folder: folder.into(), last: Arc::new(AtomicU64::new(last)) })
    }

    /// Writes a letter under a name of its own; `permit` is spent when all but the name is there.
    fn write<P: Permit>(&self, letter: &Letter, permit: P) -> Turn<Self, P> {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let name = format!("{number:0DIGITS$}-{}.eml", file_name(letter.envelope.recipient()));
        let path = self.folder.join(&name);
        let part = self.folder.join(format!(".{name}.part"));
        let failed = |dot, error, unspent| Turn { outcome: Outcome::Lost { dot, error }, unspent, connection: None };
        let unwritten = |error| SessionError::File { path: path.clone(), error };
        if let Err(error) = write_new(&part, &path, letter.content.bytes()) {
            return failed(Dot::Unwritten, unwritten(error), Some(permit));
        }
        if let Err(withheld) = permit.spend() {
            // The file has no name that anybody looks for; it stays where it cannot be taken away.
            drop(fs::remove_file(&part));
            return failed(Dot::Unwritten, SessionError::Withheld(withheld.error), Some(withheld.permit));
        }
        match fs::rename(&part, &path) {
            Ok(()) => {
                let reply = Reply::new(250, [format!("2.0.0 written as {name}").as_str()]);
                Turn {
                    outcome: Outcome::Sent { reply, relay_id: Some(name) },
                    unspent: None,
                    connection: Some(self.clone()),
                }
            }
            Err(error) => failed(Dot::Written, unwritten(error), None),
        }
    }
}

impl Relay for FolderRelay {
    type Connection = Self;

    async fn connect(&self) -> Result<Self, SessionError> {
        Ok(self.clone())
    }
}

impl Connection for FolderRelay {
    // Files are written where the future runs: a letter takes the disk some microseconds.
    async fn send<P: Permit>(self, letter: &Letter, permit: P, _next: Option<&Letter>) -> Turn<Self, P> {
        self.write(letter, permit)
    }

    fn is_spent(&self) -> bool {
        false
    }

    async fn quit(self) {}
}

/// Makes the folder and finds the highest number in it.
fn highest(folder: &Path) -> io::Result<u64> {
    fs::create_dir_all(folder)?;
    let mut highest = 0;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.trim_start_matches('.').split_once('-')?.0.parse().ok());
        highest = highest.max(number.unwrap_or(0));
    }
    Ok(highest)
}

/// Writes `part`, unless it or the file that it is to become is there already.
fn write_new(part: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.try_exists()? {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let mut file = fs::File::create_new(part)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// An address as a part of a file's name: what is not plain is written as `%` and two digits.
fn file_name(address: &str) -> String {
    let mut name = String::new();
    for byte in address.bytes() {
        let part = if byte.is_ascii_alphanumeric() || b"@.-_+=".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        };
        if name.len() + part.len() > MAX_NAME {
            break;
        }
        name.push_str(&part);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_name_says_who_and_leads_nowhere_else() {
        for (address, name) in [
            ("ada+x@example.org", "ada+x@example.org"),
            ("\"../../etc/a b\"@c.example", "%22..%2F..%2Fetc%2Fa%20b%22@c.example"),
            ("a\\b:c|d*e?@f", "a%5Cb%3Ac%7Cd%2Ae%3F@f"),
            ("用@b", "%E7%94%A8@b"),
            ("a%2Fb@c", "a%252Fb@c"),
        ] {
            assert_eq!(file_name(address), name);
        }
        assert!(file_name(&"\u{1f600}".repeat(80)).len() <= super::MAX_NAME);
    }
}
