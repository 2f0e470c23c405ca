//! Subjects that shout.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::subject::subject;
use crate::diagnostic::{Diagnostic, Sink, Span, code};

rule! {
    /// The subject is in capitals or ends in `!!`.
    ///
    /// It reads as shouting, and filters count it against the sender.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: THE RIVER IS RISING
    /// ---
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ---
    /// title: The river is rising
    /// ---
    ///
    /// It rained.
    /// ```
    SHOUTING_SUBJECT, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let (text, span) = subject(context.document);
    let source = &context.document.source;
    let letters = || text.chars().filter(|c| c.is_uppercase() || c.is_lowercase());
    // A name of one word may be an acronym.
    let words = text.split_whitespace().filter(|word| word.chars().filter(|c| c.is_uppercase()).count() > 1).count();
    if letters().all(char::is_uppercase) && words > 1 && letters().count() > 8 {
        let found = Diagnostic::new(code::SHOUTING_SUBJECT, source, span, "the subject is all in capitals");
        sink.push(found.help("write it as a sentence"));
    }
    let marks = |c: char| matches!(c, '!' | '！');
    let run = text.char_indices().zip(text.chars().skip(1)).find(|((_, a), b)| marks(*a) && marks(*b));
    if let Some(((at, _), _)) = run {
        let marked = text.get(at..).unwrap_or_default();
        let run: String = marked.chars().take_while(|&c| marks(c)).collect();
        let exact = source.slice(span).find(&run).map(|at| Span::new(span.start + at, span.start + at + run.len()));
        let message = format!("the subject has `{run}`");
        let found = Diagnostic::new(code::SHOUTING_SUBJECT, source, exact.unwrap_or(span), message);
        sink.push(found.help("one mark is enough, and none is better"));
    }
}
