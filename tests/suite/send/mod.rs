//! `newsletter send`, the binary against a scripted server, and its loop under a clock of the test's.

mod again;
mod faults;
mod known;
#[cfg(target_os = "linux")]
mod machine;
mod publish;
mod refusals;
mod rehearsal;
mod rest;
mod time;

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::support::relay::{Script, Scripted};
use crate::support::{Project, Ran};

/// A publication with an issue that may go out, readers, and a relay.
pub(crate) struct Office {
    pub(crate) project: Project,
    server: Scripted,
    /// The server lives in it.
    runtime: Runtime,
}

const POST: &str = "title: Notes from the west\nstatus: ready\nnumber: 7";
const TEXT: &str = "Dear {{default subscriber.name \"reader\"}},\n\nall is well.";

fn reader(number: usize) -> String {
    format!("r{number}@example.org")
}

fn config(port: u16) -> String {
    format!(
        "name: Upstream
language: en
timezone: Europe/Vienna
from: {{name: Mira Voss, address: mira@upstream.example}}
postal_address: Upstream, 1 Harbour Lane, Trieste
unsubscribe: {{url: \"https://upstream.example/leave/{{token}}\"}}
subscribers: {{fields: {{town: text}}}}
segments: {{nobody: 'tag = \"none\"'}}
smtp: {{host: 127.0.0.1, port: {port}, tls: none, connections: 1}}
"
    )
}

impl Office {
    /// With so many readers, `r0@example.org` and so on.
    fn new(script: Script, readers: usize) -> Self {
        let rows: String = (0..readers).map(|number| reader(number) + "\n").collect();
        Self::with(script, &format!("email\n{rows}"), TEXT)
    }

    /// With the readers of a table and the text of the issue.
    pub(crate) fn with(script: Script, table: &str, text: &str) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let server = runtime.block_on(script.start());
        let project = Project::empty().file("newsletter.yaml", config(server.port)).post("west", POST, text);
        let office = Self { project, server, runtime };
        office.import(table);
        office
    }

    fn import(&self, table: &str) {
        self.project.write("list.csv", table);
        self.project.run(["subscribers", "import", "list.csv"]).success();
    }

    /// Replaces some words of the configuration.
    fn reconfigure(&self, from: &str, to: &str) {
        let text = self.project.read("newsletter.yaml");
        assert!(text.contains(from), "{text}");
        self.project.write("newsletter.yaml", text.replace(from, to));
    }

    fn run(&self, line: &str) -> Ran {
        self.project.run(line.split_whitespace())
    }

    /// Sends the issue, and says so.
    pub(crate) fn send(&self, more: &str) -> Ran {
        self.run(&format!("send west --yes {more}"))
    }

    /// Starts a command, and lets it run.
    fn start(&self, line: &str) -> Child {
        let mut command = self.project.command(line.split_whitespace());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn end(&self, child: Child) -> Ran {
        self.project.ran(child.wait_with_output().unwrap())
    }

    /// The campaign's JSON, whose counts sum to its total.
    fn status(&self) -> Value {
        let ran = self.run("status west --recipients --format json");
        let json: Value = serde_json::from_str(&ran.stdout).unwrap();
        let states = ["pending", "sending", "sent", "deferred", "failed", "in_doubt", "suppressed", "cancelled"];
        let sum: u64 = states.iter().map(|state| json[state].as_u64().unwrap()).sum();
        assert_eq!(sum, json["total"].as_u64().unwrap(), "{json}");
        assert_eq!(json["recipients"].as_array().unwrap().len() as u64, sum);
        json
    }

    /// How many deliveries are in a state.
    fn count(&self, state: &str) -> u64 {
        self.status()[state].as_u64().unwrap()
    }

    /// Who got how many messages, as the server has it.
    fn copies(&self, address: &str) -> usize {
        self.server.log().taken.iter().filter(|(to, _)| to.starts_with(&format!("<{address}>"))).count()
    }

    /// The messages to somebody.
    fn letters(&self, address: &str) -> Vec<String> {
        let taken = self.server.log().taken;
        taken.into_iter().filter(|(to, _)| to.starts_with(&format!("<{address}>"))).map(|(_, text)| text).collect()
    }
}

/// Waits for something that comes soon.
#[track_caller]
fn until(what: &str, mut is: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < Duration::from_secs(30), "never: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = std::process::Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// The text of every file of a folder, in the order of their names.
fn texts(folder: &Path) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// The first header of this name.
fn header(text: &str, name: &str) -> String {
    let found = text.lines().find(|line| line.starts_with(&format!("{name}: ")));
    found.map(str::trim_end).map(str::to_owned).unwrap_or_default()
}
