//! `missing-field`: a key that the profile asks for.

use crate::check::Context;
use crate::diagnostic::{Diagnostic, Sink, code};

pub(in crate::check) fn check(context: &Context<'_>, sink: &mut Sink) {
    let Some(profile) = context.profile() else { return };
    let header = &context.document.front_matter;
    for field in &profile.fields {
        // The file's name may say these two.
        let named = (field == "date" && header.date.is_some()) || field == "slug";
        if named || header.keys.contains_key(field) {
            continue;
        }
        let message = format!("`{field}` is missing");
        let found = Diagnostic::new(code::MISSING_FIELD, &context.document.source, header.title_span, message);
        let name = header.profile.as_deref().unwrap_or_default();
        let help = format!("add `{field}: …` to the front matter; the profile `{name}` asks for it");
        sink.push(found.severity(context.by_status()).help(help));
    }
}
