//! Secrets are named in the configuration, never written there, and read when a command needs one.

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
