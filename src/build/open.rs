//! A publication with what is wrong with what its posts share, and the next one after a change.

use crate::check;
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::files::{Files, RelPath};
use crate::publication::{LoadError, Publication, Reach, Selection};

/// Reads the publication as [`Publication::load_only`], and checks what its posts share.
///
/// # Errors
/// As [`Publication::load_only`].
pub fn open(files: &dyn Files, selection: &Selection) -> Result<Publication, LoadError> {
    let mut publication = Publication::load_only(files, selection)?;
    publication.diagnostics = shared(&publication);
    Ok(publication)
}

/// The next snapshot after `path` has changed, of a snapshot of all posts: the same as opening all
/// of it anew, by reading no more than the change reaches.
///
/// # Errors
/// As [`open`].
pub fn reopen(publication: &Publication, path: &RelPath, files: &dyn Files) -> Result<Publication, LoadError> {
    match publication.reach(path) {
        Reach::Nothing => Ok(publication.clone()),
        Reach::Posts => {
            let mut next = publication.with_change(path, files);
            next.diagnostics = shared(&next);
            Ok(next)
        }
        Reach::All => {
            let mut next = open(files, &Selection::All)?;
            next.today = publication.today;
            Ok(next)
        }
    }
}

/// The findings in what all posts share, at their levels.
fn shared(publication: &Publication) -> Vec<Diagnostic> {
    let mut sink = Sink::new();
    sink.extend(publication.read.iter().cloned());
    check::check_shared(publication, &mut sink);
    let config = &publication.config;
    let addresses = [("from", &config.from), ("reply_to", &config.reply_to)];
    for (key, mailbox) in addresses.into_iter().filter_map(|(key, mailbox)| Some((key, mailbox.as_ref()?))) {
        if let Err(error) = mailbox.address.in_ascii() {
            sink.push(Diagnostic::new(code::INVALID_VALUE, &config.source, config.place(key), error.to_string()));
        }
    }
    sink.finish(&config.checks.levels)
}
