//! Fields that no subscriber has.

use std::collections::BTreeMap;

use crate::check::rule::rule;
use crate::check::rules::holes::{Use, each};
use crate::check::{Context, Shared};
use crate::diagnostic::{Diagnostic, Fix, Sink, Span, code, nearest};
use crate::post::hole::{MAIL_TOKEN, TOKEN};

rule! {
    /// A subscriber's field that is nearly the name of a known one, or is spelled in two ways.
    ///
    /// A field that nobody has is empty for everybody: the letter greets 'Dear ,' a thousand times. Which fields there
    /// are is known by the list of subscribers; reported is what looks like a slip of the finger.
    ///
    /// ## Example
    ///
    /// ```md
    /// Dear {{default subscriber.nmae "reader"}},
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// Dear {{default subscriber.name "reader"}},
    /// ```
    UNKNOWN_FIELD, Both(check, check_templates)
}

/// Fields that most lists have.
const KNOWN: &[&str] =
    &["name", "first_name", "last_name", "email", "language", "city", "country", "company", TOKEN, MAIL_TOKEN];

/// Fields of some lists that are a letter away from those of most.
const OTHERS: &[&str] = &["county", "game", "names", "fame"];

fn check(context: &Context<'_>, sink: &mut Sink) {
    let mut spellings: BTreeMap<String, String> = BTreeMap::new();
    each(context.document, &mut |used| {
        let field = used.hole.field.as_str();
        let folded = field.to_lowercase().replace(['_', '-'], "");
        let first = spellings.entry(folded).or_insert_with(|| field.to_owned());
        if first.as_str() != field {
            report(&used, &format!("the field `{field}` is `{first}` elsewhere in this post"), first, sink);
        } else if let Some(meant) = slip(field).filter(|_| !context.config.fields.contains_key(field)) {
            report(&used, &format!("`{field}` is hardly a field of your subscribers"), meant, sink);
        }
    });
}

/// The known field that `field` is a slip of the finger away from.
/// Templates ask for fields, too; what they write otherwise is seen where they are read.
fn check_templates(shared: &Shared<'_>, sink: &mut Sink) {
    const SUBSCRIBER: &str = "subscriber.";
    for (_, source) in shared.templates.users() {
        let text = source.text();
        for (at, _) in text.match_indices(SUBSCRIBER) {
            let (before, rest) = text.split_at(at);
            let opened = before.rfind("{{") > before.rfind("}}");
            let rest = rest.get(SUBSCRIBER.len()..).unwrap_or_default();
            let field = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            let Some(meant) = slip(field).filter(|_| opened && !shared.config.fields.contains_key(field)) else {
                continue;
            };
            let start = at + SUBSCRIBER.len();
            let span = Span::new(start, start + field.len());
            let message = format!("`{field}` is hardly a field of your subscribers");
            let found = Diagnostic::new(code::UNKNOWN_FIELD, source, span, message);
            sink.push(found.help(format!("did you mean `{meant}`?")).fix(Fix::needs_a_look(span, meant)));
        }
    }
}

fn slip(field: &str) -> Option<&'static str> {
    let is_other = field.len() < 4 || KNOWN.contains(&field) || OTHERS.contains(&field);
    let meant = nearest(field, KNOWN.iter().copied()).filter(|_| !is_other)?;
    // `firstName` is another list's way of writing, not a slip.
    let fold = |name: &str| name.to_lowercase().replace(['_', '-'], "");
    (fold(field) != fold(meant)).then_some(meant)
}

fn report(used: &Use<'_>, message: &str, meant: &str, sink: &mut Sink) {
    let name = used.name();
    let span = name.unwrap_or(used.span);
    let mut found = Diagnostic::new(code::UNKNOWN_FIELD, used.source, span, message);
    found.fix = name.map(|span| Fix::needs_a_look(span, meant));
    sink.push(found.help(format!("did you mean `{meant}`?")));
}

#[cfg(test)]
mod tests {
    use super::slip;

    #[test]
    fn a_slip_is_told_from_another_field() {
        assert_eq!(slip("nmae"), Some("name"));
        assert_eq!(slip("frist_name"), Some("first_name"));
        assert_eq!(slip("mail"), Some("email"));
        for field in ["name", "firstName", "county", "plan", "id", "street", "城市", "joined"] {
            assert_eq!(slip(field), None, "{field}");
        }
    }
}
