//! A publication in a temporary folder, and the tool run on it.
//!
//! ```ignore
//! let project = Project::new().file("newsletter.yaml", "name: Test\n").post("a", "title: A", "Text.");
//! project.run(["build"]).success().stdout("…");
//! ```

pub(crate) mod dns;
pub(crate) mod relay;
pub(crate) mod server;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use newsletter::config::{Author, Config, Theme};
use tempfile::TempDir;

/// The configuration of a newsletter with an author, from which the tests of renditions start.
pub(crate) fn with_author() -> Config {
    let ada = Author {
        name: "Ada Lin".into(),
        bio: Some("Reads the readouts, so that you need not.".into()),
        image: None,
        url: Some("https://upstream.example/ada".into()),
    };
    Config {
        base_url: Some("https://upstream.example".into()),
        postal_address: Some("12 Wharf Lane\nDublin 2\nIreland".into()),
        theme: Theme { social: vec![("RSS".into(), "https://upstream.example/feed".into())], ..Theme::default() },
        authors: BTreeMap::from([("ada".to_owned(), ada)]),
        ..Config::named("Upstream")
    }
}

/// The configuration of a project that does not bring its own.
pub(crate) const CONFIG: &str = "\
name: Upstream
base_url: https://upstream.example
language: en
timezone: Europe/Vienna
from:
  name: Mira Voss
  address: mira@upstream.example
postal_address: Upstream, 1 Harbour Lane, Trieste
unsubscribe:
  url: https://upstream.example/leave/{token}
";

/// A folder that is removed at the end of the test.
#[must_use]
#[derive(Debug)]
pub(crate) struct Project {
    dir: TempDir,
    env: BTreeMap<String, Option<String>>,
    cwd: PathBuf,
}

impl Project {
    /// A publication with [`CONFIG`] and no post.
    pub(crate) fn new() -> Self {
        Self::empty().file("newsletter.yaml", CONFIG)
    }

    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let cwd = dir.path().canonicalize().unwrap();
        Self { dir, env: BTreeMap::new(), cwd }
    }

    /// Writes a file; `path` is relative to the folder.
    pub(crate) fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.write(path, text);
        self
    }

    /// Writes the post `posts/NAME.md` with the given front matter and text.
    pub(crate) fn post(self, name: &str, front_matter: &str, text: &str) -> Self {
        let text = format!("---\n{}\n---\n\n{text}\n", front_matter.trim_end());
        self.file(&format!("posts/{name}.md"), text)
    }

    /// Sets an environment variable for the runs.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), Some(value.to_owned()));
        self
    }

    /// Runs in a folder of the project instead of its top.
    pub(crate) fn inside(mut self, folder: &str) -> Self {
        self.cwd = self.path(folder);
        std::fs::create_dir_all(&self.cwd).unwrap();
        self
    }

    /// Writes a file of a project that is in use.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let place = self.path(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, text).unwrap();
    }

    /// Where a file of the project is.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// The project's folder, without symbolic links.
    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    /// The text of a file.
    pub(crate) fn read(&self, path: &str) -> String {
        let place = self.path(path);
        let text = std::fs::read_to_string(&place);
        assert!(text.is_ok(), "{}: {text:?}", place.display());
        text.unwrap()
    }

    /// Every file below `folder` with its bytes, by path relative to `folder`.
    pub(crate) fn tree(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        walk(&self.path(folder), &self.path(folder), &mut files);
        files
    }

    /// The paths of [`Project::tree`], one a line.
    pub(crate) fn paths(&self, folder: &str) -> String {
        self.tree(folder).into_keys().collect::<Vec<_>>().join("\n")
    }

    /// Runs `newsletter` with these arguments.
    #[must_use = "a run that nobody looks at proves nothing"]
    pub(crate) fn run<I>(&self, arguments: I) -> Ran
    where
        I: IntoIterator<Item: AsRef<OsStr>>,
    {
        self.ran(self.command(arguments).output().unwrap())
    }

    /// `newsletter` with these arguments, to be run as the test likes.
    pub(crate) fn command<I>(&self, arguments: I) -> Command
    where
        I: IntoIterator<Item: AsRef<OsStr>>,
    {
        let mut command = Command::new(env!("CARGO_BIN_EXE_newsletter"));
        command.args(arguments).current_dir(&self.cwd).stdin(std::process::Stdio::null());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER"] {
            command.env_remove(name);
        }
        for (name, value) in &self.env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// What a run said that has ended.
    pub(crate) fn ran(&self, output: std::process::Output) -> Ran {
        let root = self.root().to_string_lossy().into_owned();
        let text = |bytes: Vec<u8>| steady(&String::from_utf8(bytes).unwrap().replace(&root, "[DIR]"));
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

fn walk(top: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(top, &path, files);
        } else {
            let name = path.strip_prefix(top).unwrap().to_string_lossy().replace('\\', "/");
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

/// Output without what differs from run to run: `in 0.4 s` is `in [TIME]`.
fn steady(text: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        match line.split_once(" in ").and_then(|(before, rest)| {
            let (number, after) = rest.split_once(" s")?;
            number.parse::<f64>().ok()?;
            Some(format!("{before} in [TIME]{after}"))
        }) {
            Some(steady) => out.push_str(&steady),
            None => out.push_str(line),
        }
    }
    out
}

/// What a run said: the project's folder is `[DIR]` in it.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.all());
        self
    }

    /// Asserts that all was done.
    #[track_caller]
    pub(crate) fn success(self) -> Self {
        self.exits(0)
    }

    /// Asserts that something is said somewhere.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.all().contains(words), "`{words}` is not in\n{}", self.all());
        self
    }

    /// Asserts that something is said nowhere.
    #[track_caller]
    pub(crate) fn never_says(self, words: &str) -> Self {
        assert!(!self.all().contains(words), "`{words}` is in\n{}", self.all());
        self
    }

    /// All of it, to look at: exit code, standard output, standard error.
    pub(crate) fn all(&self) -> String {
        let code = self.code.map_or("killed".to_owned(), |code| code.to_string());
        format!("exit {code}\n--- stdout\n{}--- stderr\n{}", self.stdout, self.stderr)
    }
}
