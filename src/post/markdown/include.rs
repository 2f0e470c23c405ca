//! `:::include PATH`: another file's text in the place of the line.

use std::io::ErrorKind;
use std::sync::Arc;

use sha2::Digest;

use crate::diagnostic::{Diagnostic, Source, Span, code};
use crate::files::{PathError, RelPath};
use crate::post::markdown::{State, build};
use crate::post::tree::{Block, DirectiveKind};

/// How deep files may include each other.
const MAX_DEPTH: usize = 8;
/// How many files a post may include, counting repeats: files that include each other twice
/// double with each level.
const MAX_FILES: usize = 256;
/// How much text a post may include, in bytes, counting repeats.
const MAX_BYTES: usize = 8 << 20;

/// Reads the file that `path`, written at `span` of `source`, names.
pub(super) fn read(
    state: &mut State<'_>,
    source: &Arc<Source>,
    path: &str,
    span: Span,
) -> Option<(DirectiveKind, Vec<Block>)> {
    match file(state, path) {
        Ok(path) => {
            let text = load(state, source, &path, span)?;
            let included = Source::new(path.as_str(), text);
            state.open.push(path);
            let body = Span::new(included.bom_len(), included.text().len());
            let blocks = build::blocks(state, &included, body);
            state.open.pop();
            Some((DirectiveKind::Include { source: included }, blocks))
        }
        Err(error) => {
            let message = format!("cannot include `{path}`: {error}");
            let diagnostic = Diagnostic::new(code::UNSAFE_PATH, source, span, message);
            state.found.push(diagnostic.help("name a file inside the publication, relative to the post or to its top"));
            None
        }
    }
}

/// The file that `path` names: relative to the post's folder, else to the publication's top.
fn file(state: &State<'_>, path: &str) -> Result<RelPath, PathError> {
    let beside = RelPath::resolve(state.post.parent(), path);
    let top = RelPath::new(path);
    match (beside, top) {
        (Ok(beside), Ok(top)) if !is_file(state, &beside) && is_file(state, &top) => Ok(top),
        (Ok(beside), _) => Ok(beside),
        (Err(_), Ok(top)) => Ok(top),
        (Err(error), Err(_)) => Err(error),
    }
}

fn is_file(state: &State<'_>, path: &RelPath) -> bool {
    state.reading.files.is_file(path)
}

fn load(state: &mut State<'_>, source: &Arc<Source>, path: &RelPath, span: Span) -> Option<String> {
    let mut report = |code, message: String, help: &str| {
        state.found.push(Diagnostic::new(code, source, span, message).help(help));
        None
    };
    if state.open.contains(path) {
        return report(code::INCLUDE_CYCLE, format!("`{path}` includes itself"), "remove this line or the other one");
    }
    if state.open.len() > MAX_DEPTH {
        let message = format!("files include each other more than {MAX_DEPTH} deep");
        return report(code::INCLUDE_CYCLE, message, "include the file from the post itself");
    }
    if state.included_files >= MAX_FILES || state.included_bytes >= MAX_BYTES {
        let message = format!("a post may include at most {MAX_FILES} files and {} MiB", MAX_BYTES >> 20);
        return report(code::INCLUDE_CYCLE, message, "include fewer files");
    }
    let bytes = match state.reading.files.read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            return report(code::UNSAFE_PATH, format!("cannot include `{path}`: {error}"), "copy the file here");
        }
        Err(error) => {
            let message = match error.kind() {
                ErrorKind::NotFound => format!("there is no file `{path}`"),
                _ => format!("cannot read `{path}`: {error}"),
            };
            return report(
                code::MISSING_INCLUDE,
                message,
                "paths are relative to the post or to the publication's top",
            );
        }
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return report(code::UNREADABLE_FILE, format!("`{path}` is not UTF-8"), "save it as UTF-8");
    };
    state.included_files += 1;
    state.included_bytes += text.len();
    state.included.update(path.as_str());
    state.included.update([0]);
    state.included.update(text.len().to_le_bytes());
    state.included.update(&text);
    Some(text)
}
