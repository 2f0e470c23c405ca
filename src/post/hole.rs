//! The places that differ by subscriber, and the tokens that stand for them while an issue is
//! rendered once for everybody.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::post::tree::Hole;

/// The field that holds a subscriber's unsubscribe token as links take it. It comes with the
/// message, not with the list.
pub const TOKEN: &str = "token";
/// The same token as mail addresses take it.
pub const MAIL_TOKEN: &str = "mail_token";

/// The holes of one issue. A hole stands in addresses and rendered text as a token of ASCII
/// letters and digits, which passes Markdown, Handlebars and CSS inlining unharmed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holes {
    seed: u64,
    holes: Vec<Hole>,
}

const PREFIX: &str = "nlhole";
/// Looks for it; made once, for most texts are as short as an address.
static PREFIXES: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(PREFIX));
const SEED_DIGITS: usize = 16;
const INDEX_DIGITS: usize = 4;
const TOKEN_LEN: usize = PREFIX.len() + SEED_DIGITS + INDEX_DIGITS + 1;

impl Holes {
    /// Holds none yet. `seed` comes from the content's hash, so that no text can hold a token
    /// by chance and the same input gives the same bytes.
    pub fn new(seed: u64) -> Self {
        Self { seed, holes: Vec::new() }
    }

    /// The token that stands for `hole`; the same hole has the same token.
    pub fn token(&mut self, hole: Hole) -> String {
        let index = self.holes.iter().position(|known| *known == hole).unwrap_or_else(|| {
            self.holes.push(hole);
            self.holes.len() - 1
        });
        format!("{PREFIX}{:016x}{index:04}e", self.seed)
    }

    /// The holes in the order they were met.
    pub fn all(&self) -> &[Hole] {
        &self.holes
    }

    /// Whether no hole was met.
    pub fn is_empty(&self) -> bool {
        self.holes.is_empty()
    }

    /// The tokens in `text`, in order: their bytes and their hole.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (Range<usize>, &'a Hole)> + 'a {
        let start = format!("{PREFIX}{:016x}", self.seed);
        let mut from = 0;
        std::iter::from_fn(move || {
            loop {
                let at = from + PREFIXES.find(text.as_bytes().get(from..)?)?;
                from = at + PREFIX.len();
                if !text.get(at..)?.starts_with(&start) {
                    continue;
                }
                from = at + start.len();
                let index = text.get(from..from + INDEX_DIGITS).and_then(|digits| digits.parse::<usize>().ok());
                let closed = text.get(from + INDEX_DIGITS..).is_some_and(|rest| rest.starts_with('e'));
                if let Some(hole) = index.filter(|_| closed).and_then(|index| self.holes.get(index)) {
                    from = at + TOKEN_LEN;
                    return Some((at..at + TOKEN_LEN, hole));
                }
            }
        })
    }

    /// `text` with each token replaced by what `value` gives for its hole.
    pub fn replace(&self, text: &str, mut value: impl FnMut(&Hole) -> String) -> String {
        let mut replaced = String::with_capacity(text.len());
        let mut from = 0;
        for (range, hole) in self.find(text) {
            replaced.push_str(text.get(from..range.start).unwrap_or_default());
            replaced.push_str(&value(hole));
            from = range.end;
        }
        replaced.push_str(text.get(from..).unwrap_or_default());
        replaced
    }
}

#[cfg(test)]
mod tests {
    use super::{Hole, Holes};

    #[test]
    fn tokens_are_found_and_replaced() {
        let mut holes = Holes::new(7);
        let name = holes.token(Hole { field: "name".into(), default: Some("reader".into()) });
        let city = holes.token(Hole { field: "city".into(), default: None });
        assert_eq!(name, holes.clone().token(Hole { field: "name".into(), default: Some("reader".into()) }));
        let text = format!("Dear {name}, in {city}{city}nlhole0000000000000007zzzz");
        let filled = holes.replace(&text, |hole| hole.field.to_uppercase());
        assert_eq!(filled, "Dear NAME, in CITYCITYnlhole0000000000000007zzzz");
    }
}
