//! What a path in a template means where it stands: `../name`, `this`, `@index`, block parameters.

use crate::render::variables::{self, Found, Kind};

/// What `this` is in a part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// A place in the table of variables.
    At(Vec<String>),
    /// A value that is not known before rendering.
    Free,
}

/// A part of a template with its own `this`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) base: Base,
    /// The names that it adds: `as |item|`, a partial's `key=value`.
    pub(super) names: Vec<(String, Base)>,
    /// Whether `@index`, `@key`, `@first` and `@last` are there.
    pub(super) repeats: bool,
}

impl Scope {
    /// The whole template.
    pub(super) fn root() -> Self {
        Self { base: Base::At(Vec::new()), names: Vec::new(), repeats: false }
    }
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A place in the table, and what stands there.
    Known(Vec<String>, Found),
    /// Something below a value that is not known before rendering.
    Free,
    /// `@index` and its like.
    Local,
    /// A place that does not exist; the names that do, where it goes wrong.
    Unknown { written: String, instead: Vec<&'static str> },
}

impl Target {
    /// The field of `subscriber` that it is, or an empty text for `subscriber` itself.
    pub(super) fn subscriber(&self) -> Option<String> {
        match self {
            Self::Known(path, _) => field_of_subscriber(path),
            _ => None,
        }
    }

    /// The base that a block over it gives.
    pub(super) fn base(&self) -> Base {
        match self {
            Self::Known(_, Found::Value(Kind::Free)) | Self::Free | Self::Local | Self::Unknown { .. } => Base::Free,
            Self::Known(path, _) => Base::At(path.clone()),
        }
    }
}

/// The field that a path of the table names, where it is one of `subscriber`.
fn field_of_subscriber(path: &[String]) -> Option<String> {
    let (first, rest) = path.split_first()?;
    (first == "subscriber").then(|| rest.join("."))
}

/// The field of `subscriber` that `raw` names when it leads there from the top.
pub(super) fn subscriber_field(raw: &str) -> Option<String> {
    field_of_subscriber(&parse(raw)?.names)
}

struct Parsed {
    up: usize,
    from_root: bool,
    names: Vec<String>,
}

/// Takes a path apart; nothing for `@index` and its like.
fn parse(raw: &str) -> Option<Parsed> {
    let mut rest = raw;
    let mut parsed = Parsed { up: 0, from_root: false, names: Vec::new() };
    loop {
        let next = ["./", "this.", "this/", "@root.", "@root/", "../"].iter().find_map(|start| {
            let after = rest.strip_prefix(start)?;
            Some((*start, after))
        });
        let Some((start, after)) = next else { break };
        match start {
            "../" => parsed.up += 1,
            "@root." | "@root/" => parsed.from_root = true,
            _ => {}
        }
        rest = after;
    }
    if rest.starts_with('@') {
        return None;
    }
    while !rest.is_empty() {
        let (name, after) = if let Some(bracket) = rest.strip_prefix('[') {
            let (name, after) = bracket.split_once(']').unwrap_or((bracket, ""));
            (name, after.strip_prefix(['.', '/']).unwrap_or(after))
        } else {
            rest.split_once(['.', '/']).unwrap_or((rest, ""))
        };
        if name != "this" {
            parsed.names.push(name.to_owned());
        }
        rest = after;
    }
    Some(parsed)
}

/// What `raw` leads to from the innermost of `scopes`, which start with the whole template.
pub(super) fn resolve(raw: &str, scopes: &[Scope]) -> Target {
    let unknown = |written: &str, instead| Target::Unknown { written: written.to_owned(), instead };
    let Some(parsed) = parse(raw) else {
        let name = raw.rsplit(['@', '/', '.']).next().unwrap_or_default();
        let known = ["first", "last", "index", "key"];
        let repeats = scopes.iter().any(|scope| scope.repeats);
        return if repeats && known.contains(&name) {
            Target::Local
        } else {
            unknown(raw, if repeats { vec!["@first", "@last", "@index", "@key"] } else { Vec::new() })
        };
    };
    let named = parsed.names.first().filter(|_| !parsed.from_root).and_then(|first| {
        scopes.iter().rev().flat_map(|scope| &scope.names).find(|(name, _)| name == first).map(|(_, base)| base)
    });
    let innermost = scopes.len().saturating_sub(1);
    let (base, names) = if let Some(base) = named {
        (base, parsed.names.get(1..).unwrap_or_default())
    } else {
        let level = if parsed.from_root { 0 } else { innermost.saturating_sub(parsed.up) };
        let Some(scope) = scopes.get(level) else { return Target::Free };
        (&scope.base, parsed.names.as_slice())
    };
    let Base::At(base) = base else { return Target::Free };
    let mut path = base.clone();
    for name in names {
        path.push(name.clone());
        if variables::find(&path) == Found::Unknown {
            path.pop();
            return unknown(name, variables::children(&path));
        }
    }
    let found = variables::find(&path);
    if path.is_empty() { Target::Known(path, Found::Object) } else { Target::Known(path, found) }
}

#[cfg(test)]
mod tests {
    use super::{Base, Scope, Target, parse, resolve, subscriber_field};
    use crate::render::variables::{Found, Kind};

    fn at(path: &str) -> Base {
        Base::At(path.split('.').map(str::to_owned).collect())
    }

    #[test]
    fn paths_are_taken_apart_as_handlebars_does() {
        let parsed = parse("../../a.[b c]/this.d").unwrap();
        assert_eq!((parsed.up, parsed.names), (2, vec!["a".to_owned(), "b c".into(), "d".into()]));
        assert!(parse("@root.a").unwrap().from_root);
        assert!(parse("this").unwrap().names.is_empty());
        assert!(parse("../@index").is_none());
    }

    #[test]
    fn a_path_is_read_from_the_scope_it_stands_in() {
        let scopes = [
            Scope::root(),
            Scope {
                base: at("newsletter.social.[]"),
                names: vec![("link".into(), at("newsletter.social.[]"))],
                repeats: true,
            },
        ];
        let text = Found::Value(Kind::Text);
        assert!(matches!(resolve("label", &scopes), Target::Known(_, found) if found == text));
        assert!(matches!(resolve("link.url", &scopes), Target::Known(_, found) if found == text));
        assert!(matches!(resolve("../issue.title", &scopes), Target::Known(_, found) if found == text));
        assert!(matches!(resolve("@root.issue.title", &scopes), Target::Known(_, found) if found == text));
        assert_eq!(resolve("@index", &scopes), Target::Local);
        assert!(matches!(resolve("issue.title", &scopes), Target::Unknown { .. }));
        assert!(matches!(resolve("@index", &scopes[..1]), Target::Unknown { .. }));
    }

    #[test]
    fn a_field_of_the_subscriber_is_known_from_any_depth() {
        assert_eq!(subscriber_field("../subscriber.name").as_deref(), Some("name"));
        assert_eq!(subscriber_field("subscriber").as_deref(), Some(""));
        assert_eq!(subscriber_field("issue.subscriber.name"), None);
    }
}
