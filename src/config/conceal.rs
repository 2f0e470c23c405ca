//! Keeps secrets that were written into the configuration out of what people see: a finding shows
//! the line it is about, in terminals, logs and reports.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Source, Span, nearest};
use crate::yaml::{Node, Value};

/// Whether a key is meant to hold a secret, misspelt or not.
fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    ["pass", "secret", "api_key", "apikey", "private_key"].iter().any(|part| key.contains(part))
        || nearest(&key, ["password"]).is_some()
}

/// A copy of `source` in which the secrets of `root` are masked; `source` itself where it has none.
pub(super) fn in_tree(source: &Arc<Source>, root: &Node) -> Arc<Source> {
    let mut secrets = Vec::new();
    collect(root, &mut secrets);
    secrets.iter().fold(Arc::clone(source), |source, &span| source.masked(span))
}

fn collect(node: &Node, secrets: &mut Vec<Span>) {
    match &node.value {
        Value::Map(entries) => {
            for entry in entries {
                // A mapping says where the secret is; anything else may be one.
                let names_place = matches!(entry.value.value, Value::Map(_) | Value::Null);
                if is_secret(&entry.key) && !names_place {
                    secrets.push(entry.value.span);
                } else {
                    collect(&entry.value, secrets);
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| collect(item, secrets)),
        Value::Null | Value::Scalar(_) => {}
    }
}

/// The same where there is no tree: a finding about a line that holds a secret, or the line after
/// it, says no more than that.
pub(super) fn in_broken_text(source: &Arc<Source>, mut found: Diagnostic) -> Diagnostic {
    let mut start = 0;
    let mut masked = Arc::clone(source);
    let mut touched = false;
    for line in source.text().split_inclusive('\n') {
        let end = start + line.trim_end().len();
        if let Some(colon) = line.find(':')
            && line.split([' ', '\t', '{', ',', '"', '\'', ':']).any(is_secret)
        {
            let from = secret_value(line).unwrap_or(colon + 1);
            masked = masked.masked(Span::new(start + from, end));
            touched |= found.span.start <= end && found.span.end >= start;
        }
        start += line.len();
    }
    if touched {
        "this line is not YAML".clone_into(&mut found.message);
        found.help =
            Some("put a value with unusual signs in quotes, and a secret into a file or a variable".to_owned());
        found.fix = None;
    }
    found.source = masked;
    found
}

/// Where the value of the first secret key of a line starts.
fn secret_value(line: &str) -> Option<usize> {
    let mut start = 0;
    for part in line.split_inclusive(':') {
        let key = part.trim_end_matches(':').rsplit([' ', '\t', '{', ',']).next().unwrap_or_default();
        start += part.len();
        if part.ends_with(':') && is_secret(key.trim_matches(['"', '\''])) {
            return Some(start);
        }
    }
    None
}
