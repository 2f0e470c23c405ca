//! Who the letter comes from.

use crate::check::Shared;
use crate::check::rule::rule;
use crate::diagnostic::{Diagnostic, Sink, code};

rule! {
    /// The letter is from an address at a provider of free mailboxes.
    ///
    /// Gmail, Yahoo and their like publish that nobody else may send mail in their name (DMARC `p=reject` or
    /// `quarantine`): through any relay but their own such a letter is refused or lands among the spam. Send from a
    /// domain of your own, and let answers go to the free address by `reply_to`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// from: { name: Upstream, address: upstream@gmail.com }
    /// ```
    ///
    /// ## Instead
    ///
    /// ```yaml
    /// from: { name: Upstream, address: letters@upstream.example }
    /// reply_to: upstream@gmail.com
    /// ```
    FREEMAIL_FROM, Shared(check)
}

/// Providers of free mailboxes whose DMARC policy tells others to refuse, or that filter strangers'
/// use of their name.
const PROVIDERS: &[&str] = &[
    "126.com",
    "163.com",
    "aol.com",
    "duck.com",
    "fastmail.com",
    "foxmail.com",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.fr",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "naver.com",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.fr",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rocketmail.com",
    "sina.com",
    "sohu.com",
    "t-online.de",
    "web.de",
    "yahoo.co.jp",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.de",
    "yahoo.fr",
    "yandex.com",
    "yandex.ru",
    "yeah.net",
    "ymail.com",
    "zoho.com",
];

/// Whether addresses at a domain are given to anybody, in lower case.
pub(in crate::check) fn is_freemail(domain: &str) -> bool {
    PROVIDERS.contains(&domain)
}

fn check(shared: &Shared<'_>, sink: &mut Sink) {
    let config = shared.config;
    let Some(from) = &config.from else { return };
    let domain = from.address.domain();
    if is_freemail(domain) {
        let span = config.place("from.address");
        let message = format!("`{domain}` lets nobody else send in its name");
        let found = Diagnostic::new(code::FREEMAIL_FROM, &config.source, span, message);
        sink.push(found.help("send from a domain of your own, and name this address as `reply_to`"));
    }
}
