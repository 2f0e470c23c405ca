//! Findings that a post lets stand.

use std::sync::Arc;

use crate::diagnostic::code::Standing;
use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Levels, Safety, Sink, Source, Span, code};
use crate::post::Document;
use crate::post::{Allow, Scope};
use crate::web::Answers;

/// Drops the findings that the post allows, whoever made them, and reports what allows nothing.
pub fn apply_allow(document: &Document, levels: &Levels, answers: Option<&Answers>, sink: &mut Sink) {
    let all: Vec<&Allow> = document.front_matter.allow.iter().chain(&document.allow).collect();
    if all.is_empty() {
        return;
    }
    // Where the post could not be made, what would have been found in it is not known.
    let complete = !sink.found().iter().any(|found| found.is_error() && found.code.is_fixed());
    let mut used = vec![false; all.len()];
    sink.retain(|found| {
        let mut keep = true;
        for (allow, used) in all.iter().zip(&mut used) {
            if !found.code.is_fixed() && covers(allow, found) {
                (keep, *used) = (false, true);
            }
        }
        keep
    });
    // What nobody looked for, or asked the web for, is not known either.
    let asked = |code: &Code| code.standing != Standing::Online || answers.is_some();
    let looked_for = |allow: &Allow| code::find(&allow.rule).is_some_and(|code| !levels.is_off(code) && asked(code));
    for (allow, _) in all.iter().zip(used).filter(|(_, used)| !used && complete) {
        if !looked_for(allow) {
            continue;
        }
        let message = format!("nothing here is `{}`", allow.rule);
        let found = Diagnostic::new(code::UNUSED_ALLOW, &allow.source, allow.span, message);
        let found = found.help("remove it, so that it hides nothing later");
        sink.push(match allow.scope {
            Scope::Post => found,
            Scope::Line(_, comment) => found.fix(remove(&allow.source, comment)),
        });
    }
}

fn covers(allow: &Allow, found: &Diagnostic) -> bool {
    if code::find(&allow.rule) != Some(found.code) {
        return false;
    }
    match allow.scope {
        Scope::Post => true,
        Scope::Line(line, _) => {
            found.source.path() == allow.source.path() && found.source.position(found.span.start).line == line
        }
    }
}

/// Takes a comment away, with its line where it stands alone on it.
fn remove(source: &Arc<Source>, comment: Span) -> Fix {
    let text = source.text();
    let before = text.get(..comment.start).unwrap_or_default();
    let after = text.get(comment.end..).unwrap_or_default();
    let end = if after.starts_with("\r\n") { 2 } else { usize::from(after.starts_with('\n')) };
    let alone = before.is_empty() || before.ends_with('\n');
    let between = before.ends_with(' ') && after.starts_with(' ');
    let span = Span::new(comment.start, comment.end + if alone { end } else { usize::from(between) });
    Fix { safety: Safety::Safe, edits: vec![Edit { span, text: String::new() }] }
}
