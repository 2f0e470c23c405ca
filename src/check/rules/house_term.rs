//! The words of the house.

use std::ops::Range;

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::prose::{each, is_word};
use crate::config::Term;
use crate::diagnostic::{Diagnostic, Fix, Sink, code};
use crate::post::cjk::is_set_solid;

rule! {
    /// A word for which the newsletter has another, by `checks.terms`.
    ///
    /// Readers take two words for two things; a newsletter that writes `e-mail` in one letter and `email` in the next
    /// looks as if nobody read it. Whole words are found, in any case; of Chinese and Japanese, any passage.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// checks:
    ///   terms:
    ///     - prefer: e-mail
    ///       instead_of: [email, mail message]
    /// ```
    /// ```md
    /// Email is older than the web.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// E-mail is older than the web.
    /// ```
    HOUSE_TERM, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let terms = &context.config.checks.terms;
    if terms.is_empty() {
        return;
    }
    each(context, &mut |run| {
        // Lower case of other letters may have other lengths.
        let lower = run.text.to_ascii_lowercase();
        for term in terms {
            for unwanted in &term.instead_of {
                for range in occurrences(&run.text, &lower, unwanted, &term.prefer) {
                    let place = run.place(range.clone());
                    let written = run.text.get(range).unwrap_or_default();
                    let prefer = in_case_of(term, written, unwanted);
                    let message = format!("`{written}` is `{prefer}` in this newsletter");
                    let mut found = Diagnostic::new(code::HOUSE_TERM, run.source, place.span(), message);
                    found.fix = place.exact().map(|span| Fix::needs_a_look(span, &*prefer));
                    sink.push(found.help(format!("write `{prefer}`, as `checks.terms` asks")));
                }
            }
        }
    });
}

/// Where `unwanted` stands in `text` as a word, and not as a part of `prefer`.
fn occurrences(text: &str, lower: &str, unwanted: &str, prefer: &str) -> Vec<Range<usize>> {
    let (wanted, prefer_lower) = (unwanted.to_ascii_lowercase(), prefer.to_ascii_lowercase());
    let solid = unwanted.chars().any(is_set_solid);
    let ranges = lower.match_indices(&wanted).map(|(at, found)| at..at + found.len());
    let mut ranges: Vec<_> = ranges
        .filter(|range| solid || is_word(text, range))
        .filter(|range| text.get(range.clone()) != Some(prefer))
        .collect();
    if !ranges.is_empty() && prefer.len() > unwanted.len() {
        // `重庆` stands in `重庆市` as well.
        let preferred: Vec<_> = lower.match_indices(&prefer_lower).map(|(at, _)| at).collect();
        ranges.retain(|range| {
            let before = preferred.partition_point(|&at| at <= range.start).checked_sub(1);
            before.and_then(|index| preferred.get(index)).is_none_or(|at| at + prefer.len() < range.end)
        });
    }
    ranges
}

/// The preferred term with the capitals of what is written, where both are usually small.
fn in_case_of(term: &Term, written: &str, unwanted: &str) -> String {
    let prefer = &term.prefer;
    if written == unwanted || prefer.chars().any(char::is_uppercase) {
        return prefer.clone();
    }
    let mut letters = written.chars().filter(|c| c.is_alphabetic());
    let first = letters.next().is_some_and(char::is_uppercase);
    match (first, letters.next().is_some_and(char::is_uppercase)) {
        (true, true) => prefer.to_uppercase(),
        (true, false) => {
            let mut rest = prefer.chars();
            rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
        }
        _ => prefer.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{in_case_of, occurrences};
    use crate::config::Term;

    /// What would be written instead of what.
    fn changes(text: &str, prefer: &str, unwanted: &str) -> Vec<(String, String)> {
        let term = Term { prefer: prefer.to_owned(), instead_of: vec![unwanted.to_owned()] };
        let found = occurrences(text, &text.to_ascii_lowercase(), unwanted, prefer);
        let written = found.into_iter().map(|range| text.get(range).unwrap().to_owned());
        written.map(|written| (in_case_of(&term, &written, unwanted), written)).collect()
    }

    #[test]
    fn whole_words_are_found_and_their_case_is_kept() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            changes("Email, EMAIL or emails", "e-mail", "email"),
            [pair("E-mail", "Email"), pair("E-MAIL", "EMAIL")]
        );
        assert_eq!(changes("on Github and GitHub", "GitHub", "Github"), [pair("GitHub", "Github")]);
        assert_eq!(changes("the website", "web site", "site"), []);
        assert_eq!(changes("a web site", "web site", "site"), []);
        assert_eq!(changes("重庆市在重庆", "重庆市", "重庆"), [pair("重庆市", "重庆")]);
        assert_eq!(changes("Straße", "street", "straße"), [pair("Street", "Straße")]);
    }
}
