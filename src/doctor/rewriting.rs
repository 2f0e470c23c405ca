//! Relays that change what a signature of ours covers.

use crate::config::{Config, Sign};
use crate::doctor::Check;

/// A service, by the end of its servers' names, and what its documentation says that it writes
/// anew. A service is listed only where that is documented.
const RELAYS: &[(&str, &str, &str, &str)] = &[
    // "Amazon SES header fields" of its developer guide.
    ("amazonaws.com", "Amazon SES", "`Date` and `Message-ID`", "let it sign (Easy DKIM, or your own key given to it)"),
    // "Send email with SMTP" of its user guide: unless `X-PM-KeepID` asks for the sender's.
    ("postmarkapp.com", "Postmark", "`Message-ID`", "let it sign"),
    // "SMTP headers and replies" of its documentation.
    ("emailit.com", "Emailit", "`Date`, `Message-ID` and `Subject`", "let it sign"),
];

pub(super) fn examine(config: &Config) -> Option<Check> {
    let host = config.smtp.as_ref()?.host.to_ascii_lowercase();
    config.dkim.as_ref().filter(|dkim| dkim.sign == Sign::Own)?;
    let is_of = |end: &str| host.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    // Machines of one's own have names there too.
    let sends = |name: &str| name != "Amazon SES" || host.contains("email-smtp");
    let (_, name, fields, help) = RELAYS.iter().find(|(end, name, ..)| is_of(end) && sends(name))?;
    Some(
        Check::warning("rewriting", format!("{name} writes its own {fields} into the mail, and `dkim.sign` is `own`"))
            .why("our signature covers them and fails once they are changed")
            .help(format!("{help}, and set `dkim: {{sign: relay}}`")),
    )
}

#[cfg(test)]
mod tests {
    use super::examine;
    use crate::config::Config;
    use crate::diagnostic::{Sink, Source};
    use crate::doctor::Level;

    fn level(host: &str, sign: &str) -> Option<Level> {
        let text = format!("name: L\nsmtp: {{host: {host}}}\ndkim: {{sign: {sign}}}\n");
        let config = Config::load(&Source::new("newsletter.yaml", text), &mut Sink::new()).unwrap();
        examine(&config).map(|check| check.level)
    }

    #[test]
    fn only_our_own_signature_suffers_and_only_there() {
        assert_eq!(level("email-smtp.eu-west-1.amazonaws.com", "own"), Some(Level::Warning));
        assert_eq!(level("SMTP-broadcasts.postmarkapp.com", "own"), Some(Level::Warning));
        assert_eq!(level("email-smtp.eu-west-1.amazonaws.com", "relay"), None);
        assert_eq!(level("smtp.notpostmarkapp.com", "own"), None);
        assert_eq!(level("ec2-192-0-2-1.compute.amazonaws.com", "own"), None);
        assert_eq!(level("smtp.letter.example", "own"), None);
    }
}
