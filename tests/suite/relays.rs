//! What every relay keeps: one contract, and each relay passes it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use newsletter::smtp::{
    Connection, Content, Dot, Envelope, FolderRelay, Letter, Outcome, Permit, Relay, SessionError, Settings, SmtpRelay,
    Timeouts, Tls, Turn, Withheld,
};

use crate::support::relay::{Script, Scripted};

/// A permit that counts where it is spent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted {
    spent: Arc<AtomicUsize>,
}

impl Counted {
    pub(crate) fn spent(&self) -> usize {
        self.spent.load(Ordering::SeqCst)
    }
}

impl Permit for Counted {
    fn spend(self) -> Result<(), Withheld<Self>> {
        self.spent.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

/// A permit that cannot be spent.
#[derive(Debug)]
pub(crate) struct Full;

impl Permit for Full {
    fn spend(self) -> Result<(), Withheld<Self>> {
        Err(Withheld { permit: self, error: io::ErrorKind::StorageFull.into() })
    }
}

/// A letter to `recipient`.
pub(crate) fn letter(recipient: &str) -> Letter {
    letter_of(recipient, &format!("To: {recipient}\r\nSubject: Hello\r\n\r\nHello.\r\n"))
}

pub(crate) fn letter_of(recipient: &str, text: &str) -> Letter {
    Letter {
        envelope: Envelope::new("bounce@upstream.example", recipient).unwrap(),
        content: Content::new(text.as_bytes().to_vec()).unwrap(),
    }
}

/// Settings for a scripted server, with timeouts that a test can wait for.
pub(crate) fn settings(server: &Scripted, tls: Tls) -> Settings {
    let short = Duration::from_millis(400);
    // TLS without optimization takes its time where tests run together.
    let timeouts = Timeouts { connect: Duration::from_secs(10), command: short, data: short, block: short, dot: short };
    Settings { timeouts, ..Settings::new("localhost", server.port, tls) }
}

pub(crate) async fn connect(server: &Scripted) -> newsletter::smtp::Session {
    SmtpRelay::new(settings(server, Tls::None)).unwrap().connect().await.unwrap()
}

/// How a turn ended, in words: what became of the letter, whether its dot was written, and whether
/// the connection is there to go on.
pub(crate) fn end<C, P>(turn: &Turn<C, P>) -> String {
    let outcome = match &turn.outcome {
        Outcome::Sent { reply, relay_id } => format!("sent: {reply} ({})", relay_id.as_deref().unwrap_or("-")),
        Outcome::Refused { stage, reply } => format!("refused at {stage:?}: {reply}"),
        Outcome::Unsendable(fault) => format!("unsendable: {fault}"),
        Outcome::Lost { dot, error } => format!("lost, dot {dot:?}: {error}"),
    };
    let permit = if turn.unspent.is_some() { "unspent" } else { "spent" };
    let connection = if turn.connection.is_some() { "goes on" } else { "gone" };
    format!("{outcome}; {permit}, {connection}")
}

/// The contract. `taken` counts what the relay has.
async fn contract<R: Relay>(relay: R, taken: impl Fn() -> usize) {
    // Each letter that is sent spends its permit and is there once.
    let letters = ["a@x.example", "b@x.example", "c@x.example"].map(letter);
    let permit = Counted::default();
    let mut connection = relay.connect().await.unwrap();
    for (n, letter) in letters.iter().enumerate() {
        let turn = connection.send(letter, permit.clone(), letters.get(n + 1)).await;
        assert!(matches!(turn.outcome, Outcome::Sent { .. }), "{}", end(&turn));
        assert!(turn.unspent.is_none());
        assert_eq!((permit.spent(), taken()), (n + 1, n + 1));
        connection = turn.connection.unwrap();
        assert!(!connection.is_spent());
    }
    connection.quit().await;

    // A permit that cannot be spent comes back, and nothing has been sent.
    let connection = relay.connect().await.unwrap();
    let turn = connection.send(&letters[0], Full, None).await;
    assert!(
        matches!(turn.outcome, Outcome::Lost { dot: Dot::Unwritten, error: SessionError::Withheld(_) }),
        "{}",
        end(&turn)
    );
    assert!(turn.unspent.is_some() && turn.connection.is_none());
    assert_eq!(taken(), 3);

    // A send that is given up takes its connection along, and nothing is there twice.
    let connection = relay.connect().await.unwrap();
    drop(connection.send(&letters[0], permit.clone(), None));
    assert_eq!((permit.spent(), taken()), (3, 3));
}

#[tokio::test]
async fn an_smtp_relay_keeps_the_contract() {
    let server = Script::default().start().await;
    contract(SmtpRelay::new(settings(&server, Tls::None)).unwrap(), || server.taken()).await;
}

#[tokio::test]
async fn a_pipelining_smtp_relay_keeps_the_contract() {
    let server = Script::offering(&["PIPELINING", "SIZE"]).start().await;
    contract(SmtpRelay::new(settings(&server, Tls::None)).unwrap(), || server.taken()).await;
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_folder_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let relay = FolderRelay::open(folder.path().join("new/mail")).unwrap();
    contract(relay, || files(&folder.path().join("new/mail")).len()).await;
}

#[tokio::test]
async fn a_folder_numbers_its_files_and_goes_on_where_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = letter_of("\"../../up\"@x.example", ".\r\n..a\r\n");
    for letter in [letter("a@x.example"), hostile] {
        // Opened anew each time, as by `send` run again.
        let relay = FolderRelay::open(folder.path()).unwrap();
        let turn = relay.connect().await.unwrap().send(&letter, Counted::default(), None).await;
        assert!(end(&turn).starts_with("sent: 250 2.0.0 written as 0000000"), "{}", end(&turn));
    }
    let names = files(folder.path());
    assert_eq!(names, ["00000001-a@x.example.eml", "00000002-%22..%2F..%2Fup%22@x.example.eml"]);
    assert_eq!(std::fs::read(folder.path().join(&names[1])).unwrap(), b".\r\n..a\r\n", "the message as it is");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let relay = FolderRelay::open(folder.path().join("mail")).unwrap();
    std::fs::remove_dir(folder.path().join("mail")).unwrap();
    let turn = relay.connect().await.unwrap().send(&letter("a@x.example"), Counted::default(), None).await;
    assert!(
        matches!(turn.outcome, Outcome::Lost { dot: Dot::Unwritten, error: SessionError::File { .. } }),
        "{}",
        end(&turn)
    );
    assert!(turn.unspent.is_some());
}
