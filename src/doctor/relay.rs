//! Whether the relay is there, is proven to be the one that is meant, and lets us in.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::campaign::relay::{self, RelayError};
use crate::config::Config;
use crate::doctor::Check;
use crate::doctor::setup::Newest;
use crate::smtp::{
    Certificate, Command, Connection as _, Credentials, Relay as _, Session, SessionError, Settings, SmtpRelay,
    Timeouts, Tls,
};

/// How long before the end of a certificate it is time to say so.
const SOON: TimeDelta = TimeDelta::days(7);
/// What comes to a message beyond the sample: two signatures, long names and tokens.
const MARGIN: u64 = 8 * 1024;
/// The names of a certificate that are shown.
const NAMES: usize = 4;

pub(super) async fn examine(config: &Config, root: &Path, newest: Option<Newest>, now: DateTime<Utc>) -> Vec<Check> {
    let settings = match relay::settings(config, root) {
        Ok(settings) => settings,
        Err(error) => return vec![Check::error("relay", error.to_string()).help(error.help())],
    };
    // Somebody waits for this.
    let (connect, command) = (Duration::from_secs(10), Duration::from_secs(30));
    let settings = Settings { timeouts: Timeouts { connect, command, ..settings.timeouts }, ..settings };
    let session = match begin(settings.clone()).await {
        Ok(session) => session,
        Err(Ended::Settings(error)) => return vec![Check::error("relay", error.to_string()).help(error.help())],
        Err(Ended::Session(error)) if is_of_credentials(&error) => {
            let mut all = vec![refusal("authentication", &error)];
            // The rest can be looked at all the same.
            if let Ok(session) = begin(Settings { credentials: None, ..settings.clone() }).await {
                all.extend(judge(&session, &settings, newest, now));
                session.quit().await;
            }
            return all;
        }
        Err(Ended::Session(error)) => return vec![refusal(topic(&error), &error)],
    };
    let mut all = judge(&session, &settings, newest, now);
    all.push(authentication(&settings));
    session.quit().await;
    all
}

/// Why there is no session.
enum Ended {
    Settings(RelayError),
    Session(SessionError),
}

async fn begin(settings: Settings) -> Result<Session, Ended> {
    let relay = SmtpRelay::new(settings).map_err(|error| Ended::Settings(error.into()))?;
    Box::pin(relay.connect()).await.map_err(Ended::Session)
}

fn is_of_credentials(error: &SessionError) -> bool {
    matches!(error, SessionError::NoMechanism { .. } | SessionError::UnexpectedReply { command: Command::Auth(_), .. })
}

fn topic(error: &SessionError) -> &'static str {
    match error {
        SessionError::Plaintext(_)
        | SessionError::Tls { .. }
        | SessionError::Certificate { .. }
        | SessionError::NoStartTls(_)
        | SessionError::Injected
        | SessionError::UnexpectedReply { command: Command::StartTls, .. }
        | SessionError::Timeout { command: Command::Handshake, .. } => "tls",
        _ => "relay",
    }
}

fn refusal(check: &'static str, error: &SessionError) -> Check {
    let help = error.help().unwrap_or("check `smtp.host` and `smtp.port`, and try again later");
    Check::error(check, error.to_string()).help(help)
}

fn judge(session: &Session, settings: &Settings, newest: Option<Newest>, now: DateTime<Utc>) -> Vec<Check> {
    let Settings { host, port, .. } = settings;
    let mut all = vec![Check::ok("relay", format!("`{host}:{port}` answers"))];
    all.push(match session.protection() {
        None if settings.tls == Tls::None => Check::note("tls", "the connection has no TLS, as `smtp.tls: none` says")
            .help("only for a relay on this machine, or in a network of your own"),
        None => Check::error("tls", "the connection has no TLS"),
        Some(protection) => match &protection.certificate {
            None => Check::ok("tls", format!("{}, and the certificate is trusted", protection.version)),
            Some(certificate) => of_certificate(protection.version, certificate, now),
        },
    });
    all.extend(capabilities(session));
    let limit = session.capabilities().size();
    all.extend(newest.zip(limit).map(|(Newest { path, bytes }, limit)| {
        if bytes + MARGIN <= limit {
            Check::ok(
                "size",
                format!("`{path}` makes a message of {}, and the relay takes {}", size(bytes), size(limit)),
            )
        } else {
            let message = format!(
                "`{path}` makes a message of {}, and the relay takes no more than {}",
                size(bytes),
                size(limit)
            );
            Check::error("size", message).help("let images be hosted (`images: hosted`), or make attachments smaller")
        }
    }));
    all
}

fn of_certificate(version: &str, certificate: &Certificate, now: DateTime<Utc>) -> Check {
    let Certificate { names, expires } = certificate;
    let mut shown: Vec<_> = names.iter().take(NAMES).map(|name| format!("`{name}`")).collect();
    if names.len() > NAMES {
        shown.push(format!("{} more", names.len() - NAMES));
    }
    let whose = if shown.is_empty() { String::new() } else { format!(", for {}", shown.join(", ")) };
    let message = format!("{version}; the certificate is trusted{whose}, until {}", expires.format("%Y-%m-%d"));
    if *expires - now < SOON {
        return Check::warning("tls", message)
            .why("nothing is sent to a relay whose certificate has ended")
            .help("if the relay is yours, renew it; else send before that day, or ask its operator");
    }
    Check::ok("tls", message)
}

fn capabilities(session: &Session) -> Vec<Check> {
    const CHECK: &str = "capabilities";
    let offered = session.capabilities();
    let keywords: Vec<_> = offered.keywords().collect();
    if keywords.is_empty() {
        let check = Check::warning(CHECK, "the relay offers none of the extensions of SMTP");
        return vec![check.why("each message takes five round trips, and sizes and reasons are not told")];
    }
    let mut all = vec![Check::ok(CHECK, format!("the relay offers {}", keywords.join(", ")))];
    if !offered.offers("PIPELINING") {
        all.push(
            Check::note(CHECK, "without PIPELINING each message takes five round trips instead of one")
                .help("raise `smtp.connections` as far as the relay allows"),
        );
    }
    if !offered.offers("SMTPUTF8") {
        all.push(Check::note(
            CHECK,
            "without SMTPUTF8 readers whose address is not in plain letters cannot be reached",
        ));
    }
    all
}

fn authentication(settings: &Settings) -> Check {
    let Some(Credentials::Password { username, .. } | Credentials::OAuth2 { username, .. }) = &settings.credentials
    else {
        return Check::note("authentication", "nobody signs in: `smtp.username` is not given")
            .help("right only where the relay knows this machine by its address");
    };
    Check::ok("authentication", format!("the relay lets `{username}` in"))
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit after the point")]
fn size(bytes: u64) -> String {
    if bytes < 1_000_000 { format!("{} KB", bytes.div_ceil(1000)) } else { format!("{:.1} MB", bytes as f64 / 1e6) }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone as _, Utc};

    use super::{of_certificate, size};
    use crate::doctor::Level;
    use crate::smtp::Certificate;

    #[test]
    fn a_certificate_that_ends_soon_is_a_warning() {
        let now = Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap();
        let of = |days, names: &[&str]| {
            let names = names.iter().map(|&name| name.to_owned()).collect();
            let check = of_certificate("TLS 1.3", &Certificate { names, expires: now + TimeDelta::days(days) }, now);
            (check.level, check.message)
        };
        let message = "TLS 1.3; the certificate is trusted, for `a.example`, until 2026-03-09";
        assert_eq!(of(8, &["a.example"]), (Level::Ok, message.to_owned()));
        assert_eq!(of(6, &["a.example"]).0, Level::Warning);
        let many = ["a.example", "b.example", "c.example", "d.example", "e.example", "f.example"];
        assert!(of(8, &many).1.contains("for `a.example`, `b.example`, `c.example`, `d.example`, 2 more, until"));
        assert_eq!(of(8, &[]).1, "TLS 1.3; the certificate is trusted, until 2026-03-09");
    }

    #[test]
    fn a_size_is_never_shown_as_nothing() {
        assert_eq!([size(1), size(30_000), size(35_882_577)], ["1 KB", "30 KB", "35.9 MB"]);
    }
}
