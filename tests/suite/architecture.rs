//! Imports only go down: the layers are those of the table in `src/lib.rs`, from the top. Unit
//! tests, at the end of a file or in `tests.rs`, may look anywhere.

use std::path::{Path, PathBuf};

fn layers() -> Vec<String> {
    let map = std::fs::read_to_string(source("lib.rs")).unwrap();
    map.lines()
        .filter_map(|line| {
            Some(line.strip_prefix("//! | ")?.trim_start_matches('[').strip_prefix('`')?.split_once('`')?.0.to_owned())
        })
        .collect()
}

fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The layers that a line of code names: `crate::post::tree` is `post`.
fn named(line: &str) -> impl Iterator<Item = &str> {
    let code = line.split("//").next().unwrap_or_default();
    code.split("crate::").skip(1).filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
}

#[test]
fn no_layer_imports_from_above() {
    let layers = layers();
    let rank = |name: &str| layers.iter().position(|layer| layer == name);
    let mut found = Vec::new();
    files(&source(""), &mut found);
    let mut upward = Vec::new();
    let mut seen = 0;
    for path in found {
        let inner = path.strip_prefix(source("")).unwrap().to_owned();
        let layer = inner.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
        if ["lib", "main", "testing"].contains(&&*layer) || inner.ends_with("tests.rs") {
            continue;
        }
        let own = rank(&layer).unwrap_or_else(|| panic!("`{layer}` is not in the table of src/lib.rs"));
        for (index, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            if line == "#[cfg(test)]" {
                break;
            }
            for name in named(line) {
                seen += 1;
                // A path that names no layer would hide one: `use crate::{…}`, `crate::*`.
                if rank(name).is_none_or(|rank| rank < own) {
                    upward.push(format!("{}:{}: {}", inner.display(), index + 1, line.trim()));
                }
            }
        }
    }
    assert!(seen > 50, "the test reads the sources");
    assert!(upward.is_empty(), "imports that go up:\n{}", upward.join("\n"));
}
