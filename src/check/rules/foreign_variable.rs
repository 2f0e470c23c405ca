//! Variables of other tools.

use std::ops::Range;

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::prose::each;
use crate::diagnostic::{Diagnostic, Sink, Source, Span, code};
use crate::post::tree::BlockKind;
use crate::post::visit::{Node, visit};

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
    let document = context.document;
    each(document, &mut |run| {
        for range in variables(&run.text) {
            let place = run.place(range.clone());
            let escaped = |span: Span| run.source.text().get(..span.start).is_some_and(|before| before.ends_with('\\'));
            if !place.exact().is_some_and(escaped) {
                report(run.source, place.span(), run.text.get(range).unwrap_or_default(), sink);
            }
        }
    });
    visit(document, &mut |source, node| {
        let Node::Block(block) = node else { return };
        if !matches!(block.kind, BlockKind::Html(_)) {
            return;
        }
        let text = source.slice(block.span);
        for range in variables(text) {
            let written = text.get(range.clone()).unwrap_or_default();
            // These are filled in here, or are another finding.
            if !written.contains("subscriber") {
                report(source, Span::new(block.span.start + range.start, block.span.start + range.end), written, sink);
            }
        }
    });
}

fn report(source: &std::sync::Arc<Source>, span: Span, written: &str, sink: &mut Sink) {
    let message = format!("nothing fills in `{written}`; readers see it as it is");
    let found = Diagnostic::new(code::FOREIGN_VARIABLE, source, span, message);
    sink.push(found.help("write what is meant, or put it in code to show it"));
}

/// The brackets that tools put round their variables.
const BRACKETS: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}"), ("*|", "|*")];

/// Where variables stand in `text`: opened and closed within a line, with something in between.
fn variables(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + text.get(from..)?.find(['{', '*'])?;
            from = at + 1;
            let rest = text.get(at..)?;
            let Some((open, close)) = BRACKETS.iter().find(|(open, _)| rest.starts_with(open)) else { continue };
            let inner = rest.get(open.len()..)?;
            let Some(end) = inner.find(close) else { continue };
            let named =
                inner.get(..end).is_some_and(|inner| !inner.contains('\n') && inner.contains(char::is_alphabetic));
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
        assert_eq!(all("a {{ x.y }} b {% if z %} *|FNAME|*"), ["{{ x.y }}", "{% if z %}", "*|FNAME|*"]);
        for text in ["{{", "{{}}", "{ {x} }", "{{ 1 }}", "*|", "a * b | c", "{{ a\nb }}"] {
            assert!(all(text).is_empty(), "{text}");
        }
    }
}
