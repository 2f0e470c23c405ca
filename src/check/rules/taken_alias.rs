//! Former addresses at which something else stands.

use crate::check::Context;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};
use crate::post::former::{self, Alias};
use crate::post::front_matter::Visibility;
use crate::publication::Outline;

rule! {
    /// At an alias stands something else.
    ///
    /// A page that is there is not replaced, and of two posts with the same alias the earlier one has it:
    /// readers with the old address would come to another letter. What else the site holds, as lists by
    /// tag and the files of `static/`, is named by `archive build`.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// date: 2024-04-26
    /// aliases: [/2024/rail, /p/17]
    /// ---
    ///
    /// It rained.
    /// ```
    /// ```md posts/2024-04-19-last.md
    /// ---
    /// title: Last week
    /// date: 2024-04-19
    /// aliases: [/p/17]
    /// ---
    ///
    /// It was dry.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// ---
    /// title: The river and the rail
    /// date: 2024-04-26
    /// aliases: [/2024/rail, /p/18]
    /// ---
    ///
    /// It rained.
    /// ```
    TAKEN_ALIAS, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    let document = context.document;
    if document.front_matter.visibility == Visibility::Private {
        return;
    }
    let mut own: Vec<String> = Vec::new();
    for Alias { path, span } in &document.front_matter.aliases {
        let Some(file) = former::file(path) else { continue };
        let meets = |other: &str| former::meet(&file, other);
        let reason = if own.iter().any(|other| meets(other)) {
            Some("stands here twice".to_owned())
        } else {
            taken(context, &meets)
        };
        if let Some(reason) = reason {
            let found = Diagnostic::new(code::TAKEN_ALIAS, &document.source, *span, format!("`/{path}` {reason}"));
            sink.push(found.help("leave it out, or change the other"));
        } else {
            own.push(file);
        }
    }
}

/// What stands at a file of the site besides the aliases of the post itself.
fn taken(context: &Context<'_>, meets: &dyn Fn(&str) -> bool) -> Option<String> {
    let front_matter = &context.document.front_matter;
    if former::ALWAYS.into_iter().any(meets) {
        return Some("is a file of every site".to_owned());
    }
    if meets(&former::page(front_matter.slug.as_str())) {
        return Some("is the address of this post".to_owned());
    }
    let mut others = context.outlines.iter().filter(|other| other.path != context.document.path);
    let own = (front_matter.date.is_none(), front_matter.date.map(|date| date.day), front_matter.number);
    let own = (own, &front_matter.slug);
    let is_earlier = |other: &Outline| ((other.date.is_none(), other.date, other.number), &other.slug) < own;
    others.find_map(|other| {
        if other.visibility == Visibility::Private {
            None
        } else if meets(&other.page) {
            Some(format!("is the address of `{}`", other.path))
        } else {
            let has_it = is_earlier(other) && other.former.iter().any(|file| meets(file));
            has_it.then(|| format!("leads to `{}`, which is earlier", other.path))
        }
    })
}
