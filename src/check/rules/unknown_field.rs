//! Fields that no subscriber has.

use std::collections::BTreeMap;

use crate::check::rule::rule;
use crate::check::rules::holes::{Use, each, nearest_defined, undefined_help};
use crate::check::{Context, Shared};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Fix, Severity, Sink, Span, code, nearest};
use crate::post::hole::{MAIL_TOKEN, TOKEN};

rule! {
    /// A subscriber's field that is nearly the name of a known one, or is spelled in two ways.
    ///
    /// A field that nobody has is empty for everybody: the letter greets 'Dear ,' a thousand times. Which fields there
    /// are is known by the list of subscribers; reported is what looks like a slip of the finger.
    ///
    /// In a post that is `ready` a field without a default that `subscribers: {fields: …}` does not name is an error:
    /// nobody can have it.
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
            return;
        }
        let meant = slip(field, context.config);
        if used.is_empty_for_all(context) {
            sink.push(undefined(&used, context.config));
        } else if let Some(meant) = meant {
            report(&used, &format!("`{field}` is hardly a field of your subscribers"), meant, sink);
        }
    });
}

/// A field that nobody can have, in a post that may go out.
fn undefined(used: &Use<'_>, config: &Config) -> Diagnostic {
    let field = used.hole.field.as_str();
    let slip = used.name().zip(nearest_defined(field, config));
    let span = slip.map_or(used.span, |(name, _)| name);
    let message = format!("`newsletter.yaml` defines no field `{field}`, so nobody has it and `send` refuses");
    let found = Diagnostic::new(code::UNKNOWN_FIELD, used.source, span, message).severity(Severity::Error);
    let mut found = found.help(undefined_help(field, config));
    found.fix = slip.map(|(name, meant)| Fix::needs_a_look(name, meant));
    found
}

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
            let Some(meant) = slip(field, shared.config).filter(|_| opened) else {
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

/// The field that `field` is a slip of the finger away from.
fn slip<'c>(field: &str, config: &'c Config) -> Option<&'c str> {
    let is_other =
        field.len() < 4 || config.fields.contains_key(field) || KNOWN.contains(&field) || OTHERS.contains(&field);
    let own = config.fields.keys().map(String::as_str);
    let meant = nearest(field, own.chain(KNOWN.iter().copied())).filter(|_| !is_other)?;
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
    use crate::config::Config;
    use crate::segment::FieldType;

    #[test]
    fn a_slip_is_told_from_another_field() {
        let mut config = Config::named("West");
        let slip = |field| super::slip(field, &config);
        assert_eq!(slip("nmae"), Some("name"));
        assert_eq!(slip("frist_name"), Some("first_name"));
        assert_eq!(slip("mail"), Some("email"));
        for field in ["name", "firstName", "county", "plan", "id", "street", "城市", "joined"] {
            assert_eq!(slip(field), None, "{field}");
        }
        config.fields.insert("town".to_owned(), FieldType::Text);
        assert_eq!(super::slip("twon", &config), Some("town"));
    }
}
