//! Why nothing was exported.

use crate::archive::ArchiveError;
use crate::export::zip::TooLarge;

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The format ends there.
    #[error("it would be larger than 4 GB, or hold more than 65,535 files")]
    TooLarge,
    /// A picture cannot be made into one that books can show.
    #[error("the picture `{0}` cannot be read")]
    Picture(String),
    /// It would hold nothing.
    #[error("{}", nothing(*.year, *.private))]
    Nothing {
        /// The year that was asked for.
        year: Option<i32>,
        /// How many private issues there are.
        private: usize,
    },
}

fn nothing(year: Option<i32>, private: usize) -> String {
    let year = year.map(|year| format!(" of {year}")).unwrap_or_default();
    let kind = if private > 0 { " that is not private" } else { "" };
    format!("the archive holds no issue{year}{kind}")
}

impl From<TooLarge> for ExportError {
    fn from(_: TooLarge) -> Self {
        Self::TooLarge
    }
}

impl ExportError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Archive(error) => error.help().to_owned(),
            Self::Picture(_) => "`newsletter archive verify` tells whether it is as it was".to_owned(),
            Self::TooLarge => "export year by year: `--year 2024`".to_owned(),
            Self::Nothing { private: 0, .. } => "`newsletter archive add POST` archives a post".to_owned(),
            Self::Nothing { .. } => "`--include-private` takes private issues along".to_owned(),
        }
    }
}
