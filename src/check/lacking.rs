//! What readers lack that a letter shows. Only who has the list at hand can tell, so no rule does.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::rules::holes;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity, Source, Span, code};
use crate::post::Document;
use crate::render::Templates;

/// The findings for fields that readers lack and that nothing stands in for; `missing` says of each
/// how many lack it, and names one of them.
pub fn lacking(
    missing: &BTreeMap<String, (u64, String)>,
    document: &Document,
    config: &Config,
    templates: &Templates,
) -> Vec<Diagnostic> {
    let finding = |(field, (count, one)): (&String, &(u64, String))| {
        let (source, span) = place(field, document, templates);
        let instead = format!("`{{{{default subscriber.{field} \"…\"}}}}`");
        let readers = if *count == 1 { "1 reader".to_owned() } else { format!("{count} readers") };
        let (code, message, help) = if holes::is_defined(field, config) {
            let message = format!("`subscriber.{field}` is missing for {readers}, `{one}` among them");
            (code::HOLE_WITHOUT_DEFAULT, message, format!("say what stands there for them by {instead}, or import it"))
        } else {
            let message = format!("`newsletter.yaml` defines no field `{field}`, so none of {readers} has it");
            (code::UNKNOWN_FIELD, message, holes::undefined_help(field, config))
        };
        let found = Diagnostic::new(code, &source, span, message).severity(Severity::Error).help(help);
        found.label("`check`, which does not look at the list, only warns of it")
    };
    missing.iter().map(finding).collect()
}

/// Where a field is shown without words in its stead: in the post, or in a template of the user's.
fn place(field: &str, document: &Document, templates: &Templates) -> (Arc<Source>, Span) {
    let mut first = None;
    holes::each(document, &mut |used| {
        if used.hole.field == field && used.hole.default.is_none() {
            first.get_or_insert_with(|| (Arc::clone(used.source), used.span));
        }
    });
    let in_template = || {
        let named = format!("subscriber.{field}");
        templates.users().find_map(|(_, source)| {
            let text = source.text();
            let shown = |at: &usize| {
                let before = text.get(..*at).unwrap_or_default().trim_end_matches(['~', ' ', '&']);
                let after = text.get(at + named.len()..).unwrap_or_default();
                before.ends_with("{{") && after.trim_start_matches(['~', ' ']).starts_with("}}")
            };
            let at = text.match_indices(&named).map(|(at, _)| at).find(shown)?;
            Some((Arc::clone(source), Span::new(at, at + named.len())))
        })
    };
    first.or_else(in_template).unwrap_or_else(|| (Arc::clone(&document.source), document.front_matter.title_span))
}
