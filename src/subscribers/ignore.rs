//! Keeps the database out of git, which would keep addresses and keys for ever.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::subscribers::FILE;

/// Whether git would take the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// It would have; `.gitignore` got a line.
    Now,
    /// It would not, or there is no git here.
    Already,
}

/// Adds the database, and what stands beside it, to `.gitignore`, where the folder is in a git
/// repository that does not ignore it.
///
/// # Errors
/// When `.gitignore` cannot be written.
pub fn ignore(root: &Path) -> io::Result<Ignored> {
    if !root.ancestors().any(|folder| folder.join(".git").exists()) {
        return Ok(Ignored::Already);
    }
    let line = format!("/{FILE}*");
    let path = root.join(".gitignore");
    let written = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read?,
    };
    let git = Command::new("git")
        .args(["check-ignore", "--quiet", FILE])
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if git.is_ok_and(|status| status.success()) || written.lines().any(|other| other.trim() == line) {
        return Ok(Ignored::Already);
    }
    let gap = if written.is_empty() || written.ends_with('\n') { "" } else { "\n" };
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(&path)?;
    file.write_all(format!("{gap}{line}\n").as_bytes())?;
    Ok(Ignored::Now)
}
