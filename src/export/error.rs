//! Why nothing was exported.

use crate::archive::ArchiveError;

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
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

impl ExportError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Archive(error) => error.help().to_owned(),
            Self::Nothing { private: 0, .. } => "`newsletter archive add POST` archives a post".to_owned(),
            Self::Nothing { .. } => "`--include-private` takes private issues along".to_owned(),
        }
    }
}
