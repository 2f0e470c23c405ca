//! Mails in files: one (`.eml`), many (mbox), or a folder of them (Maildir, or plain).

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

/// What is read of one mail; reports come before what they report, which may be large.
const LARGEST: usize = 1024 * 1024;

/// Why mails cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{path}`: {error}", path = .path.display())]
pub struct SourceError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub error: io::Error,
}

/// Shows `look` every mail in a file or folder.
///
/// # Errors
/// Those of `look`, and when a file cannot be read.
pub fn each<E: From<SourceError>>(path: &Path, mut look: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
    let failed = |path: &Path, error| E::from(SourceError { path: path.to_owned(), error });
    for file in files(path).map_err(|error| failed(path, error))? {
        let opened = File::open(&file).map_err(|error| failed(&file, error))?;
        let mut wrong = None;
        let read = mails(&mut BufReader::new(opened), |mail| match look(mail) {
            Ok(()) => true,
            Err(error) => {
                wrong = Some(error);
                false
            }
        });
        if let Some(error) = wrong {
            return Err(error);
        }
        read.map_err(|error| failed(&file, error))?;
    }
    Ok(())
}

/// The files that a path means: itself, those of a Maildir, or those in a folder.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.metadata()?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let maildir: Vec<_> = ["new", "cur"].map(|name| path.join(name)).into_iter().filter(|path| path.is_dir()).collect();
    let folders = if maildir.is_empty() { vec![path.to_owned()] } else { maildir };
    let mut files = Vec::new();
    for folder in folders {
        for entry in folder.read_dir()? {
            let path = entry?.path();
            let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            // A pipe would never end.
            if !hidden && path.metadata().is_ok_and(|about| about.is_file()) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Shows `look` the mails of a file until it says `false`.
fn mails(reader: &mut impl BufRead, mut look: impl FnMut(&[u8]) -> bool) -> io::Result<()> {
    let mut mail = Vec::new();
    if !reader.fill_buf()?.starts_with(b"From ") {
        reader.take(LARGEST as u64).read_to_end(&mut mail)?;
        look(&mail);
        return Ok(());
    }
    let mut line = Vec::new();
    let mut after_empty = true;
    let mut begun = false;
    while next_line(reader, &mut line)? {
        if after_empty && line.starts_with(b"From ") {
            if begun && !look(&mail) {
                return Ok(());
            }
            begun = true;
            mail.clear();
        } else {
            let room = LARGEST.saturating_sub(mail.len());
            mail.extend(line.iter().take(room));
        }
        after_empty = matches!(line.as_slice(), b"\n" | b"\r\n");
    }
    look(&mail);
    Ok(())
}

/// The next line with its end, of a line that is too long the start; whether there was one.
fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(!line.is_empty());
        }
        let end = memchr::memchr(b'\n', buffer).map(|at| at + 1);
        let taken = end.unwrap_or(buffer.len());
        let room = LARGEST.saturating_sub(line.len());
        line.extend(buffer.iter().take(taken.min(room)));
        reader.consume(taken);
        if end.is_some() {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::{LARGEST, mails};

    fn read(bytes: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        mails(&mut BufReader::with_capacity(16, bytes), |mail| {
            all.push(String::from_utf8_lossy(mail).into_owned());
            true
        })
        .unwrap();
        all
    }

    #[test]
    fn an_mbox_is_parted_at_its_from_lines() {
        let mbox = b"From a Mon\nSubject: 1\n\nFrom here on\n>From there\n\nFrom b Tue\r\nSubject: 2\r\n\r\nText\r\n";
        // `From` after an empty line begins a mail: writers of an mbox put `>` before it.
        assert_eq!(read(mbox).len(), 3);
        assert_eq!(read(b"From a\nS: 1\n\nx\nFrom y\n\nFrom b\nS: 2\n"), ["S: 1\n\nx\nFrom y\n\n", "S: 2\n"]);
        assert_eq!(read(b"Subject: 1\n\nFrom x\n"), ["Subject: 1\n\nFrom x\n"]);
        assert_eq!(read(b""), [""]);
    }

    #[test]
    fn a_mail_without_end_is_cut() {
        let long = [&b"From a\n"[..], &vec![b'x'; 3 * LARGEST], b"\n\nFrom b\nS: 2\n"].concat();
        let sizes: Vec<_> = read(&long).iter().map(String::len).collect();
        assert_eq!(sizes, [LARGEST, 5]);
        assert_eq!(read(&vec![b'x'; 2 * LARGEST])[0].len(), LARGEST);
    }
}
