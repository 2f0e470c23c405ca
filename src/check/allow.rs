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
            Scope::Post => match remove_entry(&allow.source, allow.span) {
                Some(fix) => found.fix(fix),
                None => found,
            },
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

/// Takes a line `name: reason` out of the front matter, with the `allow:` above it where it is the
/// only one. Nothing for what stands in brackets or in a list.
fn remove_entry(source: &Arc<Source>, key: Span) -> Option<Fix> {
    let text = source.text();
    let start = text.get(..key.start)?.rfind('\n')? + 1;
    let indent = text.get(start..key.start).filter(|before| !before.is_empty() && before.trim().is_empty())?.len();
    // A long reason goes on below it.
    let deeper = |line: &str, least: usize| {
        let content = line.trim_start_matches(' ');
        !content.trim().is_empty() && line.len() - content.len() > least
    };
    let mut lines = text.get(start..)?.split_inclusive('\n');
    let own = lines.next()?.len();
    let rest: usize = lines.take_while(|line| deeper(line, indent)).map(str::len).sum();
    let end = start + own + rest;
    let above = text.get(..start)?.trim_end_matches(['\n', '\r']).rfind('\n').map_or(0, |at| at + 1);
    let is_first = text.get(above..start)?.trim() == "allow:";
    let outer = text.get(above..start)?.len() - text.get(above..start)?.trim_start().len();
    let is_last = !text.get(end..)?.lines().next().is_some_and(|line| deeper(line, outer));
    let span = Span::new(if is_first && is_last { above } else { start }, end);
    Some(Fix { safety: Safety::Safe, edits: vec![Edit { span, text: String::new() }] })
}

#[cfg(test)]
mod tests {
    use super::remove_entry;
    use crate::diagnostic::{Source, Span};

    fn without(text: &str, name: &str) -> Option<String> {
        let source = Source::new("a.md", text);
        let at = text.find(name).unwrap();
        let fix = remove_entry(&source, Span::new(at, at + name.len()))?;
        let mut left = text.to_owned();
        left.replace_range(fix.edits[0].span.range(), "");
        Some(left)
    }

    #[test]
    fn an_entry_goes_with_its_line_and_the_last_one_with_its_key() {
        let both = "---\ntitle: T\nallow:\n  lazy-alt: a\n    b\n  tiny-text: c\n---\n";
        assert_eq!(without(both, "lazy-alt").unwrap(), "---\ntitle: T\nallow:\n  tiny-text: c\n---\n");
        assert_eq!(without(both, "tiny-text").unwrap(), "---\ntitle: T\nallow:\n  lazy-alt: a\n    b\n---\n");
        let one = "\u{feff}---\r\nallow:\r\n  lazy-alt: a\r\ntitle: 重庆\r\n---\r\n";
        assert_eq!(without(one, "lazy-alt").unwrap(), "\u{feff}---\r\ntitle: 重庆\r\n---\r\n");
        assert_eq!(without("---\nallow: {lazy-alt: a}\n---\n", "lazy-alt"), None);
        assert_eq!(without("---\nallow:\n  - rule: lazy-alt\n    reason: a\n---\n", "lazy-alt"), None);
    }
}
