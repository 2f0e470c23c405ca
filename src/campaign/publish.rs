//! Before the first message: what its readers will ask the web for is put there, and is there.

use std::fmt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::archive::Archive;
use crate::build::output::Folder;
use crate::files::Disk;
use crate::publication::Publication;
use crate::site::{self, Report, SiteError};
use crate::web::{Address, AskError, Limits, Reach, Web, is_private};

/// How long one answer of the writer's own site may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why the pages could not be put on the web.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// There is no new site.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The program cannot be started.
    #[error("cannot run `{program}`, which `publish.command` names: {error}")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        #[source]
        error: std::io::Error,
    },
    /// The program ended with an error.
    #[error("`{program}`, which `publish.command` names, failed ({status})")]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },
}

impl PublishError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Site(error) => error.help(),
            Self::Start { .. } => {
                "name a program of `PATH`, or one by its path from the folder of `newsletter.yaml`; no shell reads the line"
                    .to_owned()
            }
            Self::Failed { .. } => "what it said stands above; the site stands as it was built".to_owned(),
        }
    }
}

/// Builds the site of all that is archived into `folder`, and runs the program of `publish.command`,
/// which puts it on the web. Without a `base_url` there is no site, and the program runs alone.
///
/// # Errors
/// When the site cannot be built, or the program cannot be started or fails; it is not run then.
pub fn publish(
    publication: &Publication,
    archive: &Archive,
    files: &Disk,
    folder: &Folder,
) -> Result<Option<Report>, PublishError> {
    let built = match publication.config.base_url {
        Some(_) => Some(site::build(publication, archive, files, folder)?),
        None => None,
    };
    execute(&publication.config.publish, files.root())?;
    Ok(built)
}

/// Runs a program in the publication's folder, without a shell; nothing to do where none is named.
/// What it says goes to standard error, where all talk goes.
fn execute(command: &[String], root: &Path) -> Result<(), PublishError> {
    let Some((program, arguments)) = command.split_first() else { return Ok(()) };
    // A path is one from the publication, whatever the working folder is.
    let place = root.join(program);
    let named = if program.contains('/') { place.as_os_str() } else { program.as_ref() };
    let status = Command::new(named)
        .args(arguments)
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::from(std::io::stderr()))
        .status()
        .map_err(|error| PublishError::Start { program: program.clone(), error })?;
    if status.success() { Ok(()) } else { Err(PublishError::Failed { program: program.clone(), status }) }
}

/// What a mail leads its readers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The post on the web.
    Page,
    /// An image that the mail shows.
    Image,
}

/// Something that readers would miss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What it is.
    pub wanted: Wanted,
    /// Where the mail says that it is.
    pub url: String,
    /// What was there instead.
    pub found: Found,
}

/// What was there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// An answer of this status.
    Status(u16),
    /// No answer.
    Nothing(AskError),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.wanted {
            Wanted::Page => "the web page",
            Wanted::Image => "the image",
        };
        write!(f, "{what} `{}` does not answer: ", self.url)?;
        match &self.found {
            Found::Status(status) => write!(f, "its server says {status}"),
            Found::Nothing(error) => error.fmt(f),
        }
    }
}

impl Missing {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match &self.found {
            Found::Nothing(AskError::Private(_)) => {
                "if all your readers are on that network, send with `--skip-publish-check`"
            }
            _ => {
                "put it on the web (`publish.command` does it for you), or send with `--skip-publish-check` if it will be there in time"
            }
        }
    }
}

/// Asks whether what a mail leads to answers: its web page, where it has one (a private post has
/// none), and its hosted images, each at the address that the mail links, which holds the hash of
/// the image's content: an older image is at another. `reach` is that of [`reach`].
pub fn missing(page: Option<&str>, images: &[String], reach: Reach) -> Vec<Missing> {
    // One's own site is not asked for patience with oneself.
    let web = Web::new(Limits { request: PATIENCE, pause: Duration::ZERO, reach, ..Limits::default() });
    let page = page.map(|url| (Wanted::Page, url));
    let images = images.iter().map(|url| (Wanted::Image, url.as_str()));
    let ask = |(wanted, url): (Wanted, &str)| {
        let found = match web.ask(url) {
            Ok(answer) if answer.is_fine() => return None,
            Ok(answer) => Found::Status(answer.status),
            Err(error) => Found::Nothing(error),
        };
        Some(Missing { wanted, url: url.to_owned(), found })
    };
    page.into_iter().chain(images).filter_map(ask).collect()
}

/// How far asking goes for a site of this address. It is the writer's own choice: where it names
/// this machine or its network, so may the questions.
pub fn reach(base_url: &str) -> Reach {
    match Address::parse(base_url) {
        Ok(address) if is_private(address.host()) => Reach::Everywhere,
        _ => Reach::Public,
    }
}

#[cfg(test)]
mod tests {
    use super::{PublishError, execute, reach};
    use crate::web::Reach;

    fn command(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn nothing_runs_where_nothing_is_named() {
        execute(&[], std::path::Path::new("/nowhere")).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn the_program_runs_in_the_publication_and_no_shell_reads_its_arguments() {
        let folder = tempfile::tempdir().unwrap();
        execute(&command(&["touch", "a b;$HOME"]), folder.path()).unwrap();
        assert!(folder.path().join("a b;$HOME").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_path_is_one_from_the_publication() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("publish.sh");
        std::fs::write(&script, "#!/bin/sh\ntouch done\n").unwrap();
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).unwrap();
        execute(&command(&["./publish.sh"]), folder.path()).unwrap();
        assert!(folder.path().join("done").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_fails_or_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = execute(&command(&["false"]), folder.path()).unwrap_err();
        assert!(matches!(error, PublishError::Failed { .. }), "{error}");
        assert!(error.to_string().starts_with("`false`, which `publish.command` names, failed"), "{error}");
        let error = execute(&command(&["./none"]), folder.path()).unwrap_err();
        assert!(error.to_string().starts_with("cannot run `./none`"), "{error}");
    }

    #[test]
    fn only_a_site_of_this_network_is_asked_for_there() {
        assert_eq!(reach("http://127.0.0.1:8080/a"), Reach::Everywhere);
        assert_eq!(reach("http://[::1]/"), Reach::Everywhere);
        assert_eq!(reach("https://letter.example"), Reach::Public);
        assert_eq!(reach("nonsense"), Reach::Public);
    }
}
