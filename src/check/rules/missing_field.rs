//! A key that the profile asks for.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// A field that the post's profile requires is not in the front matter.
    ///
    /// A profile says what every post of its kind must tell, so that no issue goes out without its preheader or its
    /// number. While the post is a draft this is a warning.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// profiles:
    ///   takeaway:
    ///     fields: [subtitle]
    /// ```
    /// ```md
    /// ---
    /// title: The river and the rail
    /// profile: takeaway
    /// ---
    ///
    /// It rained.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// subtitle: What a wet spring did to freight
    /// profile: takeaway
    /// ---
    ///
    /// It rained.
    /// ```
    MISSING_FIELD, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
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
