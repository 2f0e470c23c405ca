//! `newsletter subscribers import`.

use std::io::Read as _;
use std::path::Path;

use serde_json::json;

use crate::cli::global::{Place, shell};
use crate::cli::output::{Terminal, printable};
use crate::cli::subscribers::{Format, VERSION, made, now, number, pair, progress, sound_config};
use crate::cli::{Exit, Failure};
use crate::subscribers::{Added, BadLine, FILE, Formulas, Import, Imported, Options};

/// Import subscribers from CSV or JSON Lines; nobody who left is brought back
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Read this file; `-` for standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// Read a column as this field; nothing after `=` leaves it out
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = pair)]
    maps: Vec<(String, String)>,
    /// Give all of them a tag
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Note where they came from, where the file does not say; the file's name without it
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// Report every bad line and what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Import the good lines although others are bad
    #[arg(long)]
    skip_bad: bool,
    /// Take off the `'` that `export` put before cells like formulas
    #[arg(long)]
    from_export: bool,
    /// Show the result in this form
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

impl Args {
    fn bytes(&self, place: &Place) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let read = if self.file == "-" {
            std::io::stdin().lock().read_to_end(&mut bytes)
        } else {
            std::fs::File::open(place.resolve(Path::new(&self.file))).and_then(|mut file| file.read_to_end(&mut bytes))
        };
        read.map_err(|error| Failure::Read(self.file.clone(), error))?;
        Ok(bytes)
    }

    /// The command that does what was tried: all that was said, but for `--dry-run`.
    fn in_earnest(&self) -> String {
        let maps = self.maps.iter().map(|(column, field)| ("--map", format!("{column}={field}")));
        let tags = self.tags.iter().map(|tag| ("--tag", tag.clone()));
        let source = self.source.iter().map(|source| ("--source", source.clone()));
        let json = Some(("--format", "json".to_owned())).filter(|_| self.format == Format::Json);
        let values = maps.chain(tags).chain(source).chain(json);
        let flags = [("--skip-bad", self.skip_bad), ("--from-export", self.from_export)];
        let values = values.map(|(flag, value)| format!(" {flag} {}", shell(&value)));
        let flags = flags.into_iter().filter(|(_, given)| *given).map(|(flag, _)| format!(" {flag}"));
        format!("subscribers import {}", shell(&self.file)) + &values.chain(flags).collect::<String>()
    }

    /// Where they come from, where the file does not say.
    fn source(&self) -> String {
        let name = Path::new(&self.file).file_name().map(|name| name.to_string_lossy().into_owned());
        self.source.clone().or(name.filter(|name| name != "-")).unwrap_or_else(|| "import".to_owned())
    }
}

pub(super) fn run(args: &Args, place: &Place, terminal: &Terminal) -> Result<Exit, Failure> {
    let config = sound_config(place, terminal)?;
    let options = Options {
        maps: args.maps.clone(),
        zone: config.timezone,
        formulas: if args.from_export { Formulas::Disarmed } else { Formulas::Raw },
    };
    let mut import = Import::read(&args.bytes(place)?, &config.fields, &options)
        .map_err(|error| Failure::Import(args.file.clone(), error))?;
    import.refuse_to_come(now());
    for tag in &args.tags {
        import.records.iter_mut().for_each(|(_, record)| record.tag(tag));
    }
    let lines = import.bad.iter().map(|bad| format!("{}:{}: {}\n", printable(&args.file), bad.line, bad.fault));
    terminal.findings(&lines.collect::<String>());
    let stops = !import.bad.is_empty() && !args.skip_bad;
    let bad = std::mem::take(&mut import.bad);
    let imported = if stops && !args.dry_run {
        Imported::default()
    } else if args.dry_run && !place.root().join(FILE).exists() {
        import.alone()
    } else {
        let (list, source) = (made(place, terminal)?, args.source());
        let bar = progress::bar(import.records.len());
        let moved = bar.clone();
        let tick = move |done: usize| moved.set_position(done as u64);
        let result = if args.dry_run {
            list.try_import(import.records, Some(&source), now(), tick)
        } else {
            list.import(import.records, Some(&source), now(), tick)
        };
        bar.finish_and_clear();
        result?
    };
    match args.format {
        Format::Json => terminal.result(&as_json(args, &imported, &bad))?,
        Format::Human => {
            let word = if args.dry_run { "would be " } else { "" };
            terminal.say(&format!("{}: {word}{}", printable(&args.file), summary(&imported, bad.len() as u64)));
        }
    }
    terminal.next(&match () {
        () if stops => format!("mend `{}`, or add `--skip-bad`", printable(&args.file)),
        () if args.dry_run => place.command(&args.in_earnest()),
        () => place.command("subscribers list"),
    });
    Ok(if stops { Exit::Findings } else { Exit::Done })
}

/// What can become of a record, in JSON and in words.
const OUTCOMES: [(&str, &str); 6] = [
    ("added", "added"),
    ("updated", "updated"),
    ("unchanged", "unchanged"),
    ("left", "taken off by this file"),
    ("unsubscribed", "left before and stay away"),
    ("suppressed", "suppressed and stay away"),
];

fn name(added: Added) -> &'static str {
    match added {
        Added::New => "added",
        Added::Updated => "updated",
        Added::Unchanged => "unchanged",
        Added::Left => "left",
        Added::Unsubscribed => "unsubscribed",
        Added::Suppressed(_) => "suppressed",
    }
}

fn count(imported: &Imported, outcome: &str) -> u64 {
    imported.counts.iter().filter(|(added, _)| name(**added) == outcome).map(|(_, count)| count).sum()
}

fn summary(imported: &Imported, bad: u64) -> String {
    let counts = OUTCOMES.map(|(outcome, words)| (count(imported, outcome), words));
    let some = counts.iter().enumerate().filter(|(index, (count, _))| *index == 0 || *count > 0);
    let mut parts: Vec<_> = some.map(|(_, (count, words))| format!("{count} {words}")).collect();
    if bad > 0 {
        parts.push(number(bad, "bad line", "bad lines"));
    }
    parts.join(", ")
}

fn as_json(args: &Args, imported: &Imported, bad: &[BadLine]) -> String {
    let bad: Vec<_> = bad.iter().map(|bad| json!({ "line": bad.line, "reason": bad.fault.to_string() })).collect();
    let head = [("version", json!(VERSION)), ("dry_run", json!(args.dry_run))];
    let counts = OUTCOMES.map(|(outcome, _)| (outcome, json!(count(imported, outcome))));
    let all = head.into_iter().chain(counts).chain([("bad", json!(bad))]);
    let all: serde_json::Map<_, _> = all.map(|(name, value)| (name.to_owned(), value)).collect();
    format!("{}\n", serde_json::Value::Object(all))
}
