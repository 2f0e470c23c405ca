//! Why there is no new site.

use crate::archive::ArchiveError;
use crate::build::output::OutputError;
use crate::files::PathError;
use crate::render::TemplateError;

/// Why no site was built; the last good one is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// Feeds, previews and search engines want whole addresses.
    #[error("the archive has no address: `newsletter.yaml` names no `base_url`")]
    NoAddress,
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The output folder.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// Somebody put files into the folder of the site.
    #[error("the last site holds what no build made: {}", .0.join(", "))]
    Foreign(Vec<String>),
    /// A file of `static/`.
    #[error("`static/` cannot be read: {0}")]
    Static(String),
    /// A template of the web pages.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A social card.
    #[error("`{0}` cannot be drawn")]
    Card(String),
    /// The index of the search.
    #[error("the index of the search cannot be made: {0}")]
    Search(String),
    /// An address of the site cannot be a file.
    #[error("`{path}` cannot be a file of the site: {error}")]
    Path {
        /// The address.
        path: String,
        /// Why.
        #[source]
        error: PathError,
    },
}

impl SiteError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NoAddress => "add `base_url: https://…`, where the site will stand".to_owned(),
            Self::Archive(error) => error.help().to_owned(),
            Self::Output(error) => error.help(),
            Self::Foreign(_) => {
                "move it into `static/`, beside `posts/`: what is there goes into every site".to_owned()
            }
            Self::Static(_) => "see that it can be read".to_owned(),
            Self::Template(_) => "`newsletter check` shows what is wrong with it".to_owned(),
            Self::Card(_) => "name another font in `archive.card.fonts`".to_owned(),
            Self::Search(_) => "remove the folder of the site and build it anew".to_owned(),
            Self::Path { .. } => "change the alias or the tag".to_owned(),
        }
    }
}
