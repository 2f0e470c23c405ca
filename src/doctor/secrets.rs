//! Whether files with secrets are for their owner's eyes alone.

use std::path::Path;

use crate::config::{Config, Secret};
use crate::doctor::Check;
use crate::files::private::{self, PrivateError};

pub(super) fn examine(config: &Config, root: &Path) -> Vec<Check> {
    let dkim = config.dkim.as_ref();
    let named = [
        ("smtp.password", config.smtp.as_ref().and_then(|smtp| smtp.password.as_ref())),
        ("dkim.key", dkim.and_then(|dkim| dkim.key.as_ref())),
        ("dkim.ed25519.key", dkim.and_then(|dkim| dkim.ed25519.as_ref()).map(|second| &second.key)),
    ];
    let file = |(key, secret): (&'static str, Option<&Secret>)| match secret {
        Some(Secret::File(path)) => Some((format!("`{path}` ({key})"), root.join(path))),
        _ => None,
    };
    // One that is not there is missed by who needs it.
    let files = named.into_iter().filter_map(file).filter(|(_, path)| path.exists());
    files.flat_map(|(what, path)| judge("secrets", &what, &path)).collect()
}

/// Who else can read a file: other users of this machine, or whoever has the repository.
pub(super) fn judge(check: &'static str, what: &str, path: &Path) -> Vec<Check> {
    let mut all = Vec::new();
    if is_open(path) {
        let message = format!("{what} can be read by other users of this machine");
        all.push(Check::warning(check, message).help(format!("run `chmod 600 {}`", path.display())));
    }
    if let Err(error) = private::refuse_tracked(path) {
        let found = match error {
            PrivateError::Tracked(_) => Check::error(check, error.to_string()),
            PrivateError::NotIgnored(_) => Check::warning(check, error.to_string()),
            _ => Check::note(check, error.to_string()),
        };
        all.push(found.help(error.help()));
    }
    if all.is_empty() {
        all.push(Check::ok(check, format!("{what} is for its owner alone")));
    }
    all
}

#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_path: &Path) -> bool {
    false
}
