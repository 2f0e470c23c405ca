//! `newsletter dkim`.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};

use crate::cli::global::Global;
use crate::cli::output::{Terminal, printable};
use crate::cli::{Exit, Failure};
use crate::files::private;
use crate::message::dkim::{self, DnsRecord, PrivateKey, Signer};
use crate::publication;

/// Make the keys that sign your mail
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key, and show its DNS record and the lines for newsletter.yaml
    Keygen(Keygen),
}

#[derive(Debug, clap::Args)]
struct Keygen {
    /// Sign for this domain: that of `from`, or one that it belongs to
    #[arg(long, value_name = "DOMAIN")]
    domain: String,
    /// Name the key so in DNS: news, or s2026
    #[arg(long, value_name = "NAME")]
    selector: String,
    /// Write the private key to FILE, which must be new and not tracked by git
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Make a key of this kind
    #[arg(long, value_name = "KIND", value_enum, default_value_t)]
    algorithm: Algorithm,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Algorithm {
    /// RSA of 2048 bits, which every server checks
    #[default]
    Rsa,
    /// Ed25519, for a second signature
    Ed25519,
}

pub(super) fn run(args: &Args, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    match &args.command {
        Command::Keygen(args) => keygen(args, global, terminal),
    }
}

fn keygen(args: &Keygen, global: &Global, terminal: &Terminal) -> Result<Exit, Failure> {
    let key = PrivateKey::generate(match args.algorithm {
        Algorithm::Rsa => dkim::Algorithm::Rsa,
        Algorithm::Ed25519 => dkim::Algorithm::Ed25519,
    })?;
    let pem = key.to_pem()?;
    let signer = Signer::new(&args.domain, &args.selector, key)?;
    let path = global.base()?.join(&args.out);
    private::write_new(&path, pem.as_bytes())?;

    terminal.say(&printable(&format!("Wrote `{}`; keep it secret and back it up", args.out.display())));
    for record in signer.dns_records()? {
        terminal.result(&shown(&record))?;
    }
    let file = in_publication(&path, global);
    terminal.result(&lines(args.algorithm, signer.domain(), &args.selector, &file))?;
    terminal.next(&format!("publish the record, add the lines, then `{}`", global.command("doctor")));
    Ok(Exit::Done)
}

/// The record for a form on the web, and for a zone file.
fn shown(record: &DnsRecord) -> String {
    let DnsRecord { name, value } = record;
    let quoted = record.quoted();
    format!(
        "DNS record\n  name:  {name}\n  type:  TXT\n  value: {value}\n\nIn a zone file\n  {name}. IN TXT ( {quoted} )\n\n"
    )
}

/// What `newsletter.yaml` says of the key.
fn lines(algorithm: Algorithm, domain: &str, selector: &str, file: &str) -> String {
    let (selector, file) = (scalar(selector), scalar(file));
    match algorithm {
        Algorithm::Rsa => format!(
            "In newsletter.yaml\n  dkim:\n    sign: own\n    domain: {domain}\n    selector: {selector}\n    key: {{file: {file}}}\n"
        ),
        Algorithm::Ed25519 => {
            format!("In newsletter.yaml, under `dkim`\n    ed25519: {{selector: {selector}, key: {{file: {file}}}}}\n")
        }
    }
}

/// A text as YAML reads it back: quoted where it could be a number, a truth or markup.
fn scalar(text: &str) -> String {
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
        && !WORDS.contains(&&*text.to_ascii_lowercase());
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

/// The file as the configuration names it: from the publication's folder, where it lies below.
fn in_publication(path: &Path, global: &Global) -> String {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let base = global.base().ok().and_then(|base| publication::find_root(None, &base).ok());
    let root = base.and_then(|root| root.canonicalize().ok());
    let inside = root.and_then(|root| real.strip_prefix(root).ok().map(Path::to_owned));
    inside.unwrap_or(real).to_string_lossy().into_owned()
}
