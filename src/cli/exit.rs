//! What the exit code says.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done (0).
    Done,
    /// Done as far as the findings let it: one of them is an error (1).
    Findings,
    /// It could not run: arguments, disk, network (2).
    CouldNotRun,
    /// A campaign is not finished (3).
    Unfinished,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Findings => 1,
            Exit::CouldNotRun => 2,
            Exit::Unfinished => 3,
        })
    }
}
