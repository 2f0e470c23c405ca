//! Why a command could not run.

use std::io;
use std::path::PathBuf;

use crate::archive::ArchiveError;
use crate::build::output::OutputError;
use crate::campaign::freeze::FreezeError;
use crate::campaign::gate::{KnownError, Refusal};
use crate::campaign::ledger::LedgerError;
use crate::campaign::pick::PickError;
use crate::campaign::publish::PublishError;
use crate::campaign::relay::RelayError;
use crate::campaign::schedule::PathError;
use crate::campaign::when::WhenError;
use crate::cli::Exit;
use crate::cli::global::{Global, shell};
use crate::cli::send::CopyError;
use crate::editor::ServeError;
use crate::export::{AgainError, ExportError};
use crate::files::private::PrivateError;
use crate::message::MessageError;
use crate::message::dkim::{KeyError, SignerError};
use crate::publication::LoadError;
use crate::publication::scaffold::ScaffoldError;
use crate::site::SiteError;
use crate::smtp::SessionError;
use crate::store::StoreError;
use crate::subscribers::mail::SourceError;
use crate::subscribers::{Fault, ImportError, ListError};

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
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Site(#[from] SiteError),
    #[error(transparent)]
    Publish(#[from] PublishError),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error("a terminal cannot show this form")]
    NoFile,
    #[error(transparent)]
    Scaffold(#[from] ScaffoldError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Signer(#[from] SignerError),
    #[error(transparent)]
    Private(#[from] PrivateError),
    #[error(transparent)]
    List(#[from] ListError),
    #[error(transparent)]
    Record(#[from] Fault),
    #[error("{1}")]
    Import(String, #[source] ImportError),
    #[error(transparent)]
    Mails(#[from] SourceError),
    #[error(transparent)]
    Campaign(#[from] PickError),
    #[error(transparent)]
    Schedule(#[from] PathError),
    #[error("cannot find this program's own file: {0}")]
    Program(#[source] io::Error),
    #[error("`newsletter.yaml` has errors")]
    Unsound,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Freeze(#[from] FreezeError),
    #[error(transparent)]
    Relay(#[from] RelayError),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error("{0}: {1}")]
    Copy(String, #[source] CopyError),
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error(transparent)]
    When(#[from] WhenError),
    /// Why it cannot begin, each with its remedy.
    #[error("nothing was sent of `{slug}`, which stays frozen for {total}")]
    Unpublished { slug: String, total: String, why: Vec<(String, String)> },
    #[error("the relay did not greet us within a minute")]
    Silent,
    #[error("it is refused")]
    Refused(Vec<Refusal>),
    #[error("{}", nobody(.0.as_deref()))]
    NobodyToSend(Option<String>),
    #[error("everybody{} was in an earlier campaign of `{slug}`", of(.segment.as_deref()))]
    NobodyNew { slug: String, segment: Option<String> },
    #[error("nobody who got `{0}` is still subscribed")]
    NobodyToCorrect(String),
    #[error("`{0}` was never sent")]
    NeverSent(String),
    #[error("{0} posts are named, and one is sent at a time")]
    NotOnePost(usize),
    #[error("`{slug}` was to go out at {at}, more than two hours ago; nothing was sent")]
    Missed { slug: String, at: String },
    #[error("`{0}` is scheduled for {1}")]
    Scheduled(String, String),
    #[error("`{0}` is frozen already, and `{1}` cannot change it any more")]
    Frozen(String, &'static str),
    #[error("of `{0}` nothing is left to send, but {1} in doubt")]
    Doubt(String, u64),
    #[error("the earlier campaign of `{slug}` is not finished: {left} of {total} are left")]
    Earlier { slug: String, left: u64, total: u64, command: String },
    #[error("nothing was decided")]
    NotInDoubt { slug: String, why: Vec<(String, Option<String>)> },
    #[error("cannot start: {0}")]
    Runtime(#[source] io::Error),
    #[error("there is no list of subscribers yet")]
    NoList,
    #[error("there is no segment `{written}`")]
    UnknownSegment { written: String, nearest: Option<String> },
    #[error("nobody is there to answer")]
    Unanswered { flag: &'static str },
    #[error("`{0}` is there already")]
    Exists(String),
    #[error("cannot read `{0}`: {1}")]
    Read(String, #[source] io::Error),
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
    #[error("cannot listen at port {0}: {1}")]
    Listen(u16, #[source] io::Error),
    #[error("watching has ended")]
    Watch,
    #[error("there is no template file `{written}`")]
    UnknownTemplate { written: String, nearest: Option<String> },
}

fn nobody(segment: Option<&str>) -> String {
    segment.map_or_else(|| "nobody is on the list".to_owned(), |name| format!("nobody is in the segment `{name}`"))
}

fn of(segment: Option<&str>) -> String {
    segment.map_or_else(|| " on the list".to_owned(), |name| format!(" in the segment `{name}`"))
}

impl From<KnownError> for Failure {
    fn from(error: KnownError) -> Self {
        match error {
            KnownError::Ledger(error) => error.into(),
            KnownError::Archive(error) => error.into(),
        }
    }
}

impl From<AgainError> for Failure {
    fn from(error: AgainError) -> Self {
        match error {
            AgainError::Export(error) => error.into(),
            AgainError::Load(error) => error.into(),
            AgainError::Output(error) => error.into(),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::List(error.into())
    }
}

impl Failure {
    /// Every reason, with what to do about it.
    pub(super) fn reasons(&self) -> Vec<(String, Option<String>)> {
        match self {
            Self::Refused(refusals) => {
                refusals.iter().map(|refusal| (refusal.to_string(), Some(refusal.help()))).collect()
            }
            Self::Unpublished { why, .. } => {
                let mut reasons: Vec<_> = why.iter().map(|(why, help)| (why.clone(), Some(help.clone()))).collect();
                reasons.push((self.to_string(), self.help()));
                reasons
            }
            Self::NotInDoubt { why, .. } => why.clone(),
            other => vec![(other.to_string(), other.help())],
        }
    }

    /// What the exit code says of it: that there are findings to mend, that a campaign is left which the next command goes on with,
    /// or that nothing could be done.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Unsound | Self::Load(LoadError::Config(_)) => Exit::Findings,
            Self::Refused(why) if why.iter().any(|why| matches!(why, Refusal::Findings(_))) => Exit::Findings,
            Self::Unpublished { .. } | Self::Doubt(..) | Self::Earlier { .. } | Self::Missed { .. } => Exit::Unfinished,
            _ => Exit::CouldNotRun,
        }
    }

    /// What to do about it.
    pub(super) fn help(&self) -> Option<String> {
        match self {
            Self::Load(error) => error.help(),
            Self::Output(error) => Some(error.help()),
            Self::Archive(error) => Some(error.help().to_owned()),
            Self::Site(error) => Some(error.help()),
            Self::Publish(error) => Some(error.help()),
            Self::Export(error) => Some(error.help()),
            Self::NoFile => Some("name a file by `--out FILE`".to_owned()),
            Self::Scaffold(error) => Some(error.help()),
            Self::Key(error) => Some(error.help().to_owned()),
            Self::Signer(error) => Some(error.help().to_owned()),
            Self::Ledger(error) | Self::Freeze(FreezeError::Ledger(error)) => error.help().map(str::to_owned),
            Self::Relay(error) => Some(error.help()),
            Self::When(error) => Some(error.help()),
            Self::Silent => Some(
                "see that `smtp.port` and `smtp.tls` go together: mostly 465 with `implicit`, 587 with `starttls`"
                    .to_owned(),
            ),
            Self::Session(error) => {
                Some(error.help().unwrap_or("`newsletter doctor` looks at the relay step by step").to_owned())
            }
            Self::Copy(_, error) => error.help().map(str::to_owned),
            Self::Freeze(FreezeError::Letter { .. }) => Some("mend what is known of this subscriber".to_owned()),
            Self::NobodyToSend(Some(_)) => Some("`newsletter segments test NAME` shows whom it holds".to_owned()),
            Self::NobodyToSend(None) => Some("`newsletter subscribers import FILE` brings readers".to_owned()),
            Self::NobodyNew { segment: None, .. } => {
                Some("whoever was in an earlier campaign of it does not get it again".to_owned())
            }
            Self::NobodyNew { segment: Some(_), .. } => Some(
                "whoever was in an earlier campaign of it does not get it again; `--segment NAME` names others"
                    .to_owned(),
            ),
            Self::NobodyToCorrect(_) => Some("`newsletter status POST --recipients` shows who got it".to_owned()),
            Self::NeverSent(_) => Some("`newsletter status` shows what was sent".to_owned()),
            Self::NotOnePost(_) => Some("name one, by its file or its slug".to_owned()),
            Self::Scheduled(slug, _) => Some(format!(
                "`newsletter send --due` sends it then; to send it now: `newsletter cancel {slug}`, and send it again"
            )),
            Self::Missed { slug, .. } => Some(format!(
                "`newsletter send {slug}` sends it now, `newsletter cancel {slug}` gives it up; then `newsletter send \
                 {slug} --at TIME` sets another time"
            )),
            Self::Frozen(slug, _) => Some(format!(
                "go on with it as it is by `newsletter send {slug}`, or give the rest up by `newsletter cancel {slug}`"
            )),
            Self::Doubt(slug, _) => Some(format!(
                "`newsletter resolve {slug} --resend` sends them again, with the same Message-ID; `--assume-sent` \
                 takes them for sent"
            )),
            Self::Unpublished { slug, .. } => Some(format!(
                "`newsletter send {slug}` looks again, and begins; `newsletter cancel {slug}` gives it up"
            )),
            Self::Earlier { .. } => Some(
                "`--to-new` goes to those who were in no campaign of an issue, once these are at their end".to_owned(),
            ),
            Self::Freeze(FreezeError::Store(error)) => Some(error.help().to_owned()),
            Self::Freeze(_) | Self::Message(_) | Self::Refused(_) | Self::NotInDoubt { .. } => None,
            Self::Private(error) => Some(error.help()),
            Self::List(error) => error.help(),
            Self::Exists(_) => Some("choose another name; nothing is overwritten".to_owned()),
            Self::Record(Fault::UnknownKey { .. }) => {
                Some("the fields stand under `subscribers: {fields: …}` in `newsletter.yaml`".to_owned())
            }
            Self::Record(_) => None,
            Self::Import(_, error) => Some(error.help()),
            Self::Campaign(error) => error.help(),
            Self::Schedule(error) => Some(error.help().to_owned()),
            Self::Program(_) => Some("run it by its whole path".to_owned()),
            Self::Read(..) | Self::Mails(_) => Some("check that it is there and that you may read it".to_owned()),
            Self::Unsound => Some("mend what is shown above".to_owned()),
            Self::NoList => Some("add somebody, or import a file; the list is made then".to_owned()),
            Self::UnknownSegment { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::UnknownSegment { nearest: None, .. } => {
                Some("`segments: {NAME: EXPRESSION}` in `newsletter.yaml` holds them".to_owned())
            }
            Self::Unanswered { flag } => Some(format!("add `{flag}` where it is meant")),
            Self::WorkingFolder(_) => Some("name the publication with `-C DIR`".to_owned()),
            Self::Open(..) => Some("check that the folder is there and that you may read it".to_owned()),
            Self::Write(_, error) if error.kind() == io::ErrorKind::ResourceBusy => Some("run it again".to_owned()),
            Self::Write(..) => {
                Some("check that there is space and that you may write it; nothing of it was lost".to_owned())
            }
            Self::Serve(_) => Some("`newsletter lsp` is run by an editor; docs/editors.md says how".to_owned()),
            Self::Stdout(_) => None,
            Self::Runtime(error) if StoreError::is_out_of_files(error) => Some(StoreError::MORE_FILES.to_owned()),
            Self::Runtime(_) => Some("try again once this machine has less to do".to_owned()),
            Self::Signal(_) | Self::Watch => Some("run it without `--watch`".to_owned()),
            Self::Listen(..) => Some("name another port by `--port`; 0 takes any that is free".to_owned()),
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
            Self::Archive(_) => global.command("archive verify"),
            Self::Publish(_) => global.command("publish --dry-run"),
            Self::Export(ExportError::Archive(_)) => global.command("archive verify"),
            Self::Export(_) | Self::NoFile => return None,
            Self::Site(SiteError::Archive(_)) => global.command("archive verify"),
            Self::Site(_) => global.command("archive build"),
            Self::Scaffold(error) => global.command(&error.next()),
            Self::Key(_) | Self::Signer(_) | Self::Private(_) => {
                global.command("dkim keygen --domain DOMAIN --selector NAME --out FILE")
            }
            Self::WorkingFolder(_) | Self::Open(..) => "newsletter -C DIR".to_owned(),
            Self::UnknownTemplate { .. } => global.command("templates list"),
            Self::List(_) | Self::Record(_) | Self::Exists(_) => global.command("subscribers list"),
            Self::Import(file, _) => global.command(&format!("subscribers import {} --dry-run", shell(file))),
            Self::NoList => global.command("subscribers import FILE --dry-run"),
            Self::Campaign(_) => global.command("status"),
            Self::Schedule(_) | Self::Program(_) => global.command("schedule list"),
            Self::Unsound => global.command("check"),
            Self::UnknownSegment { .. } => global.command("segments list"),
            Self::Write(..) => global.command("check --fix"),
            Self::Signal(_) | Self::Watch | Self::Message(_) => global.command("check"),
            Self::Ledger(_) | Self::Freeze(FreezeError::Ledger(_)) | Self::NeverSent(_) => global.command("status"),
            Self::Relay(_) | Self::Session(_) | Self::Copy(..) | Self::Silent => global.command("doctor"),
            Self::Freeze(FreezeError::Letter { address, .. }) => {
                global.command(&format!("subscribers show {}", shell(address)))
            }
            Self::NobodyToSend(Some(name)) => global.command(&format!("segments test {}", shell(name))),
            Self::NobodyToSend(None) => global.command("subscribers import FILE --dry-run"),
            Self::Scheduled(slug, _) | Self::Frozen(slug, _) => global.command(&format!("status {}", shell(slug))),
            Self::Doubt(slug, _) => global.command(&format!("resolve {} --resend", shell(slug))),
            Self::NobodyNew { slug, .. } | Self::NobodyToCorrect(slug) => {
                global.command(&format!("status {}", shell(slug)))
            }
            Self::NotOnePost(_) => global.command("list"),
            Self::Runtime(_) => global.command("doctor"),
            Self::Listen(..) => global.command("archive serve --port 0"),
            Self::Unpublished { slug, .. } | Self::Missed { slug, .. } => {
                global.command(&format!("send {}", shell(slug)))
            }
            Self::Earlier { command, .. } => global.command(command),
            Self::NotInDoubt { slug, .. } => global.command(&format!("status {} --recipients", shell(slug))),
            Self::Freeze(_) | Self::Refused(_) | Self::When(_) => return None,
            Self::Serve(_) | Self::Stdout(_) | Self::Read(..) | Self::Mails(_) | Self::Unanswered { .. } => {
                return None;
            }
        })
    }

    /// Whether nobody reads on, as after `| head`: no failure at all.
    pub(super) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
