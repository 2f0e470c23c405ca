//! What the files may hold, for editors and for people, from the tables that the reader uses.

use crate::config::table::CONFIG;
use crate::post::front_matter::table::FRONT_MATTER;
use crate::yaml::{docs, schema};

/// The kinds of files that a publication is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `newsletter.yaml`.
    Config,
    /// The front matter of a post.
    Post,
}

/// The JSON Schema (draft 2020-12) of a file, or of its front matter.
pub fn json_schema(kind: FileKind) -> serde_json::Value {
    match kind {
        FileKind::Config => schema::schema(&CONFIG, "newsletter.yaml"),
        FileKind::Post => schema::schema(&FRONT_MATTER, "Front matter of a newsletter's post"),
    }
}

/// `docs/configuration.md`.
pub fn configuration_docs() -> String {
    let config = docs::markdown(&CONFIG, 2);
    let post = docs::markdown(&FRONT_MATTER, 2);
    format!("{INTRODUCTION}\n{config}\n{post}").trim_end().to_owned() + "\n"
}

const INTRODUCTION: &str = "\
# Configuration and front matter

A newsletter is a folder with `newsletter.yaml` at its top and posts in `posts/`. Both are YAML 1.2: text rarely needs
quotes, but a text that holds `: ` or ` #`, or starts with one of ``[ ] { } , & * ! | > ' \" % @ ` ``, does. `true` and
`false` are booleans, `yes` and `no` are texts, and a number that stands for a text keeps its spelling (`1.10`). A key
without a value counts as left out.

Everything wrong with a file is reported in one run, each at its line. Editors with a YAML language server complete and
check both kinds of files by the schemas that `newsletter schema config` and `newsletter schema post` print.
`# yaml-language-server: $schema=FILE` at the top of a file names its schema.

A password is never written here. `{ env: NAME }`, `{ file: PATH }` or `{ command: [program, argument] }` says where it
is; only the command that needs it looks there.
";

#[cfg(test)]
mod tests {
    use super::configuration_docs;

    #[test]
    fn docs_configuration_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, configuration_docs()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == configuration_docs(), "docs/configuration.md is stale: run `UPDATE_DOCS=1 cargo test`");
    }
}
