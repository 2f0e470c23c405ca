//! Addresses of pages that have moved.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::answered::{Target, each_answer};
use crate::check::rules::links::short;
use crate::diagnostic::{Diagnostic, Fix, Sink, code};
use crate::web::Address;

rule! {
    /// A link or an image whose page has moved for good (301, 308).
    ///
    /// Redirects of old addresses are the first thing that is lost when a site is rebuilt; the new address lives
    /// longer. Where all that changes is `https`, `www.` or a `/` at the end, the fix is safe; else look whether the
    /// new page is the one that was meant. A page that has moved to the front page of its site is mostly gone.
    ///
    /// The web is asked only by `newsletter check --online`.
    ///
    /// ## Example
    ///
    /// ```md
    /// The [yearbook](https://figures.example/yearbook#rain) has them.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// The [yearbook](https://figures.example/yearbook/#rain) has them.
    /// ```
    MOVED_ADDRESS, Post(check)
}

fn check(context: &Context<'_>, sink: &mut Sink) {
    each_answer(context, &mut |target, answer| {
        let moved = answer.as_ref().ok().and_then(|answer| answer.moved_to());
        let Some(to) = moved.and_then(|to| Address::parse(to).ok()).filter(|to| *to != target.address) else { return };
        let old = short(&target.url);
        let found = |message| Diagnostic::new(code::MOVED_ADDRESS, target.source, target.span, message);
        if to.path() == "/" && !matches!(target.address.path(), "/" | "/index.html") {
            let found = found(format!("`{old}` now leads to the front page of `{}`", to.host()));
            sink.push(found.help("look for the page that was meant; it is probably gone"));
            return;
        }
        let new = with_fragment(&to, target);
        let mut found = found(format!("`{old}` has moved to `{}`", short(&new))).help(format!("link `{new}`"));
        if target.is_plain && fits(&new) {
            let is_same = bare(&to) == bare(&target.address);
            let fix = if is_same { Fix::safe } else { Fix::needs_a_look };
            found.fix = Some(fix(target.span, new));
        }
        sink.push(found);
    });
}

/// The new address with the part of the page that was meant, as browsers keep it.
fn with_fragment(to: &Address, target: &Target<'_>) -> String {
    match target.url.split_once('#') {
        Some((_, part)) => format!("{}#{part}", to.as_str()),
        None => to.as_str().to_owned(),
    }
}

/// The address without what sites change and mean the same by.
fn bare(address: &Address) -> String {
    let host = address.host();
    format!("{}{}", host.strip_prefix("www.").unwrap_or(host), address.path().trim_end_matches('/'))
}

/// Whether an address can stand in a post as it is.
fn fits(url: &str) -> bool {
    let mut depth = 0;
    url.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0 && !"<>\"'[]{}\\".contains(c)
    }) && depth == 0
}
