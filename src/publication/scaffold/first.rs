//! A new publication: everything that `build` needs, and one finding to mend.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::publication::scaffold::{Existing, ScaffoldError, config_schema, write};

/// Writes a whole publication into a new or empty folder; gives its files in their order.
///
/// # Errors
/// When the folder holds files, or the disk refuses.
pub fn init(dir: &Path, name: &str, day: NaiveDate) -> Result<Vec<String>, ScaffoldError> {
    // A folder that `git init` or `git clone` has just made counts as empty.
    let holds_files = match dir.read_dir() {
        Ok(entries) => entries.flatten().any(|entry| entry.file_name() != ".git"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => return Err(ScaffoldError::Io { act: "read", path: PathBuf::from(dir), error }),
    };
    if holds_files {
        return Err(ScaffoldError::NotEmpty(dir.to_owned()));
    }
    let title = title(name);
    let post = format!("posts/{day}-first-letter.md");
    let files: [(&str, String); 8] = [
        ("newsletter.yaml", CONFIG.replace("{name}", &serde_json::Value::from(title.as_str()).to_string())),
        (&post, POST.to_owned()),
        ("templates/README.md", TEMPLATES.to_owned()),
        ("schema/newsletter.json", config_schema()),
        (".vscode/settings.json", SETTINGS.to_owned()),
        (".github/workflows/newsletter.yml", WORKFLOW.to_owned()),
        (".gitignore", IGNORE.to_owned()),
        ("README.md", README.replace("{name}", &title)),
    ];
    let texts = files.iter().map(|(path, text)| (*path, text.as_bytes()));
    let mut written = Vec::new();
    for (path, bytes) in texts.chain([(PICTURE, include_bytes!("first-year.png").as_slice())]) {
        if let Err(error) = write(&dir.join(path), bytes, Existing::Keep) {
            remove(dir, &written);
            return Err(error);
        }
        written.push(path.to_owned());
    }
    Ok(written)
}

/// Takes back what was written, so that the folder is as empty as it was for the next try.
fn remove(dir: &Path, written: &[String]) {
    for path in written.iter().rev() {
        drop(std::fs::remove_file(dir.join(path)));
    }
    // Folders that hold something else stay: they cannot be removed this way.
    for folder in ["posts", "templates", "schema", ".vscode", ".github/workflows", ".github", "images"] {
        drop(std::fs::remove_dir(dir.join(folder)));
    }
}

const PICTURE: &str = "images/first-year.png";

/// `my-newsletter` is `My newsletter`.
fn title(name: &str) -> String {
    let words = name.split(['-', '_', '.', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let mut letters = words.chars().filter(|c| !c.is_control());
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "My newsletter".to_owned(),
    }
}

const CONFIG: &str = "\
# yaml-language-server: $schema=schema/newsletter.json
# What holds for the whole newsletter. Everything but `name` may be left out; an editor that knows
# YAML shows every key with what it means.

name: {name}
tagline: What it is about, in a line

# Where the web pages and the images of mails will be.
# base_url: https://example.com

language: en
timezone: UTC

from:
  name: {name}
  address: letters@example.com

# The law of many countries wants a postal address in every mailing.
# postal_address: Street 1, City, Country

# `classic` (a letter), `digest` (cards) or `minimal`; a post may name its own.
template: classic

# What a kind of post must have: `newsletter new \"Title\" --profile letter` starts one.
profiles:
  letter:
    description: A letter with an answer to one question
    fields: [title, subtitle]
    sections:
      - id: greeting
        kind: greeting
";

const POST: &str = "\
---
title: The first letter
subtitle: What a post looks like, and what is wrong with this one
preheader: Everything a letter needs, and one thing that is missing.
status: draft
---

Dear reader,

This is a post: Markdown with a few lines about it on top. `newsletter build` makes it a web page,
an e-mail, a plain text and a complete message, and says what is wrong.

## What can it hold?

What Markdown can: **strong** words, lists, tables, footnotes[^1], links such as the one to
[CommonMark](https://commonmark.org), and pictures.

![](../images/first-year.png)

## What is wrong with it?

The picture above has no description, so those who read with images off see an empty box. Write
what it shows between the brackets, `![Twelve bars, the last the tallest](…)`, and build again.

Until the next one,\\
the editor

[^1]: A note stands at the end of the letter.
";

const TEMPLATES: &str = "\
# Templates

What stands here takes the place of a built-in template of the same name.

    newsletter templates list
    newsletter templates eject classic

A template of your own, `templates/mine.hbs`, is used by `template: mine` in `newsletter.yaml` or in
a post.
";

const SETTINGS: &str = "\
{
  \"yaml.schemas\": { \"./schema/newsletter.json\": \"newsletter.yaml\" }
}
";

const WORKFLOW: &str = "\
# Builds every post on each push. A post with an error fails the run; the pages are kept to look at.
name: newsletter
on: [push, pull_request]
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/cache@v4
        with:
          path: ~/.cargo/bin/newsletter
          key: newsletter-0.1
      - run: command -v newsletter || cargo install newsletter --version '^0.1' --locked
      - run: newsletter build
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: out
          path: out
          include-hidden-files: true
";

const IGNORE: &str = "\
# What `newsletter build` and `newsletter archive build` make.
/out
/.out.newsletter-*
/site
/.site.newsletter-*
# Addresses, and the keys of every link to leave.
/subscribers.db*
";

const README: &str = "\
# {name}

    newsletter build --open          # all posts as web page, e-mail, plain text and message
    newsletter new \"A title\"         # a dated draft in posts/
    newsletter list                  # what there is, and what is wrong with it

`newsletter.yaml` holds what is the same for all posts, `posts/` the posts, `images/` their pictures
and `templates/` what is to look different.
";

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn a_folder_names_its_newsletter() {
        assert_eq!(title("my-newsletter"), "My newsletter");
        assert_eq!(title("重庆"), "重庆");
        assert_eq!(title(".."), "My newsletter");
    }
}
