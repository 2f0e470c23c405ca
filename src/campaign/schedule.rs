//! What is to be sent later, and what has the machine send it: a timer of systemd, or cron.

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::campaign::ledger::{DeliveryState, Standing};
use crate::campaign::run::passes_by_itself;
use crate::campaign::status::Step;
use crate::token::CampaignId;

/// Something that `send --due` is going to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// The post.
    pub slug: String,
    /// The campaign.
    pub campaign: CampaignId,
    /// What.
    pub what: What,
    /// How many messages wait for it.
    pub count: u64,
}

/// What is going to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A campaign begins.
    Begin,
    /// It should have begun, and nobody was there for so long that the user has to.
    Missed,
    /// Its next wave goes out.
    Wave,
    /// What was deferred is tried again.
    Retry,
    /// What a run left goes out, as soon as somebody looks.
    Rest,
}

impl What {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Begin => "beginning",
            Self::Missed => "missed beginning",
            Self::Wave => "next wave",
            Self::Retry => "retries",
            Self::Rest => "rest",
        }
    }
}

/// What is to be done for campaigns after `now`, the next first.
pub fn entries(standings: &[Standing], now: DateTime<Utc>) -> Vec<Entry> {
    let of = |standing: &Standing| {
        let pending = standing.counts.of(DeliveryState::Pending);
        let reason = standing.campaign.reason.as_deref();
        let (at, what, count) = match standing.steps(now).first()? {
            Step::Begin { at } => (*at, What::Begin, pending),
            Step::Missed { at } => (*at, What::Missed, pending),
            Step::Wave { at } => (*at, What::Wave, pending),
            Step::Retry { due } => (*due, What::Retry, standing.counts.of(DeliveryState::Deferred)),
            Step::Send if reason.is_none_or(passes_by_itself) => (now, What::Rest, pending),
            _ => return None,
        };
        Some(Entry { at, slug: standing.campaign.slug.clone(), campaign: standing.campaign.id, what, count })
    };
    let mut entries: Vec<_> = standings.iter().filter_map(of).collect();
    entries.sort_by_key(|entry| (entry.at, entry.campaign));
    entries
}

/// A path cannot stand in such files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot stand in a timer: it is not plain text")]
pub struct PathError(String);

impl PathError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        "give the folder a name in UTF-8 without line ends"
    }
}

/// The regular run of `send --due` for one publication.
#[derive(Clone, Debug)]
pub struct Job {
    program: String,
    root: String,
    unit: String,
}

impl Job {
    /// A job that runs `program` on the publication at `root`; both absolute. Its units are named
    /// after the folder.
    ///
    /// # Errors
    /// When a path cannot stand in such files.
    pub fn new(program: &Path, root: &Path) -> Result<Self, PathError> {
        let text = |path: &Path| {
            let plain = path.to_str().filter(|path| !path.contains(char::is_control));
            plain.map(str::to_owned).ok_or_else(|| PathError(path.display().to_string()))
        };
        let folder = root.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let mut unit = "newsletter".to_owned();
        for part in folder.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
            if part != "newsletter" {
                unit = format!("{unit}-{}", part.to_ascii_lowercase());
            }
        }
        Ok(Self { program: text(program)?, root: text(root)?, unit })
    }

    /// The name of its units, without their endings.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// The service (systemd.service(5)): one run.
    pub fn service(&self) -> String {
        let Self { program, root, .. } = self;
        // Variables are not put into the program's own path.
        let (program, root) = (quoted(program), quoted(&root.replace('$', "$$")));
        format!(
            "[Unit]\nDescription=Send newsletters that are due\n\n[Service]\nType=oneshot\n\
             ExecStart={program} -C {root} --quiet send --due\n"
        )
    }

    /// The timer (systemd.timer(5)): every five minutes. What was missed while the machine was off
    /// is looked at once when it is on again.
    pub fn timer(&self) -> String {
        "[Unit]\nDescription=Look for newsletters that are due\n\n[Timer]\nOnCalendar=*:0/5\nPersistent=true\n\n\
         [Install]\nWantedBy=timers.target\n"
            .to_owned()
    }

    /// The line for `crontab -e` (crontab(5)).
    pub fn crontab(&self) -> String {
        // A percent sign is a line's end there, whatever quotes it stands in.
        let word = |text: &str| format!("'{}'", text.replace('\'', "'\\''")).replace('%', "\\%");
        format!("*/5 * * * * {} -C {} --quiet send --due\n", word(&self.program), word(&self.root))
    }
}

/// A word of a command line in a unit (systemd.service(5), 'Command lines').
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_names_program_and_publication_by_their_whole_paths() {
        let job = Job::new(Path::new("/opt/newsletter"), Path::new("/home/mira/Upstream News")).unwrap();
        assert_eq!(job.unit(), "newsletter-upstream-news");
        let line = "ExecStart=\"/opt/newsletter\" -C \"/home/mira/Upstream News\" --quiet send --due\n";
        assert!(job.service().ends_with(line), "{}", job.service());
        let line = "*/5 * * * * '/opt/newsletter' -C '/home/mira/Upstream News' --quiet send --due\n";
        assert_eq!(job.crontab(), line);
        assert_eq!(Job::new(Path::new("/a"), Path::new("/新闻")).unwrap().unit(), "newsletter");
    }

    #[test]
    fn odd_paths_are_escaped_as_each_reader_takes_them() {
        let job = Job::new(Path::new("/a b/$n"), Path::new("/it's 100%/\"$HOME\"\\")).unwrap();
        let line = "ExecStart=\"/a b/$n\" -C \"/it's 100%%/\\\"$$HOME\\\"\\\\\" --quiet send --due\n";
        assert!(job.service().ends_with(line), "{}", job.service());
        let line = "*/5 * * * * '/a b/$n' -C '/it'\\''s 100\\%/\"$HOME\"\\' --quiet send --due\n";
        assert_eq!(job.crontab(), line);
        assert!(Job::new(Path::new("/a"), Path::new("/b\nc")).is_err());
    }

    /// What cron hands over, and what the shell makes of it, is the path again.
    #[test]
    fn a_shell_reads_the_line_of_cron_back() {
        let root = "/it's 100%/\"$HOME\"\\ `id`";
        let job = Job::new(Path::new("/bin/echo"), Path::new(root)).unwrap();
        let command = job.crontab().replace("*/5 * * * * ", "").replace("\\%", "%");
        let ran = std::process::Command::new("sh").args(["-c", &command]).output().unwrap();
        assert_eq!(String::from_utf8(ran.stdout).unwrap(), format!("-C {root} --quiet send --due\n"));
    }
}
