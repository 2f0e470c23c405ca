//! Sessions under TLS, and servers that have something to hide.

use newsletter::smtp::{Connection, Credentials, Relay, Secret, Session, SessionError, Settings, SmtpRelay, Tls};

use crate::relays::{Counted, end, letter, settings};
use crate::support::relay::{Act, Identity, Script, Scripted, Step};

const STARTTLS: &[&str] = &["STARTTLS", "PIPELINING"];

async fn connect(server: &Scripted, tls: Tls, ca: &[u8]) -> Result<Session, SessionError> {
    SmtpRelay::new(Settings { ca: Some(ca.to_vec()), ..settings(server, tls) }).unwrap().connect().await
}

async fn sends(session: Session) {
    let [a, b] = ["a@x.example", "b@x.example"].map(letter);
    let turn = session.send(&a, Counted::default(), Some(&b)).await;
    assert!(end(&turn).ends_with("spent, goes on"), "{}", end(&turn));
    let turn = turn.connection.unwrap().send(&b, Counted::default(), None).await;
    assert!(end(&turn).starts_with("sent"), "{}", end(&turn));
    turn.connection.unwrap().quit().await;
}

#[tokio::test]
async fn letters_go_under_tls_from_the_first_byte() {
    let identity = Identity::new("localhost");
    let server = Script::offering(&["PIPELINING"]).implicit_tls(&identity).start().await;
    sends(connect(&server, Tls::Implicit, &identity.ca).await.unwrap()).await;
    assert_eq!((server.taken(), server.told("STARTTLS"), server.told("QUIT")), (2, 0, 1));
}

#[tokio::test]
async fn letters_go_under_starttls() {
    let identity = Identity::new("localhost");
    let server = Script::offering(STARTTLS).tls(&identity).start().await;
    sends(connect(&server, Tls::StartTls, &identity.ca).await.unwrap()).await;
    assert_eq!((server.taken(), server.told("STARTTLS"), server.told("EHLO"), server.told("QUIT")), (2, 1, 2, 1));
}

#[tokio::test]
async fn an_address_can_be_what_a_certificate_names() {
    let identity = Identity::new("127.0.0.1");
    let server = Script::default().implicit_tls(&identity).start().await;
    let settings =
        Settings { host: "127.0.0.1".to_owned(), ca: Some(identity.ca.clone()), ..settings(&server, Tls::Implicit) };
    sends(SmtpRelay::new(settings).unwrap().connect().await.unwrap()).await;
}

#[tokio::test]
async fn what_was_offered_before_tls_is_forgotten() {
    let identity = Identity::new("localhost");
    let server = Script::offering(&["STARTTLS", "PIPELINING", "AUTH PLAIN", "SIZE 5"])
        .tls(&identity)
        .after_tls(&["8BITMIME"])
        .start()
        .await;
    let session = connect(&server, Tls::StartTls, &identity.ca).await.unwrap();
    assert_eq!(session.capabilities().keywords().collect::<Vec<_>>(), ["8BITMIME"]);
    assert_eq!(session.capabilities().mechanisms().count() + usize::from(session.capabilities().size().is_some()), 0);
    sends(session).await;
    assert_eq!(server.taken(), 2);
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_mail() {
    let identity = Identity::new("localhost");
    let server = Script::offering(&["PIPELINING"]).start().await;
    let error = connect(&server, Tls::StartTls, &identity.ca).await.unwrap_err();
    assert_eq!(error.to_string(), "`localhost` does not offer STARTTLS");
    assert_eq!(server.log().commands.len(), 1);
}

#[tokio::test]
async fn a_refused_starttls_is_no_reason_to_go_without() {
    let identity = Identity::new("localhost");
    let server =
        Script::offering(STARTTLS).on(Step::StartTls, 1, Act::SayAndClose(b"454 4.7.0 not now\r\n")).start().await;
    let error = connect(&server, Tls::StartTls, &identity.ca).await.unwrap_err();
    assert_eq!(error.to_string(), "the server answered `STARTTLS` with `454 4.7.0 not now`");
}

#[tokio::test]
async fn bytes_injected_before_tls_end_the_session() {
    let identity = Identity::new("localhost");
    for injected in [&b"220 go ahead\r\n250 injected\r\n"[..], b"220 go ahead\r\n2", b"220 go ahead\r\n\0"] {
        let server = Script::offering(STARTTLS).tls(&identity).on(Step::StartTls, 1, Act::Say(injected)).start().await;
        let error = connect(&server, Tls::StartTls, &identity.ca).await.unwrap_err();
        assert!(matches!(error, SessionError::Injected), "{error}");
        assert_eq!(server.told("EHLO"), 1);
    }
}

#[tokio::test]
async fn bytes_injected_a_little_later_end_the_session_too() {
    let identity = Identity::new("localhost");
    let pieces = Act::Pieces(vec![b"220 go ahead\r\n", b"250 injected\r\n"]);
    let server = Script::offering(STARTTLS).tls(&identity).on(Step::StartTls, 1, pieces).start().await;
    let error = connect(&server, Tls::StartTls, &identity.ca).await.unwrap_err();
    assert!(matches!(error, SessionError::Tls { .. } | SessionError::Injected), "{error}");
    assert_eq!(server.told("EHLO"), 1);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let identity = Identity::new("mail.example");
    let server = Script::default().implicit_tls(&identity).start().await;
    let error = connect(&server, Tls::Implicit, &identity.ca).await.unwrap_err();
    assert_eq!(error.to_string(), "the certificate of `localhost` is not valid: it is for another name");
    assert_eq!(server.log().commands.len(), 0);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let identity = Identity::new("localhost");
    let other = Identity::new("localhost");
    for (tls, script) in [
        (Tls::Implicit, Script::default().implicit_tls(&identity)),
        (Tls::StartTls, Script::offering(STARTTLS).tls(&identity)),
    ] {
        let server = script.start().await;
        let error = connect(&server, tls, &other.ca).await.unwrap_err();
        // Both authorities bear the same name, so that the signature tells them apart.
        assert!(matches!(error, SessionError::Certificate { .. }), "{error}");
        assert_eq!(server.told("MAIL"), 0);
    }
}

#[tokio::test]
async fn no_password_goes_to_a_server_that_is_not_proven() {
    let identity = Identity::new("localhost");
    let other = Identity::new("localhost");
    let server = Script::offering(&["STARTTLS", "AUTH PLAIN LOGIN"]).tls(&identity).start().await;
    let credentials = Some(Credentials::Password { username: "mira".to_owned(), password: Secret::new("hunter2") });
    let settings = Settings { credentials, ca: Some(other.ca), ..settings(&server, Tls::StartTls) };
    SmtpRelay::new(settings).unwrap().connect().await.unwrap_err();
    assert_eq!(server.told("AUTH"), 0);
}

#[tokio::test]
async fn a_server_without_tls_on_its_tls_port_is_named() {
    let identity = Identity::new("localhost");
    let server = Script::default().start().await;
    let error = connect(&server, Tls::Implicit, &identity.ca).await.unwrap_err();
    assert!(error.to_string().starts_with("no TLS with `localhost`: "), "{error}");
    assert!(error.help().is_some());
}
