//! Variables of other tools.

use std::ops::Range;
use std::sync::Arc;

use memchr::memchr3;

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::prose::each;
use crate::diagnostic::{Diagnostic, Fix, Sink, Source, Span, code, nearest};
use crate::post::tree::BlockKind;
use crate::post::visit::Node;

rule! {
    /// Another tool's variable, which readers would see as it is written.
    ///
    /// In a post only `{{subscriber.…}}` is filled in. `{{ page.title }}`, `{% include … %}` and `*|FNAME|*` belong to
    /// Jekyll, Hugo, Mailchimp and their like, and come with a text that is moved from there. Where readers are to see
    /// them, as in a lesson, write them as code or put `\` before the braces.
    ///
    /// ## Example
    ///
    /// ```md
    /// Welcome to {{ site.title }}!
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// Welcome to Upstream!
    /// ```
    FOREIGN_VARIABLE, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |run| {
        for range in variables(&run.text) {
            // Another finding tells of a use of `subscriber` that cannot be filled in.
            if run.text.get(range.clone()).is_some_and(is_another) {
                continue;
            }
            let place = run.place(range.clone());
            let escaped = |span: Span| run.source.text().get(..span.start).is_some_and(|before| before.ends_with('\\'));
            if !place.exact().is_some_and(escaped) {
                report(run.source, place.span(), run.text.get(range).unwrap_or_default(), sink);
            }
        }
    });
    context.nodes().for_each(|(source, node)| {
        let Node::Block(block) = node else { return };
        if !matches!(block.kind, BlockKind::Html(_)) {
            return;
        }
        let text = source.slice(block.span);
        for range in variables(text) {
            let written = text.get(range.clone()).unwrap_or_default();
            // These are filled in here, or are another finding.
            if !is_another(written) {
                report(source, Span::new(block.span.start + range.start, block.span.start + range.end), written, sink);
            }
        }
    });
}

fn is_another(written: &str) -> bool {
    let words = |c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.');
    let ours = |word: &str| word == "subscriber" || word.starts_with("subscriber.");
    written.starts_with("{{") && written.split(words).any(ours)
}

fn report(source: &Arc<Source>, span: Span, written: &str, sink: &mut Sink) {
    let message = format!("nothing fills in `{written}`; readers see it as it is");
    let mut found = Diagnostic::new(code::FOREIGN_VARIABLE, source, span, message);
    let inner = written.trim_matches(|c: char| !c.is_alphanumeric() && c != '"');
    let name = inner.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    if matches!(name, "unsubscribe" | "newsletter" | "issue" | "page" | "words") && written.starts_with("{{") {
        return sink.push(found.help("templates know this; a post knows `subscriber` alone"));
    }
    // `{{subsciber.name}}` is a slip of the finger.
    if nearest(name, ["subscriber"]).is_some() && written.starts_with("{{") {
        let at = span.start + written.find(name).unwrap_or_default();
        let name_span = Span::new(at, at + name.len());
        found.fix = (source.slice(name_span) == name).then(|| Fix::needs_a_look(name_span, "subscriber"));
        return sink.push(found.help("did you mean `subscriber`?"));
    }
    if written.starts_with('{') && is_field(inner) {
        return sink.push(found.help(format!("write two braces, `{{{{{inner}}}}}`")));
    }
    sink.push(found.help(match name {
        "highlight" | "endhighlight" | "raw" | "endraw" => "write code between lines of three backticks",
        "include" => "a file comes in by a line `:::include notice.md`",
        _ if inner.to_ascii_lowercase().contains("name") => "write `{{default subscriber.name \"reader\"}}`",
        _ => "write what is meant, or put it in code to show it",
    }));
}

/// The brackets that tools put round their variables.
///
/// The asterisks of `*|FNAME|*` are emphasis by the time it is seen.
const BRACKETS: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}"), ("|", "|"), ("%%", "%%"), ("{", "}")];

/// Whether it asks for what a subscriber has.
fn is_field(inner: &str) -> bool {
    let inner = inner.trim_start();
    inner.strip_prefix("default ").unwrap_or(inner).trim_start().starts_with("subscriber.")
}

/// Where variables stand in `text`: opened and closed within a line, with something in between.
fn variables(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + memchr3(b'{', b'|', b'%', text.as_bytes().get(from..)?)?;
            from = at + 1;
            let rest = text.get(at..)?;
            let Some((open, close)) = BRACKETS.iter().find(|(open, _)| rest.starts_with(open)) else { continue };
            // What is longer is no variable, and would be searched to its end again and again.
            let inner = rest.get(open.len()..rest.floor_char_boundary(500))?;
            let Some(end) = inner.find(close) else { continue };
            let name = inner.get(..end).unwrap_or_default();
            let is_tag = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | ':');
            let named = !name.contains('\n')
                && name.contains(char::is_alphabetic)
                && (*open != "|" || name.len() > 2 && name.chars().all(is_tag))
                // One brace is nothing to any tool, but may be half of two.
                && (*open != "{" || !text.get(..at)?.ends_with('{') && is_field(name))
                && (*open != "%%" || name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')));
            if named {
                from = at + open.len() + end + close.len();
                return Some(at..from);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::variables;

    #[test]
    fn variables_of_other_tools_are_told_from_braces() {
        let all = |text: &str| variables(text).map(|range| text.get(range).unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(all("a {{ x.y }} b {% if z %} |FNAME|"), ["{{ x.y }}", "{% if z %}", "|FNAME|"]);
        assert_eq!(all("50%% of it, %%first_name%%"), ["%%first_name%%"]);
        for text in ["{{", "{{}}", "{ {x} }", "{{ 1 }}", "||", "a | b | c", "|x|", "|A|", "{{ a\nb }}"] {
            assert!(all(text).is_empty(), "{text}");
        }
    }
}
