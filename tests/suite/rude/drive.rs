//! Sends the campaign through a rude relay, then what is left through a polite one. The time is
//! that of the relay: where it lets none pass, none passes.

use std::cell::Cell;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::Utc;
use newsletter::campaign::clock::Clock;
use newsletter::campaign::freeze::thaw;
use newsletter::campaign::ledger::{Age, Delivery, DeliveryState, Ledger, LedgerError, Resolution, State};
use newsletter::campaign::pace::{Limits, Waves};
use newsletter::campaign::run::{Ended, Halt, Options, Patience, run};
use newsletter::smtp::{Credentials, Secret, Settings, SmtpRelay, Tls};
use newsletter::store::StoreError;
use newsletter::subscribers::List;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::base::{Base, OFFERS};
use super::fault::{Case, Mode};
use crate::support::relay::{Identity, Log, Script};

/// What was seen on both sides.
pub(super) struct Driven {
    pub(super) rude: Stretch,
    /// How many were in doubt and are sent again.
    pub(super) resent: u64,
    pub(super) polite: Stretch,
}

/// One run, and what it left.
pub(super) struct Stretch {
    pub(super) log: Log,
    pub(super) halt: Option<Halt>,
    pub(super) state: State,
    pub(super) deliveries: Vec<Delivery>,
    pub(super) suppressed: i64,
}

fn identity() -> &'static Identity {
    static IDENTITY: OnceLock<Identity> = OnceLock::new();
    IDENTITY.get_or_init(|| Identity::new("localhost"))
}

fn polite(mode: Mode, asks_password: bool) -> Script {
    let mut offers = OFFERS.to_vec();
    if mode != Mode::Plain {
        offers.push("PIPELINING");
    }
    if asks_password {
        offers.push("AUTH PLAIN");
    }
    if mode == Mode::Tls {
        offers.push("STARTTLS");
    }
    let script = Script::offering(&offers).in_virtual_time();
    if mode == Mode::Tls { script.tls(identity()) } else { script }
}

/// Drives one cell; an error says how it never came to an end.
pub(super) fn drive(case: &Case, mode: Mode) -> Result<Driven, String> {
    let (_folder, path) = Base::of(case.third).copy();
    let list = List::open_existing(&path).unwrap();
    let bench = Bench { ledger: Ledger::new(list.store().clone()), list, mode, clock: Clock::leaping(Utc::now()) };
    let rude = bench.stretch((case.rude)(polite(mode, case.asks_password)), case.asks_password, Patience::USUAL)?;
    let id = bench.ledger.campaigns().unwrap()[0].id;
    let mut resent = 0;
    if rude.deliveries.iter().any(|delivery| delivery.state == DeliveryState::InDoubt) {
        resent = bench.ledger.resolve(id, Resolution::Resend, None, bench.clock.now()).unwrap().changed;
    }
    if rude.state == State::Finished {
        let polite = Stretch {
            log: Log::default(),
            halt: None,
            suppressed: rude.suppressed,
            state: rude.state,
            deliveries: bench.deliveries(),
        };
        return Ok(Driven { rude, resent, polite });
    }
    let polite = bench.stretch(polite(mode, case.asks_password), case.asks_password, Patience::Forever)?;
    Ok(Driven { rude, resent, polite })
}

struct Bench {
    ledger: Ledger,
    list: List,
    mode: Mode,
    clock: Clock,
}

impl Bench {
    fn stretch(&self, script: Script, password: bool, patience: Patience) -> Result<Stretch, String> {
        let campaign = self.ledger.campaigns().unwrap().remove(0);
        let template = self.ledger.template(campaign.id).unwrap();
        let (letters, _) = thaw(&self.list, &campaign, &template, None).unwrap();
        let standing = Standing::new();
        let options = Options {
            connections: 1,
            limits: Limits::default(),
            waves: Waves::default(),
            retry_for: Duration::from_hours(48),
            limit: None,
            patience,
        };
        let (ended, log) = standing.runtime.block_on(async {
            let server = script.start().await;
            let relay = Arc::new(SmtpRelay::new(self.settings(server.port, password)).unwrap());
            let begun = self.ledger.start(campaign.id, Age::Check, self.clock.now()).unwrap();
            let (_stop, stopped) = watch::channel(false);
            let running = run(begun, letters, relay, options, self.clock.clone(), stopped, |_| ());
            let ended = tokio::select! {
                ended = running => Ok(ended),
                () = standing.too_long() => Err("it came to no end".to_owned()),
            };
            // What was said last is heard, too.
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
            (ended, server.log())
        });
        let Ended { state, halt, .. } = ended?.map_err(|error: LedgerError| error.to_string())?;
        let suppressed: Result<_, StoreError> =
            self.list.store().read(|tx| tx.first("SELECT count(*) FROM suppression", &[], |row| row.get(0)));
        let suppressed = suppressed.unwrap().unwrap_or_default();
        Ok(Stretch { log, halt, state, deliveries: self.deliveries(), suppressed })
    }

    fn settings(&self, port: u16, password: bool) -> Settings {
        let tls = if self.mode == Mode::Tls { Tls::StartTls } else { Tls::None };
        let host = if self.mode == Mode::Tls { "localhost" } else { "127.0.0.1" };
        let credentials =
            password.then(|| Credentials::Password { username: "mira".to_owned(), password: Secret::new("hunter2") });
        Settings { ca: Some(identity().ca.clone()), credentials, ..Settings::new(host, port, tls) }
    }

    fn deliveries(&self) -> Vec<Delivery> {
        let id = self.ledger.campaigns().unwrap()[0].id;
        let mut deliveries = Vec::new();
        self.ledger
            .deliveries(id, |delivery| {
                deliveries.push(delivery);
                Ok::<_, LedgerError>(())
            })
            .unwrap();
        deliveries
    }
}

/// A runtime whose clock stands still. A runtime that has nothing to do moves a paused clock to the
/// next timer, unless a thread of it is busy: one is, until this is dropped. It also sees to it that
/// a cell that hangs is told of.
struct Standing {
    /// Dropped before the runtime, which waits for its threads.
    _busy: Sender<()>,
    runtime: Runtime,
    thread: Cell<Option<JoinHandle<()>>>,
}

impl Standing {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let (busy, free) = channel::<()>();
        let thread = runtime.spawn_blocking(move || _ = free.recv_timeout(Duration::from_mins(1)));
        Self { _busy: busy, runtime, thread: Cell::new(Some(thread)) }
    }

    /// Comes to an end after a minute by the wall's clock.
    async fn too_long(&self) {
        if let Some(thread) = self.thread.take() {
            thread.await.unwrap();
        }
    }
}
