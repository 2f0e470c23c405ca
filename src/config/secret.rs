//! Secrets are named in the configuration, never written there, and read when a command needs one.

use std::fmt;
use std::path::Path;
use std::process::Command;

/// Where a secret is to be found. Holds no secret itself, so it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// An environment variable's name.
    Env(String),
    /// A file, relative to the publication or absolute.
    File(String),
    /// A program and its arguments, whose standard output is the secret.
    Command(Vec<String>),
}

/// Why a secret cannot be had. Says where it was looked for, never what was found.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set, or not UTF-8.
    #[error("the environment variable `{0}` is not set")]
    NotSet(String),
    /// The file cannot be read.
    #[error("cannot read the secret from `{path}`: {error}")]
    File {
        /// As the configuration names it.
        path: String,
        /// What the disk said.
        #[source]
        error: std::io::Error,
    },
    /// The program cannot be started.
    #[error("cannot run `{program}` for the secret: {error}")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        #[source]
        error: std::io::Error,
    },
    /// The program ended with an error.
    #[error("`{program}` failed ({status}), so there is no secret")]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// What was found is not UTF-8.
    #[error("the secret from {0} is not UTF-8 text")]
    NotText(String),
    /// What was found is empty.
    #[error("the secret from {0} is empty")]
    Empty(String),
}

/// A secret. It can be used, and neither shown nor compared by accident.
#[derive(Clone)]
pub struct SecretValue(String);

impl SecretValue {
    /// The secret itself, for the one place that hands it on.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue(…)")
    }
}

impl Secret {
    /// Fetches the secret; `root` is the publication's folder. The line end after it is not part
    /// of it. A command runs in `root` without a shell and may ask the user on the terminal.
    ///
    /// # Errors
    /// When it is not where the configuration says, is empty or is not text.
    pub fn resolve(&self, root: &Path) -> Result<SecretValue, SecretError> {
        let text = match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment for a secret")]
            Self::Env(name) => std::env::var(name).map_err(|_| SecretError::NotSet(name.clone()))?,
            Self::File(path) => {
                let bytes =
                    std::fs::read(root.join(path)).map_err(|error| SecretError::File { path: path.clone(), error })?;
                String::from_utf8(bytes).map_err(|_| SecretError::NotText(self.place()))?
            }
            Self::Command(arguments) => self.run(arguments, root)?,
        };
        let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
        if text.is_empty() { Err(SecretError::Empty(self.place())) } else { Ok(SecretValue(text.to_owned())) }
    }

    fn run(&self, arguments: &[String], root: &Path) -> Result<String, SecretError> {
        let Some((program, rest)) = arguments.split_first() else { return Err(SecretError::Empty(self.place())) };
        let output = Command::new(program)
            .args(rest)
            .current_dir(root)
            .stdin(std::process::Stdio::inherit())
            .stderr(std::process::Stdio::inherit())
            .output()
            .map_err(|error| SecretError::Start { program: program.clone(), error })?;
        if !output.status.success() {
            return Err(SecretError::Failed { program: program.clone(), status: output.status });
        }
        String::from_utf8(output.stdout).map_err(|_| SecretError::NotText(self.place()))
    }

    /// Where it is, in words.
    fn place(&self) -> String {
        match self {
            Self::Env(name) => format!("the environment variable `{name}`"),
            Self::File(path) => format!("`{path}`"),
            Self::Command(arguments) => format!("`{}`", arguments.first().map_or("", String::as_str)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Secret, SecretError};

    fn resolve(secret: &Secret) -> Result<String, SecretError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("key"), "  pass word\r\n").unwrap();
        std::fs::write(folder.path().join("empty"), "\n").unwrap();
        secret.resolve(folder.path()).map(|value| value.expose().to_owned())
    }

    fn command(arguments: &[&str]) -> Secret {
        Secret::Command(arguments.iter().map(|&argument| argument.to_owned()).collect())
    }

    #[test]
    fn only_the_line_end_after_a_secret_is_taken_off() {
        assert_eq!(resolve(&Secret::File("key".into())).unwrap(), "  pass word");
        assert_eq!(resolve(&command(&["cat", "key"])).unwrap(), "  pass word");
        assert!(matches!(resolve(&Secret::File("empty".into())), Err(SecretError::Empty(_))));
    }

    #[test]
    fn no_shell_reads_the_command() {
        assert_eq!(resolve(&command(&["printf", "%s", "$HOME; exit 1"])).unwrap(), "$HOME; exit 1");
    }

    #[test]
    fn errors_say_where_and_not_what() {
        let text = |secret: Secret| resolve(&secret).unwrap_err().to_string();
        assert_eq!(
            text(Secret::Env("NEWSLETTER_TEST_UNSET".into())),
            "the environment variable `NEWSLETTER_TEST_UNSET` is not set"
        );
        assert!(text(Secret::File("none".into())).starts_with("cannot read the secret from `none`: "));
        let program = text(command(&["newsletter-no-such-program"]));
        assert!(program.starts_with("cannot run `newsletter-no-such-program` for the secret: "));
        assert!(text(command(&["false"])).starts_with("`false` failed"));
    }

    #[test]
    fn a_secret_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let value = command(&["printf", "hunter2"]).resolve(folder.path()).unwrap();
        assert_eq!(value.expose(), "hunter2");
        assert!(!format!("{value:?} {value:#?}").contains("hunter2"));
    }
}
