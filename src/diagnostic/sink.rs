//! Where findings are collected, and where the configured levels are applied, once.

use std::collections::BTreeMap;

use crate::diagnostic::code::Standing;
use crate::diagnostic::{Code, Diagnostic, Severity};

/// The levels that the configuration gives to codes; `None` turns a code off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(BTreeMap<&'static str, Option<Severity>>);

impl Levels {
    /// Reports `code` at `level` from now on, or never for `None`.
    pub fn set(&mut self, code: &'static Code, level: Option<Severity>) {
        self.0.insert(code.id, level);
    }

    /// Whether what `code` finds is never reported.
    pub fn is_off(&self, code: &Code) -> bool {
        match self.0.get(code.id) {
            _ if code.is_fixed() => false,
            Some(level) => level.is_none(),
            None => code.standing == Standing::Off,
        }
    }

    /// The finding at its configured level; nothing where its code is off. A code that cannot be
    /// turned off ([`Code::is_fixed`](crate::diagnostic::Code::is_fixed)) stays as it is.
    pub fn apply(&self, mut diagnostic: Diagnostic) -> Option<Diagnostic> {
        if !diagnostic.code.is_fixed() {
            match self.0.get(diagnostic.code.id) {
                Some(None) => return None,
                Some(&Some(level)) => diagnostic.severity = level,
                None if diagnostic.code.standing == Standing::Off => return None,
                None => {}
            }
        }
        Some(diagnostic)
    }
}

/// How many findings of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings that stop a post.
    pub errors: usize,
    /// Findings that do not.
    pub warnings: usize,
    /// Findings that need nothing done.
    pub notes: usize,
}

impl Counts {
    /// Counts `diagnostics` by severity.
    pub fn of<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> Self {
        let mut counts = Self::default();
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Note => counts.notes += 1,
            }
        }
        counts
    }
}

/// Collects findings.
#[derive(Clone, Debug, Default)]
pub struct Sink {
    found: Vec<Diagnostic>,
}

impl Sink {
    /// Collects nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Takes many.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.found.extend(diagnostics);
    }

    /// Drops what `keep` refuses.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.found.retain(keep);
    }

    /// Whether one of them stops its post.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(Diagnostic::is_error)
    }

    /// What was found so far, in the order of finding.
    pub fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    /// What was found, in the order of finding and before levels are applied.
    pub fn into_found(self) -> Vec<Diagnostic> {
        self.found
    }

    /// The findings at their configured levels, in the order of file and place, without repeats.
    pub fn finish(self, levels: &Levels) -> Vec<Diagnostic> {
        let mut found: Vec<_> = self.found.into_iter().filter_map(|d| levels.apply(d)).collect();
        found.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        found.dedup_by(|a, b| a.sort_key() == b.sort_key());
        found
    }
}
