//! Parameters that tell another site where a reader was before.

use crate::check::Context;
use crate::check::rule::rule;
use crate::check::rules::links::{Link, each, host};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Edit, Fix, Safety, Sink, Span, code};

rule! {
    /// A link with tracking parameters that were pasted along with it.
    ///
    /// `utm_source=…` tells the page's owner that your readers came from where you copied the link; `fbclid`, `mc_eid`
    /// and their like can even name the one person who copied it. The page is the same without. Parameters that name
    /// your own newsletter as `utm_source` are not reported.
    ///
    /// ## Example
    ///
    /// ```md
    /// The [yearbook](https://figures.example/2024?table=3&utm_source=mail&fbclid=IwAR2x) has them.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```md
    /// The [yearbook](https://figures.example/2024?table=3) has them.
    /// ```
    TRACKING_PARAMETER, Post(check)
}

/// Parameters that track on every site, in order; and all that start with `utm_`.
const NAMES: &[&str] = &[
    "_hsenc",
    "_hsmi",
    "dclid",
    "fbclid",
    "gbraid",
    "gclid",
    "igsh",
    "igshid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "oly_anon_id",
    "oly_enc_id",
    "srsltid",
    "ttclid",
    "twclid",
    "vero_id",
    "wbraid",
    "yclid",
];

/// Parameters that track on one site, and mean something elsewhere.
const AT_HOSTS: &[(&str, &[&str])] = &[
    ("si", &["youtu.be", "youtube.com", "www.youtube.com", "open.spotify.com"]),
    ("s", &["x.com", "twitter.com"]),
    ("ref_src", &["x.com", "twitter.com"]),
    ("spm_id_from", &["www.bilibili.com"]),
    ("vd_source", &["www.bilibili.com"]),
];

fn check(context: &Context<'_>, sink: &mut Sink) {
    each(context, &mut |link| {
        let Some((before, rest)) = link.url.split_once('?') else { return };
        let query = rest.split('#').next().unwrap_or_default();
        let Some(host) = host(before) else { return };
        if names_us(query, context.config) || !parameters(query).any(|name| tracks(name, &host)) {
            return;
        }
        let mut names: Vec<_> =
            parameters(query).filter(|name| tracks(name, &host)).map(|n| format!("`{n}`")).collect();
        names.dedup();
        let message = match names.as_slice() {
            [one] => format!("{one} tracks your readers for somebody else"),
            more => format!("{} track your readers for somebody else", more.join(", ")),
        };
        let (span, fix) = match place(&link, &host) {
            Some((span, fix)) => (span, Some(fix)),
            None => (link.address(), None),
        };
        let mut found = Diagnostic::new(code::TRACKING_PARAMETER, link.source, span, message);
        found.fix = fix;
        sink.push(found.help("remove it from the address, and see that the page is the same"));
    });
}

fn parameters(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').map(|part| part.split_once('=').map_or(part, |(name, _)| name))
}

fn tracks(name: &str, host: &str) -> bool {
    name.starts_with("utm_")
        || NAMES.binary_search(&name).is_ok()
        || AT_HOSTS.iter().any(|(known, hosts)| *known == name && hosts.contains(&host))
}

/// Whether the source that the address names is the newsletter itself.
fn names_us(query: &str, config: &Config) -> bool {
    let fold =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let site = config.base_url.as_deref().and_then(host);
    let source = query.split('&').find_map(|part| part.strip_prefix("utm_source="));
    source.map(fold).is_some_and(|source| {
        source == fold(&config.name) || site.is_some_and(|site| fold(site.trim_start_matches("www.")) == source)
    })
}

/// Where the parameters stand, from the first to the last, and the edits that take them out. Nothing
/// where the address is not written as it is.
fn place(link: &Link<'_>, host: &str) -> Option<(Span, Fix)> {
    let url = link.part(link.url)?;
    let (before, rest) = link.url.split_once('?')?;
    let query = rest.split('#').next()?;
    let question = url.start + before.len();
    let (mut kept, mut at, mut places) = (Vec::new(), question + 1, Vec::new());
    for part in query.split('&') {
        if parameters(part).any(|name| tracks(name, host)) {
            places.push(Span::new(at, at + part.len()));
        } else {
            kept.push(part);
        }
        at += part.len() + 1;
    }
    let found = places.first()?.to(*places.last()?);
    let text = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    let edit = Edit { span: Span::new(question, question + 1 + query.len()), text };
    Some((found, Fix { safety: Safety::Unsafe, edits: vec![edit] }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_is_in_order() {
        assert!(super::NAMES.is_sorted());
    }
}
