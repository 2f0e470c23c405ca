//! Whether an issue stands in the archive already, under whatever name.

use crate::archive::record::hex;
use crate::archive::{Archive, ArchiveError, SEAL, Standing};

/// By what an issue is known: each alone is enough.
#[derive(Clone, Debug)]
pub struct Marks<'a> {
    /// Its slug.
    pub slug: &'a str,
    /// Its number.
    pub number: Option<u32>,
    /// The hash of its content, and any that an earlier version knew the same by.
    pub content: Vec<[u8; 32]>,
}

/// Which of its marks an issue is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// Its slug.
    Slug,
    /// Its number.
    Number,
    /// Its content.
    Content,
}

impl Archive {
    /// The sealed records that bear one of the marks, by their slugs, in order.
    ///
    /// # Errors
    /// When a sealed record cannot be read: it may be the one.
    pub fn known(&self, marks: &Marks<'_>) -> Result<Vec<(String, Same)>, ArchiveError> {
        let content: Vec<_> = marks.content.iter().map(|hash| hex(hash)).collect();
        let mut known = Vec::new();
        for slug in self.slugs()? {
            if slug == marks.slug {
                known.extend((self.standing(&slug) == Standing::Sealed).then_some((slug, Same::Slug)));
            } else if self.place(&slug).join(SEAL).symlink_metadata().is_ok() {
                let manifest = self.manifest(&slug)?;
                if marks.number.is_some() && manifest.issue.number == marks.number {
                    known.push((slug, Same::Number));
                } else if content.contains(&manifest.letter) {
                    known.push((slug, Same::Content));
                }
            }
        }
        Ok(known)
    }
}
