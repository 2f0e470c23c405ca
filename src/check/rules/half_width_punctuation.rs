//! Signs of another script.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::prose::{Run, each};
use crate::diagnostic::{Diagnostic, Fix, Sink, code};

rule! {
    /// A half-width comma, colon or the like between Chinese characters.
    ///
    /// It is the sign of another script: too narrow, set on another line, and often with a space behind it. In numbers
    /// and between Latin words it is right. Japanese and Korean are not looked at.
    ///
    /// ## Example
    ///
    /// ```md
    /// 河流在城市下游汇合,铁路在上游。
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// 河流在城市下游汇合，铁路在上游。
    /// ```
    HALF_WIDTH_PUNCTUATION, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let language = context.document.language.primary();
    if matches!(language.as_str(), "ja" | "ko") {
        return;
    }
    // In a text of another language single characters are named, not written.
    let least = if context.document.language.is_cjk() { 1 } else { 2 };
    each(context, &mut |run| {
        if run.text.is_ascii() {
            return;
        }
        for (at, sign) in run.text.match_indices([',', '.', ';', ':', '!', '?']) {
            let before = run.text.get(..at).unwrap_or_default().chars().rev();
            let after = run.text.get(at + 1..).unwrap_or_default().trim_start_matches(' ');
            // A quotation that follows is Chinese as well.
            let after = after.trim_start_matches(['“', '‘', '「', '『', '《']);
            let is_written = before.take_while(|&c| is_han(c)).take(least).count() == least;
            let goes_on = after.chars().take_while(|&c| is_han(c)).take(least).count() == least;
            // `重庆.com` is a name, and the point of an English sentence may follow a Chinese word.
            let ends = after.is_empty() || after.starts_with(['”', '’', '」', '』', '》']);
            let goes_on = if sign == "." { ends && least == 1 } else { goes_on };
            if is_written && (goes_on || after.is_empty() && matches!(sign, ";" | "!" | "?")) {
                report(run, at, sign, sink);
            }
        }
    });
}

fn report(run: &Run<'_>, at: usize, sign: &str, sink: &mut Sink) {
    let wide = match sign {
        "," => "，",
        ";" => "；",
        ":" => "：",
        "!" => "！",
        "." => "。",
        _ => "？",
    };
    let place = run.place(at..at + 1);
    let message = format!("`{sign}` is half as wide as the Chinese `{wide}`");
    let mut found = Diagnostic::new(code::HALF_WIDTH_PUNCTUATION, run.source, place.span(), message);
    let spaces = run.text.get(at + 1..).map_or(0, |after| after.len() - after.trim_start_matches(' ').len());
    let with_spaces = run.place(at..at + 1 + spaces).exact();
    found.fix = with_spaces.or(place.exact()).map(|span| Fix::safe(span, wide));
    sink.push(found.help(format!("write `{wide}`, without a space")));
}

/// Whether `c` is a Chinese character; kana are not.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
