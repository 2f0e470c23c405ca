//! Sends personalised letters by lettre's pool: `PORT COUNT CONNECTIONS SIZE`. It keeps no ledger, so that whoever
//! stops it does not know who has a letter.

use std::sync::atomic::{AtomicUsize, Ordering};

use lettre::message::MultiPart;
use lettre::transport::smtp::PoolConfig;
use lettre::{Message, SmtpTransport, Transport};

type Fault = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Fault> {
    let numbers = std::env::args().skip(1).map(|word| word.parse()).collect::<Result<Vec<usize>, _>>()?;
    let [port, count, connections, size] = numbers[..] else { return Err("PORT COUNT CONNECTIONS SIZE".into()) };
    let pool = PoolConfig::new().max_size(u32::try_from(connections)?);
    let relay = SmtpTransport::builder_dangerous("127.0.0.1").port(u16::try_from(port)?).pool_config(pool).build();
    let paragraph = "A line that is as long as those of a letter that people write to others.\n";
    let (text, html) = (paragraph.repeat(size / 2 / paragraph.len()), paragraph.repeat(size / 2 / paragraph.len()));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let send = || -> Result<(), Fault> {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return Ok(());
                }
                let name = format!("Reader {number}");
                let message = Message::builder()
                    .from("Speed <editor@speed.example>".parse()?)
                    .to(format!("{name} <reader{number}@example.org>").parse()?)
                    .subject("A letter")
                    .multipart(MultiPart::alternative_plain_html(
                        format!("Dear {name},\n\n{text}"),
                        format!("<p>Dear {name},</p>{html}"),
                    ))?;
                relay.send(&message)?;
            }
        };
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(send)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a thread broke off")?)
    })
}
