//! Sessions with Postfix, as `.ci/postfix.sh` starts it. `NEWSLETTER_POSTFIX` is its folder, port
//! and TLS port.

use std::path::PathBuf;

use newsletter::smtp::{Connection, Credentials, Outcome, Relay, Secret, SessionError, Settings, SmtpRelay, Tls};

use crate::relays::{Counted, end, letter_of};

struct Postfix {
    folder: PathBuf,
    ports: [u16; 2],
}

fn postfix() -> Postfix {
    let text = std::env::var("NEWSLETTER_POSTFIX").unwrap();
    let mut words = text.split_whitespace();
    let folder = words.next().unwrap().into();
    Postfix { folder, ports: [(); 2].map(|()| words.next().unwrap().parse().unwrap()) }
}

impl Postfix {
    fn settings(&self, tls: Tls) -> Settings {
        let port = self.ports[usize::from(tls == Tls::Implicit)];
        Settings {
            ca: Some(std::fs::read(self.folder.join("ca/ca.pem")).unwrap()),
            credentials: Some(Credentials::Password { username: "news".to_owned(), password: Secret::new("secret") }),
            ..Settings::new("localhost", port, tls)
        }
    }

    /// How many messages with this subject are in its mailbox, once there are `count` of them.
    async fn delivered(&self, subject: &str, count: usize) -> usize {
        let mut found = 0;
        for _ in 0..600 {
            let mailbox = std::fs::read_to_string(self.folder.join("mail/mbox")).unwrap_or_default();
            found = mailbox.lines().filter(|line| *line == format!("Subject: {subject}")).count();
            if found >= count {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        found
    }
}

/// Sends `count` letters over one relay; each has an identifier of its own.
async fn send(postfix: &Postfix, settings: Settings, subject: &str, count: usize) {
    let relay = SmtpRelay::new(settings).unwrap();
    let text =
        format!("From: a@x.example\r\nSubject: {subject}\r\n\r\n.\r\n..dots\r\n{}", "A line of text.\r\n".repeat(100));
    let letters: Vec<_> = (0..count).map(|n| letter_of(&format!("r{n}@x.example"), &text)).collect();
    let before = postfix.delivered(subject, 0).await;
    let mut ids = std::collections::BTreeSet::new();
    let mut open = None;
    for (n, letter) in letters.iter().enumerate() {
        let session = match open.take() {
            Some(session) => session,
            None => relay.connect().await.unwrap(),
        };
        assert!(session.capabilities().offers("PIPELINING") && session.capabilities().offers("SMTPUTF8"));
        let turn = session.send(letter, Counted::default(), letters.get(n + 1)).await;
        assert!(matches!(turn.outcome, Outcome::Sent { relay_id: Some(_), .. }), "{}", end(&turn));
        if let Outcome::Sent { relay_id: Some(id), .. } = &turn.outcome {
            ids.insert(id.clone());
        }
        match turn.connection {
            Some(session) if session.is_spent() => session.quit().await,
            other => open = other,
        }
    }
    if let Some(session) = open {
        session.quit().await;
    }
    assert_eq!(ids.len(), count, "each has a name of its own");
    assert_eq!(postfix.delivered(subject, before + count).await, before + count);
    let log = std::fs::read_to_string(postfix.folder.join("maillog")).unwrap();
    assert!(ids.iter().all(|id| log.contains(&format!("{id}: "))), "Postfix knows them by these names");
}

#[tokio::test]
#[ignore = "needs the Postfix of NEWSLETTER_POSTFIX"]
async fn postfix_takes_letters_under_starttls() {
    let postfix = postfix();
    send(&postfix, postfix.settings(Tls::StartTls), "under STARTTLS", 250).await;
}

#[tokio::test]
#[ignore = "needs the Postfix of NEWSLETTER_POSTFIX"]
async fn postfix_takes_letters_under_implicit_tls() {
    let postfix = postfix();
    send(&postfix, postfix.settings(Tls::Implicit), "under implicit TLS", 250).await;
}

#[tokio::test]
#[ignore = "needs the Postfix of NEWSLETTER_POSTFIX"]
async fn postfix_refuses_a_wrong_password() {
    let postfix = postfix();
    let credentials = Some(Credentials::Password { username: "news".to_owned(), password: Secret::new("wrong") });
    let settings = Settings { credentials, ..postfix.settings(Tls::StartTls) };
    let error = SmtpRelay::new(settings).unwrap().connect().await.unwrap_err();
    assert!(error.is_authentication(), "{error}");
    assert!(error.to_string().contains("535 5.7.8"), "{error}");
}

#[tokio::test]
#[ignore = "needs the Postfix of NEWSLETTER_POSTFIX"]
async fn postfix_refuses_recipients_of_strangers_and_keeps_the_session() {
    let postfix = postfix();
    let settings = Settings { credentials: None, ..postfix.settings(Tls::StartTls) };
    let mut session = SmtpRelay::new(settings).unwrap().connect().await.unwrap();
    let letters = ["a", "b", "c"].map(|name| letter_of(&format!("{name}@x.example"), "Hello.\r\n"));
    for (n, letter) in letters.iter().enumerate() {
        let turn = session.send(letter, Counted::default(), letters.get(n + 1)).await;
        assert!(end(&turn).starts_with("refused at Rcpt: 554 5.7.1 "), "{}", end(&turn));
        assert!(turn.unspent.is_some());
        session = turn.connection.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs the Postfix of NEWSLETTER_POSTFIX"]
async fn the_systems_authorities_do_not_know_postfixs_certificate() {
    let postfix = postfix();
    let settings = Settings { ca: None, ..postfix.settings(Tls::Implicit) };
    let error = SmtpRelay::new(settings).unwrap().connect().await.unwrap_err();
    assert!(matches!(error, SessionError::Certificate { .. }), "{error}");
}
