//! The search: a page that asks an index in the browser, where this program was built to make one.
//! No other page loads anything of it.

#[cfg(feature = "search")]
mod bundle;
#[cfg(feature = "search")]
mod page;

use crate::build::output::Folder;
use crate::site::leaf::Leaf;
use crate::site::{Site, SiteError};

/// Whether this program makes one.
pub(super) const IS_BUILT: bool = cfg!(feature = "search");

/// Its page and its index.
#[cfg(feature = "search")]
pub(super) fn leaves<'a>(site: &'a Site<'a>, folder: &Folder) -> Result<Vec<Leaf<'a>>, SiteError> {
    let bundle = bundle::Bundle::of(site, folder)?;
    let mut leaves = page::leaves(site, &bundle)?;
    leaves.extend(bundle.leaves()?);
    Ok(leaves)
}

#[cfg(not(feature = "search"))]
#[expect(clippy::unnecessary_wraps, reason = "the one that makes a search may fail")]
pub(super) fn leaves<'a>(_: &'a Site<'a>, _: &Folder) -> Result<Vec<Leaf<'a>>, SiteError> {
    Ok(Vec::new())
}
