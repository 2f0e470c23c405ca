//! Sends one message many times and says how fast: `smtp_rate PORT COUNT CONNECTIONS SIZE`.
//!
//! For `benches/smtp.py`, which sets it beside Postfix's own `smtp-source`.
#![expect(clippy::print_stdout, reason = "an example says what it found")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use newsletter::smtp::{
    Connection, Content, Envelope, Letter, Outcome, Permit, Relay, Settings, SmtpRelay, Tls, Withheld,
};

/// What a measurement needs for a permit: nothing.
struct Free;

impl Permit for Free {
    fn spend(self) -> Result<(), Withheld<Self>> {
        Ok(())
    }
}

type Fault = Box<dyn std::error::Error + Send + Sync>;

fn letter(size: usize) -> Result<Letter, Fault> {
    let line = "A line as long as those of a message that is encoded as quoted-printable ar=\r\n";
    let text = format!("Subject: Hello\r\n\r\n{}", line.repeat(size.div_ceil(line.len())));
    Ok(Letter {
        envelope: Envelope::new("from@upstream.example", "to@x.example")?,
        content: Content::new(text.into_bytes())?,
    })
}

async fn send(relay: Arc<SmtpRelay>, letter: Arc<Letter>, left: Arc<AtomicUsize>) -> Result<(), Fault> {
    let mut open = None;
    while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
        let session = match open.take() {
            Some(session) => session,
            None => relay.connect().await?,
        };
        let turn = session.send(&letter, Free, Some(&letter)).await;
        if !matches!(turn.outcome, Outcome::Sent { .. }) {
            return Err(format!("{:?}", turn.outcome).into());
        }
        open = turn.connection;
    }
    if let Some(session) = open {
        session.quit().await;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let numbers = std::env::args().skip(1).map(|word| word.parse()).collect::<Result<Vec<usize>, _>>()?;
    let [port, count, connections, size] = numbers.as_slice() else { return Err("PORT COUNT CONNECTIONS SIZE".into()) };
    let settings =
        Settings { letters_per_connection: u32::MAX, ..Settings::new("127.0.0.1", u16::try_from(*port)?, Tls::None) };
    let relay = Arc::new(SmtpRelay::new(settings)?);
    let letter = Arc::new(letter(*size)?);
    let left = Arc::new(AtomicUsize::new(*count));
    let begin = Instant::now();
    let tasks: Vec<_> = (0..*connections)
        .map(|_| tokio::spawn(send(Arc::clone(&relay), Arc::clone(&letter), Arc::clone(&left))))
        .collect();
    for task in tasks {
        task.await??;
    }
    println!("{:.0}", f64::from(u32::try_from(*count)?) / begin.elapsed().as_secs_f64());
    Ok(())
}
