//! What is about to happen, said before anything does.

use chrono::{DateTime, Utc};

use crate::build::Built;
use crate::campaign::freeze::{Audience, Report};
use crate::campaign::ledger::Kind;
use crate::campaign::{gate, when};
use crate::cli::Failure;
use crate::cli::findings::{self, Format};
use crate::cli::output::printable;
use crate::cli::send::{Desk, readers};
use crate::message::MessageTemplate;
use crate::message::dkim::Signer;
use crate::publication::Publication;

/// What is about to be sent.
#[derive(Clone, Copy)]
pub(super) struct Plan<'a> {
    pub(super) publication: &'a Publication,
    pub(super) built: &'a Built,
    pub(super) audience: &'a Audience<'a>,
    pub(super) template: &'a MessageTemplate,
    /// What filling it for everybody came to.
    pub(super) report: &'a Report,
    /// Who signs it, where that is us.
    pub(super) signer: Option<&'a Signer>,
    /// When, if not now.
    pub(super) scheduled: Option<DateTime<Utc>>,
}

impl Desk<'_> {
    /// What is about to happen.
    pub(super) fn summary(&self, plan: &Plan<'_>) -> Result<(), Failure> {
        let Plan { publication, built, audience, template, report, signer, scheduled } = *plan;
        let config = &publication.config;
        let limits = self.limits(config);
        let to = match (audience.kind, audience.segment) {
            (Kind::New(_), Some((name, _))) => format!("segment `{name}`, whom no earlier campaign of it went to"),
            (Kind::New(_), None) => "whom no earlier campaign of it went to".to_owned(),
            (Kind::Correction(_), _) => "who got the issue that it corrects".to_owned(),
            (Kind::First, Some((name, _))) => format!("segment `{name}`"),
            (Kind::First, None) => "everybody".to_owned(),
        };
        let relay = match (self.args.instead_of_relay(), &config.smtp) {
            (Some(folder), _) => format!("files in `{}`", folder.display()),
            (None, Some(smtp)) => format!("{}:{}", smtp.host, smtp.port),
            (None, None) => "none".to_owned(),
        };
        let rate = limits.rate.map_or_else(|| "as fast as the relay takes it".to_owned(), |rate| format!("{rate}/s"));
        let time = limits.rate.map(|rate| seconds(report.total, rate));
        let from = config.from.as_ref().map_or_else(String::new, |from| {
            from.name.as_ref().map_or_else(String::new, |name| format!("{name} "))
                + &format!("<{}>", from.address.as_str())
        });
        let size = report.bytes / report.total.max(1) / 1024;
        let mut lines = vec![
            ("subject", template.subject()),
            ("from", from),
            ("to", format!("{} ({to})", readers(report.total))),
            ("relay", relay),
            (
                "rate",
                time.map_or_else(
                    || format!("{rate}; {} at 20/s", span(seconds(report.total, 20.0))),
                    |time| format!("{rate}, about {}", span(time)),
                ),
            ),
            ("size", format!("{size} kB each{}", if signer.is_some() { ", signed by us" } else { "" })),
        ];
        if !self.args.warmup.is_empty() {
            let days: Vec<_> = self.args.warmup.iter().map(u64::to_string).collect();
            lines.push(("days", format!("{}, then the rest", days.join(", "))));
        }
        if let Some(limit) = self.args.limit {
            lines.push(("limit", format!("{limit} in this run")));
        }
        if let Some(folder) = self.args.copies() {
            lines.push(("copies", format!("in `{}`", folder.display())));
        }
        if let Some(then) = scheduled {
            let day = then.with_timezone(&config.timezone).format("%A");
            lines.push(("at", format!("{day} {}", when::shown(then, config.timezone))));
        }
        for (name, value) in lines {
            self.terminal.say(&format!("{name:>8}  {}", printable(&value)));
        }
        if signer.is_some_and(Signer::is_ed25519_alone) {
            self.terminal.say(
                "    note  many servers cannot check a signature by Ed25519, and find none beside it; `newsletter dkim \
                 keygen` makes a key for RSA, with this one as `dkim.ed25519`",
            );
        }
        if config.unsubscribe.url.is_none() {
            self.terminal.say(
                "    note  without `unsubscribe.url` there is no one-click unsubscription, which Gmail and \
                 Yahoo ask of whoever sends 5,000 messages a day",
            );
        }
        let all = gate::findings(publication, built);
        let first: Vec<_> = all.into_iter().take(3).collect();
        if first.is_empty() {
            Ok(())
        } else {
            findings::show(&first, Format::Human, &self.place.folder(), self.terminal)
        }
    }
}

/// About how long so many messages take.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn seconds(messages: u64, rate: f64) -> f64 {
    messages as f64 / rate
}

/// Seconds in words.
fn span(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round();
    if minutes < 2.0 {
        format!("{seconds:.0} s")
    } else if minutes < 120.0 {
        format!("{minutes} min")
    } else {
        format!("{:.1} h", minutes / 60.0)
    }
}
