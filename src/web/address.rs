//! Addresses of the web, as they are asked for.

use std::fmt::Write as _;

use crate::web::AskError;

/// An address by HTTP or HTTPS: in ASCII, without a fragment, without a name or a password.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// All of it.
    text: String,
    /// The host, in lower case and without brackets.
    host: String,
    /// Where its path starts.
    path: usize,
}

impl Address {
    /// Reads an address as people write it: Chinese and spaces are encoded.
    ///
    /// # Errors
    /// When it is no address of the web, or holds a name or a password.
    pub fn parse(written: &str) -> Result<Self, AskError> {
        let written = written.trim();
        let (scheme, rest) = written.split_once("://").ok_or(AskError::NotWeb)?;
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "http" && scheme != "https" {
            return Err(AskError::NotWeb);
        }
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if authority.contains('@') {
            return Err(AskError::Secret);
        }
        let (host, port) = split_port(authority).ok_or(AskError::Malformed)?;
        let host = if let Some(inner) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            let address: std::net::Ipv6Addr = inner.parse().map_err(|_| AskError::Malformed)?;
            address.to_string()
        } else {
            idna::domain_to_ascii(host).map_err(|_| AskError::Malformed)?
        };
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
        if host.is_empty() || !host.bytes().all(plain) {
            return Err(AskError::Malformed);
        }
        let mut text = format!("{scheme}://");
        let (open, close) = if host.contains(':') { ("[", "]") } else { ("", "") };
        // Writing to a string cannot fail.
        _ = write!(text, "{open}{host}{close}");
        let usual = if scheme == "http" { 80 } else { 443 };
        if let Some(port) = port.filter(|port| *port != usual) {
            _ = write!(text, ":{port}");
        }
        let path = text.len();
        let rest = rest.split('#').next().unwrap_or_default();
        if !rest.starts_with('/') {
            text.push('/');
        }
        encode(rest.strip_prefix('\\').unwrap_or(rest), &mut text);
        Ok(Self { text, host, path })
    }

    /// Where a `Location` leads that was found here (RFC 9110, section 10.2.2).
    ///
    /// # Errors
    /// As [`Address::parse`].
    pub fn join(&self, location: &str) -> Result<Self, AskError> {
        let location = location.trim();
        let scheme = location.split_once(':').map(|(scheme, _)| scheme);
        let own = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        if scheme.is_some_and(|scheme| scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(own))
        {
            return Self::parse(location);
        }
        let (top, path) = self.text.split_at_checked(self.path).unwrap_or_default();
        if location.starts_with("//") {
            let scheme = top.split(':').next().unwrap_or_default();
            return Self::parse(&format!("{scheme}:{location}"));
        }
        let bare = path.split('?').next().unwrap_or_default();
        let end = location.find(['?', '#']).unwrap_or(location.len());
        let (to, rest) = location.split_at_checked(end).unwrap_or_default();
        if to.is_empty() {
            let query = if rest.starts_with('?') { format!("{bare}{rest}") } else { path.to_owned() };
            return Self::parse(&format!("{top}{query}"));
        }
        let folder = bare.rsplit_once('/').map_or("", |(folder, _)| folder);
        let whole = if to.starts_with('/') { to.to_owned() } else { format!("{folder}/{to}") };
        Self::parse(&format!("{top}{}{rest}", without_dots(&whole)))
    }

    /// All of it, as it is asked for.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, in lower case and without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Path and query.
    pub fn path(&self) -> &str {
        self.text.get(self.path..).unwrap_or_default()
    }
}

/// Host and port; a port that is left empty is none.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let split = if authority.starts_with('[') {
        let end = authority.find(']')? + 1;
        let (host, port) = authority.split_at_checked(end)?;
        (host, if port.is_empty() { None } else { Some(port.strip_prefix(':')?) })
    } else {
        authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)))
    };
    match split {
        (host, None | Some("")) => Some((host, None)),
        (host, Some(port)) => Some((host, Some(port.parse().ok()?))),
    }
}

/// Writes what a request line cannot hold as `%20` and its like.
fn encode(text: &str, to: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte) {
            to.push(byte.into());
        } else {
            // Writing to a string cannot fail.
            _ = write!(to, "%{byte:02X}");
        }
    }
}

/// A path without `.` and `..` (RFC 3986, section 5.2.4).
fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let all: Vec<&str> = path.split('/').skip(1).collect();
    for (index, part) in all.iter().enumerate() {
        let last = index + 1 == all.len();
        match *part {
            ".." => {
                parts.pop();
            }
            "." => {}
            part => {
                parts.push(part);
                continue;
            }
        }
        if last {
            parts.push("");
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::Address;
    use crate::web::AskError;

    fn parsed(written: &str) -> Result<String, AskError> {
        Address::parse(written).map(|address| address.as_str().to_owned())
    }

    #[test]
    fn an_address_is_asked_for_in_ascii_and_without_its_fragment() {
        for (written, asked) in [
            ("https://Example.COM", "https://example.com/"),
            ("HTTP://example.com:80/a#b", "http://example.com/a"),
            ("https://example.com:8443?q=a b", "https://example.com:8443/?q=a%20b"),
            ("https://zh.wikipedia.org/wiki/重庆", "https://zh.wikipedia.org/wiki/%E9%87%8D%E5%BA%86"),
            ("https://bücher.example/%20", "https://xn--bcher-kva.example/%20"),
            ("http://[::1]:80/x", "http://[::1]/x"),
        ] {
            assert_eq!(parsed(written).as_deref(), Ok(asked), "{written}");
        }
    }

    #[test]
    fn what_cannot_be_asked_is_refused_and_a_password_never_shown() {
        for (written, error) in [
            ("mailto:a@b.example", AskError::NotWeb),
            ("#part", AskError::NotWeb),
            ("ftp://a.example/", AskError::NotWeb),
            ("https:///a", AskError::Malformed),
            ("https://a.example:port/", AskError::Malformed),
            ("https://[::1/", AskError::Malformed),
            ("https://me:hush@a.example/", AskError::Secret),
        ] {
            assert_eq!(parsed(written), Err(error), "{written}");
        }
        assert!(!AskError::Secret.to_string().contains("hush"));
    }

    #[test]
    fn a_location_leads_on_from_where_it_was_found() {
        let at = Address::parse("https://a.example/b/c?d").unwrap();
        for (location, to) in [
            ("https://x.example/y", "https://x.example/y"),
            ("//x.example/y", "https://x.example/y"),
            ("/y?z#w", "https://a.example/y?z"),
            ("y/../z", "https://a.example/b/z"),
            ("../../..", "https://a.example/"),
            ("./", "https://a.example/b/"),
            ("?e", "https://a.example/b/c?e"),
            ("", "https://a.example/b/c?d"),
        ] {
            assert_eq!(at.join(location).unwrap().as_str(), to, "{location}");
        }
        assert_eq!(at.join("https://me:hush@x.example/"), Err(AskError::Secret));
        assert_eq!(at.join("mailto:a@b.example"), Err(AskError::NotWeb));
    }
}
