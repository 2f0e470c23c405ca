//! Why a command could not run.

use std::io;
use std::path::PathBuf;

use crate::build::output::OutputError;
use crate::cli::global::Global;
use crate::editor::ServeError;
use crate::files::private::PrivateError;
use crate::message::dkim::{KeyError, SignerError};
use crate::publication::LoadError;
use crate::publication::scaffold::ScaffoldError;

/// Why a command could not run.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Output(#[from] OutputError),
    #[error(transparent)]
    Scaffold(#[from] ScaffoldError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Signer(#[from] SignerError),
    #[error(transparent)]
    Private(#[from] PrivateError),
    #[error("cannot find the working folder: {0}")]
    WorkingFolder(#[source] io::Error),
    #[error("cannot open `{0}`: {1}")]
    Open(PathBuf, #[source] io::Error),
    #[error("cannot write to standard output: {0}")]
    Stdout(#[source] io::Error),
    #[error("cannot write `{0}`: {1}")]
    Write(String, #[source] io::Error),
    #[error("cannot wait for Ctrl-C: {0}")]
    Signal(#[source] io::Error),
    #[error("cannot wait for the network: {0}")]
    Runtime(#[source] io::Error),
    #[error("watching has ended")]
    Watch,
    #[error("there is no template file `{written}`")]
    UnknownTemplate { written: String, nearest: Option<String> },
}

impl Failure {
    /// What to do about it.
    pub(super) fn help(&self) -> Option<String> {
        match self {
            Self::Load(error) => error.help(),
            Self::Output(error) => Some(error.help()),
            Self::Scaffold(error) => Some(error.help()),
            Self::Key(error) => Some(error.help().to_owned()),
            Self::Signer(error) => Some(error.help().to_owned()),
            Self::Private(error) => Some(error.help()),
            Self::WorkingFolder(_) => Some("name the publication with `-C DIR`".to_owned()),
            Self::Open(..) => Some("check that the folder is there and that you may read it".to_owned()),
            Self::Write(_, error) if error.kind() == io::ErrorKind::ResourceBusy => Some("run it again".to_owned()),
            Self::Write(..) => {
                Some("check that there is space and that you may write it; nothing of it was lost".to_owned())
            }
            Self::Serve(_) => Some("`newsletter lsp` is run by an editor; docs/editors.md says how".to_owned()),
            Self::Stdout(_) => None,
            Self::Runtime(_) => Some("try again once this machine has less to do".to_owned()),
            Self::Signal(_) | Self::Watch => Some("run it without `--watch`".to_owned()),
            Self::UnknownTemplate { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::UnknownTemplate { nearest: None, .. } => {
                Some("`newsletter templates list` shows the files there are".to_owned())
            }
        }
    }

    /// The command to run next.
    pub(super) fn next(&self, global: &Global) -> Option<String> {
        Some(match self {
            Self::Load(LoadError::NotFound(_) | LoadError::NotHere(_)) | Self::Scaffold(ScaffoldError::NotEmpty(_)) => {
                "newsletter init my-newsletter".to_owned()
            }
            Self::Load(LoadError::Select(_)) => global.command("list"),
            Self::Load(_) => global.command("build"),
            Self::Output(_) => global.command("build --out DIR"),
            Self::Scaffold(error) => global.command(&error.next()),
            Self::Key(_) | Self::Signer(_) | Self::Private(_) => {
                global.command("dkim keygen --domain DOMAIN --selector NAME --out FILE")
            }
            Self::WorkingFolder(_) | Self::Open(..) => "newsletter -C DIR".to_owned(),
            Self::UnknownTemplate { .. } => global.command("templates list"),
            Self::Write(..) => global.command("check --fix"),
            Self::Signal(_) | Self::Watch => global.command("check"),
            Self::Runtime(_) => global.command("doctor"),
            Self::Serve(_) | Self::Stdout(_) => return None,
        })
    }

    /// Whether nobody reads on, as after `| head`: no failure at all.
    pub(super) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
