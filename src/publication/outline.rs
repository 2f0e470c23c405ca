//! What a post is called, found without reading all of it.

use crate::files::RelPath;
use crate::post::Slug;
use crate::post::front_matter::from_name;

/// A post's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Its file.
    pub path: RelPath,
    /// Its slug. Of a post that was not parsed it is what a look at its header gives, which is
    /// enough to find it by name and to see that two posts want the same folder.
    pub slug: Slug,
}

impl Outline {
    /// Looks at the name of a file and at the lines of its header.
    pub(super) fn glance(path: &RelPath, bytes: &[u8]) -> Self {
        let written = header_slug(bytes).and_then(|slug| Slug::from_text(&slug));
        Self { path: path.clone(), slug: written.unwrap_or_else(|| from_name(path).1) }
    }
}

/// The value of a `slug:` at the start of a header's line.
fn header_slug(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = bytes.split(|&byte| byte == b'\n');
    let first = lines.next()?.trim_ascii_end();
    if first != b"---" {
        return None;
    }
    for line in lines {
        let line = line.trim_ascii_end();
        if line == b"---" || line == b"..." {
            return None;
        }
        let Some(value) = line.strip_prefix(b"slug:") else { continue };
        let value = std::str::from_utf8(value).ok()?;
        let value = value.split_once(" #").map_or(value, |(value, _)| value).trim();
        return Some(value.trim_matches(['"', '\'']).to_owned()).filter(|value| !value.is_empty());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Outline;
    use crate::files::RelPath;

    fn slug(path: &str, text: &str) -> String {
        Outline::glance(&RelPath::new(path).unwrap(), text.as_bytes()).slug.to_string()
    }

    #[test]
    fn the_slug_comes_from_the_header_and_else_from_the_name() {
        assert_eq!(slug("posts/2024-04-26-hello.md", "---\ntitle: A\n---\nslug: no\n"), "hello");
        assert_eq!(slug("posts/2024-04-26-hello.md", "\u{feff}---\r\nslug: 'other' # why\r\n---\r\n"), "other");
        assert_eq!(slug("posts/2024-04-26.md", ""), "2024-04-26");
        assert_eq!(slug("posts/重庆.md", "no header"), "重庆");
    }
}
