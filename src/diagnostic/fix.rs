//! How a finding can be mended by the tool itself.

use crate::diagnostic::Span;

/// Whether a fix may be applied without a person's look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// The reader of the newsletter sees the same, or exactly what was meant.
    Safe,
    /// Probably right; may change the meaning.
    Unsafe,
}

/// One replacement in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced, in bytes of the file; empty for an insertion.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

/// A set of edits to one file that mends one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether `--fix` applies it.
    pub safety: Safety,
    /// In the order of the file, not overlapping.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// Mends by one replacement that cannot do harm.
    pub fn safe(span: Span, text: impl Into<String>) -> Self {
        Self { safety: Safety::Safe, edits: vec![Edit { span, text: text.into() }] }
    }

    /// Mends by one replacement that a person should look at.
    pub fn needs_a_look(span: Span, text: impl Into<String>) -> Self {
        Self { safety: Safety::Unsafe, edits: vec![Edit { span, text: text.into() }] }
    }

    /// Whether `--fix` applies it.
    pub fn is_safe(&self) -> bool {
        self.safety == Safety::Safe
    }
}

/// Which fixes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that cannot do harm.
    Safe,
    /// Those as well that a person should look at.
    All,
}

/// `text` with the fixes applied, and how many were. A fix that touches what another one before it
/// changes, or that does not fit the text, is left for later.
pub fn apply<'a>(text: &str, fixes: impl IntoIterator<Item = &'a Fix>) -> (String, usize) {
    let mut fixes: Vec<_> = fixes.into_iter().filter(|fix| !fix.edits.is_empty()).collect();
    fixes.sort_by_key(|fix| fix.edits.first().map(|edit| (edit.span.start, edit.span.end)));
    let mut taken: Vec<&Edit> = Vec::new();
    let mut applied = 0;
    for fix in fixes {
        let fits = |edit: &Edit| text.get(edit.span.range()).is_some_and(|old| old != edit.text);
        let free = |edit: &Edit| taken.iter().all(|other| !touch(edit.span, other.span));
        let apart = fix.edits.windows(2).all(|pair| match pair {
            [a, b] => a.span.end <= b.span.start,
            _ => true,
        });
        if apart && fix.edits.iter().all(|edit| fits(edit) && free(edit)) {
            taken.extend(&fix.edits);
            applied += 1;
        }
    }
    taken.sort_by_key(|edit| edit.span.start);
    let mut fixed = String::with_capacity(text.len());
    let mut at = 0;
    for edit in taken {
        fixed.push_str(text.get(at..edit.span.start).unwrap_or_default());
        fixed.push_str(&edit.text);
        at = edit.span.end;
    }
    fixed.push_str(text.get(at..).unwrap_or_default());
    (fixed, applied)
}

/// Whether two places share a byte or meet: of two insertions at one place neither knows whose
/// comes first.
fn touch(a: Span, b: Span) -> bool {
    a.start <= b.end && b.start <= a.end
}

#[cfg(test)]
mod tests {
    use super::{Fix, apply};
    use crate::diagnostic::Span;

    fn applied(text: &str, fixes: &[Fix]) -> (String, usize) {
        apply(text, fixes)
    }

    #[test]
    fn fixes_that_touch_wait_for_another_round() {
        let fixes = [Fix::safe(Span::new(4, 7), "B"), Fix::safe(Span::new(0, 3), "A"), Fix::safe(Span::new(2, 5), "C")];
        assert_eq!(applied("one two", &fixes), ("A B".to_owned(), 2));
        let twice = [Fix::safe(Span::empty(1), "x"), Fix::safe(Span::empty(1), "y")];
        assert_eq!(applied("ab", &twice), ("axb".to_owned(), 1));
    }

    #[test]
    fn a_fix_that_does_not_fit_or_changes_nothing_is_left() {
        let fixes =
            [Fix::safe(Span::new(1, 2), "x"), Fix::safe(Span::new(9, 12), "x"), Fix::safe(Span::new(0, 3), "重")];
        assert_eq!(applied("重", &fixes), ("重".to_owned(), 0));
    }
}
