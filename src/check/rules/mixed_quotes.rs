//! Quotes of two kinds.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::prose::each;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// Straight and curly quotes side by side in what readers see.
    ///
    /// Parts of a text that came from two programs look it. Where `markdown.smart_punctuation` is on, as it is unless
    /// changed, straight quotes become curly, and nothing is found; in Chinese and Japanese, and where it is off,
    /// quotes stay as written.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// markdown: { smart_punctuation: false }
    /// ```
    /// ```md
    /// The “river line” and the "rail line" meet.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// The “river line” and the “rail line” meet.
    /// ```
    MIXED_QUOTES, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let mut straight = None;
    let (mut straight_count, mut curly_count) = (0, 0);
    each(context, &mut |run| {
        // Quotes of both kinds are rare: most runs are passed over at once.
        if !run.text.is_ascii() {
            curly_count += run.text.matches(['“', '”', '„', '«', '»']).count();
        }
        for (at, _) in run.text.match_indices('"') {
            // `19"` is a measure.
            if run.text.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit())) {
                continue;
            }
            straight_count += 1;
            straight.get_or_insert_with(|| (run.source, run.place(at..at + 1).span()));
        }
    });
    let Some((source, span)) = straight.filter(|_| curly_count > 0) else { return };
    let message = "straight quotes stand beside curly ones in this post";
    let found = Diagnostic::new(code::MIXED_QUOTES, source, span, message);
    let found = found.label(format!("the first of {straight_count} straight ones, beside {curly_count} curly"));
    sink.push(found.help("write one kind: “ and ” for quotations"));
}
