//! What `send` is told, and how that is said again.

use std::path::PathBuf;
use std::time::Duration;

use crate::address::EmailAddress;
use crate::cli::global::shell;
use crate::cli::subscribers::address;

/// Send an issue to its readers, or go on with one that is unfinished
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags as they are written")]
pub(in crate::cli) struct Args {
    /// The post: a file or a slug
    #[arg(value_name = "POST", required_unless_present = "due", conflicts_with = "due")]
    pub(super) post: Option<String>,
    /// Do everything but connect: fill the message for every reader, and show what would happen
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Send copies to these addresses alone, outside the ledger, marked as tests
    #[arg(long, value_name = "ADDRESS", num_args = 1.., value_parser = address, conflicts_with_all = NO_TEST)]
    pub(super) test: Vec<EmailAddress>,
    /// Write messages to DIR as files, instead of handing them to the relay
    #[arg(long, value_name = "DIR")]
    pub(super) to_dir: Option<PathBuf>,
    /// Send to this segment, instead of the one that the post names
    #[arg(long, value_name = "NAME")]
    pub(super) segment: Option<String>,
    /// Send at most N messages in this run
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) limit: Option<u64>,
    /// Send at most N messages a second, instead of `smtp.rate`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) rate: Option<u32>,
    /// Use N connections, instead of `smtp.connections`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(super) connections: Option<u16>,
    /// Send so many on the first day, so many more on the second, …, and the rest on the day after
    #[arg(long, value_name = "N,N", value_delimiter = ',', value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) warmup: Vec<u64>,
    /// Try a message that the relay puts off for so long
    #[arg(long, value_name = "HOURS", value_parser = hours)]
    pub(super) retry_for: Option<Duration>,
    /// Freeze the issue now, and let `send --due` send it at TIME
    #[arg(long, value_name = "TIME", conflicts_with_all = AT_ONCE)]
    pub(super) at: Option<String>,
    /// Send what is scheduled and due, and go on with what waits for a retry or the next day
    #[arg(long, conflicts_with_all = BEGINS)]
    pub(super) due: bool,
    /// Wait for retries and the next days, however long they take
    #[arg(long)]
    pub(super) wait: bool,
    /// Do not ask
    #[arg(long)]
    pub(super) yes: bool,
    /// Send an issue that was sent before to those whom no earlier campaign of it went to
    #[arg(long, conflicts_with_all = ["correction_of", "retry_failed"])]
    pub(super) to_new: bool,
    /// Send this post to those who got the issue SLUG, and are still subscribed
    #[arg(long, value_name = "SLUG", conflicts_with = "retry_failed")]
    pub(super) correction_of: Option<String>,
    /// Try once more what failed
    #[arg(long, conflicts_with_all = ["segment", "warmup", "retry_for", "at"])]
    pub(super) retry_failed: bool,
    /// Do not look whether the web page and the images are there
    #[arg(long)]
    pub(super) skip_publish_check: bool,
    /// Go on although the database seems to be an old copy: you know who got the issue
    #[arg(long)]
    pub(super) accept_old: bool,
}

/// What a run of `--test` has no use for: nothing is counted, kept or waited for.
const NO_TEST: [&str; 15] = [
    "dry_run",
    "segment",
    "limit",
    "rate",
    "connections",
    "warmup",
    "retry_for",
    "at",
    "due",
    "wait",
    "to_new",
    "correction_of",
    "retry_failed",
    "skip_publish_check",
    "accept_old",
];

/// What is for the run that sends, which is a later one where there is `--at`.
const AT_ONCE: [&str; 7] = ["to_dir", "rate", "limit", "connections", "wait", "skip_publish_check", "accept_old"];

/// What begins a campaign or names one, which `--due` does not.
const BEGINS: [&str; 9] =
    ["dry_run", "to_dir", "segment", "warmup", "retry_for", "to_new", "correction_of", "retry_failed", "at"];

impl Args {
    /// The folder that takes the messages in the relay's place.
    pub(super) fn instead_of_relay(&self) -> Option<&PathBuf> {
        self.to_dir.as_ref().filter(|_| !self.dry_run)
    }

    /// The folder that a rehearsal writes copies to.
    pub(super) fn copies(&self) -> Option<&PathBuf> {
        self.to_dir.as_ref().filter(|_| self.dry_run)
    }

    /// The command that does what was rehearsed: all that was said, but for `--dry-run` and where
    /// copies went.
    pub(super) fn in_earnest(&self, slug: &str) -> String {
        let flags = [
            ("--to-new", self.to_new),
            ("--retry-failed", self.retry_failed),
            ("--wait", self.wait),
            ("--skip-publish-check", self.skip_publish_check),
            ("--accept-old", self.accept_old),
        ];
        let warmup: Vec<_> = self.warmup.iter().map(u64::to_string).collect();
        let values = [
            ("--correction-of", self.correction_of.clone()),
            ("--segment", self.segment.clone()),
            ("--limit", self.limit.map(|limit| limit.to_string())),
            ("--rate", self.rate.map(|rate| rate.to_string())),
            ("--connections", self.connections.map(|connections| connections.to_string())),
            ("--warmup", Some(warmup.join(",")).filter(|days| !days.is_empty())),
            ("--retry-for", self.retry_for.map(|time| format!("{}h", time.as_secs() / 3600))),
            ("--at", self.at.clone()),
        ];
        let flags = flags.into_iter().filter(|(_, given)| *given).map(|(flag, _)| format!(" {flag}"));
        let values = values.into_iter().filter_map(|(flag, value)| Some(format!(" {flag} {}", shell(&value?))));
        format!("send {}", shell(slug)) + &flags.chain(values).collect::<String>()
    }
}

fn hours(text: &str) -> Result<Duration, String> {
    let hours = text.strip_suffix('h').unwrap_or(text).parse::<u64>().ok().filter(|hours| (1..=720).contains(hours));
    hours.map(|hours| Duration::from_secs(hours * 3600)).ok_or_else(|| "write hours, as `48h`".to_owned())
}
