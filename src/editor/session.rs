//! One publication in an editor: its unsaved texts, its snapshot, and what was shown of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use chrono::NaiveDate;
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, Diagnostic as Shown, DiagnosticSeverity, NumberOrString, TextEdit,
    Uri, WorkspaceEdit,
};
use serde_json::{Value, json};

use crate::build::{check_issue, open, reopen};
use crate::diagnostic::{Diagnostic, Severity, Source, percent_decode, uri};
use crate::editor::place::{offset, range};
use crate::files::{Disk, Files, Overlay, RelPath};
use crate::publication::{LoadError, Publication, Selection, find_root};

pub(super) struct Session {
    /// The folder as the editor names it; may go through symbolic links.
    named: PathBuf,
    pub(super) files: Overlay<Disk>,
    /// Nothing where the configuration cannot be used.
    pub(super) publication: Option<Publication>,
    /// What cannot be used in the configuration.
    broken: Vec<Diagnostic>,
    today: NaiveDate,
    /// The files that the editor holds, with the addresses that it calls them by.
    opened: BTreeMap<RelPath, String>,
    /// The addresses of files that it no longer holds, whose findings are to be taken away.
    closed: Vec<String>,
    /// The files whose findings have to be shown again.
    dirty: BTreeSet<RelPath>,
    /// What was last found in each file that was shown.
    found: BTreeMap<RelPath, Vec<Diagnostic>>,
}

/// The place on the disk that a `file:` address names.
pub(super) fn file(uri: &str) -> Option<PathBuf> {
    let path = uri.strip_prefix("file://")?;
    let path = path.strip_prefix("localhost").unwrap_or(path);
    let path = percent_decode(path)?;
    // `/C:/letters` is `C:/letters` where disks have letters.
    let drive = path.as_bytes().get(2) == Some(&b':') && path.starts_with('/');
    Some(PathBuf::from(if drive { path.get(1..).unwrap_or_default() } else { &path }))
}

/// The address of a place on the disk.
fn address(place: &Path) -> Option<Uri> {
    let text = place.to_str()?.replace('\\', "/");
    let slash = if text.starts_with('/') { "" } else { "/" };
    Uri::from_str(&format!("file://{slash}{}", uri(&text))).ok()
}

impl Session {
    /// Opens the publication that a file belongs to.
    pub(super) fn open(named: Option<&Path>, file: &Path, today: NaiveDate) -> Option<Self> {
        let root = find_root(named, file.parent()?).ok()?;
        let disk = Disk::open(&root).ok()?;
        let mut session = Self {
            named: root,
            files: Overlay::new(disk),
            publication: None,
            broken: Vec::new(),
            today,
            opened: BTreeMap::new(),
            closed: Vec::new(),
            dirty: BTreeSet::new(),
            found: BTreeMap::new(),
        };
        session.load();
        Some(session)
    }

    /// The path of a file in this publication.
    pub(super) fn path(&self, file: &Path) -> Option<RelPath> {
        let inside = file.strip_prefix(&self.named).or_else(|_| file.strip_prefix(self.files.below().root())).ok()?;
        RelPath::new(inside.to_str()?).ok()
    }

    /// The address of a file, as the editor names it.
    pub(super) fn uri(&self, path: &RelPath) -> Option<Uri> {
        if let Some(uri) = self.opened.get(path) {
            return Uri::from_str(uri).ok();
        }
        address(&self.named.join(path.as_str()))
    }

    /// The text of a file as the editor shows it.
    pub(super) fn source(&self, path: &RelPath) -> Option<Arc<Source>> {
        let text = String::from_utf8(self.files.read(path).ok()?).ok()?;
        Some(Source::new(path.as_str(), text))
    }

    fn load(&mut self) {
        match open(&self.files, &Selection::All) {
            Ok(mut publication) => {
                publication.today = Some(self.today);
                (self.publication, self.broken) = (Some(publication), Vec::new());
            }
            // The last snapshot that could be used serves on.
            Err(LoadError::Config(found)) => self.broken = found,
            Err(_) => {}
        }
    }

    /// Takes in what was typed.
    pub(super) fn change(&mut self, path: &RelPath, uri: &str, text: &str) {
        self.files.insert(path.clone(), text);
        self.opened.insert(path.clone(), uri.to_owned());
        self.update(path);
    }

    /// The file is again as it is on the disk.
    pub(super) fn close(&mut self, path: &RelPath) {
        self.files.remove(path);
        self.update(path);
        self.closed.extend(self.opened.remove(path));
        self.dirty.remove(path);
        self.found.remove(path);
    }

    /// What is beside the texts, pictures for one, may have changed too.
    pub(super) fn saved(&mut self, path: &RelPath) {
        self.update(path);
        self.dirty.extend(self.opened.keys().cloned());
    }

    fn update(&mut self, path: &RelPath) {
        let before = self.publication.take();
        match before.as_ref().map(|publication| reopen(publication, path, &self.files)) {
            Some(Ok(next)) => (self.publication, self.broken) = (Some(next), Vec::new()),
            // The last snapshot that could be used serves on.
            Some(Err(error)) => {
                self.publication.clone_from(&before);
                if let LoadError::Config(found) = error {
                    self.broken = found;
                }
            }
            None => self.load(),
        }
        self.dirty.insert(path.clone());
        // What all posts share, and what others are called, has findings everywhere.
        let same = match (&before, &self.publication) {
            (Some(before), Some(after)) => {
                Arc::ptr_eq(&before.config, &after.config) && before.outlines == after.outlines
            }
            _ => false,
        };
        if !same {
            self.dirty.extend(self.opened.keys().cloned());
        }
    }

    /// The findings of all that has changed, as messages.
    pub(super) fn publish(&mut self) -> Vec<Value> {
        let closed = std::mem::take(&mut self.closed);
        let mut messages: Vec<_> = closed.iter().map(|uri| json!({ "uri": uri, "diagnostics": [] })).collect();
        for path in std::mem::take(&mut self.dirty) {
            let Some(uri) = self.opened.get(&path) else { continue };
            let found = self.look(&path);
            let shown: Vec<_> = found.iter().map(show).collect();
            messages.push(json!({ "uri": uri, "diagnostics": shown }));
            self.found.insert(path, found);
        }
        messages
    }

    /// The findings in one file.
    fn look(&self, path: &RelPath) -> Vec<Diagnostic> {
        let Some(publication) = &self.publication else { return self.broken.clone() };
        let mut all = match publication.post(path) {
            Some(post) => check_issue(publication, post, &self.files),
            None => Vec::new(),
        };
        all.extend(publication.diagnostics.iter().cloned());
        all.extend(self.broken.iter().cloned());
        all.retain(|found| found.source.path() == path.as_str());
        all
    }

    /// The findings that a place touches, as they were last shown.
    pub(super) fn at(&self, path: &RelPath, at: std::ops::Range<usize>) -> impl Iterator<Item = &Diagnostic> {
        let touches = move |found: &&Diagnostic| found.span.start <= at.end && at.start <= found.span.end;
        self.found.get(path).into_iter().flatten().filter(touches)
    }

    /// The fixes of the findings at a place.
    pub(super) fn actions(&self, path: &RelPath, params: &CodeActionParams) -> Vec<CodeAction> {
        let (Some(source), Some(uri)) = (self.source(path), self.uri(path)) else { return Vec::new() };
        let at = offset(&source, params.range.start)..offset(&source, params.range.end);
        let action = |found: &Diagnostic| {
            let fix = found.fix.as_ref()?;
            let edit = |edit: &crate::diagnostic::Edit| TextEdit {
                range: range(&found.source, edit.span),
                new_text: edit.text.clone(),
            };
            let edits: Vec<_> = fix.edits.iter().map(edit).collect();
            let changes = json!({ uri.as_str(): edits });
            Some(CodeAction {
                title: found.help.clone().unwrap_or_else(|| found.message.clone()),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![show(found)]),
                is_preferred: Some(fix.is_safe()),
                edit: Some(serde_json::from_value::<WorkspaceEdit>(json!({ "changes": changes })).ok()?),
                ..CodeAction::default()
            })
        };
        self.at(path, at).filter_map(action).collect()
    }
}

/// A finding as an editor shows it.
fn show(found: &Diagnostic) -> Shown {
    let message = match &found.help {
        Some(help) => format!("{}\nhelp: {help}", found.message),
        None => found.message.clone(),
    };
    Shown {
        range: range(&found.source, found.span),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(found.code.name.to_owned())),
        source: Some("newsletter".to_owned()),
        message,
        ..Shown::default()
    }
}
