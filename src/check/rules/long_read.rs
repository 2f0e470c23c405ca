//! How long a letter takes.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// The letter takes longer to read than its readers were promised.
    ///
    /// `checks.max_minutes` is the promise, at 230 words or 400 Chinese characters a minute; without it nothing is reported.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// checks:
    ///   max_minutes: 1
    /// ```
    /// ```md
    /// It rained, and the river rose, and what had gone by barge went by rail instead, which was slower on paper and faster in the end, because nobody waits for a train that leaves when it is full and comes back when it is empty.
    ///
    /// It rained, and the river rose, and what had gone by barge went by rail instead, which was slower on paper and faster in the end, because nobody waits for a train that leaves when it is full and comes back when it is empty.
    ///
    /// It rained, and the river rose, and what had gone by barge went by rail instead, which was slower on paper and faster in the end, because nobody waits for a train that leaves when it is full and comes back when it is empty.
    ///
    /// It rained, and the river rose, and what had gone by barge went by rail instead, which was slower on paper and faster in the end, because nobody waits for a train that leaves when it is full and comes back when it is empty.
    ///
    /// It rained, and the river rose, and what had gone by barge went by rail instead, which was slower on paper and faster in the end, because nobody waits for a train that leaves when it is full and comes back when it is empty.
    ///
    /// It rained, and the river rose, and what had gone by barge went by rail instead, which was slower on paper and faster in the end, because nobody waits for a train that leaves when it is full and comes back when it is empty.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// It rained.
    /// ```
    LONG_READ, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    let (Some(limit), minutes) = (context.config.checks.max_minutes, document.reading_minutes()) else { return };
    if minutes > limit {
        let message = format!("the letter takes {minutes} minutes to read, over the limit of {limit}");
        let span = document.front_matter.title_span;
        let longest = document.sections.iter().max_by_key(|section| section.words);
        let mut found = Diagnostic::new(code::LONG_READ, &document.source, span, message);
        found.help = longest.map(|section| {
            let line = document.source.position(section.span.start).line;
            format!("its longest section, from line {line}, has {} words", section.words)
        });
        sink.push(found);
    }
}
