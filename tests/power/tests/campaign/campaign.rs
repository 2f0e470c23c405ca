//! A campaign from an empty folder to its end, and from any middle to its end.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};

use chrono::{DateTime, TimeDelta, Utc};
use newsletter::address::EmailAddress;
use newsletter::build::{build_issue, open};
use newsletter::campaign::clock::Clock;
use newsletter::campaign::freeze::{Audience, Issue, RETRY_FOR, Settings, freeze, thaw};
use newsletter::campaign::ledger::{Age, DeliveryState, Kind, Ledger, LedgerError, Resolution, State};
use newsletter::campaign::pace::{Limits, Waves};
use newsletter::campaign::run::{Ended, Halt, Options, Patience, run};
use newsletter::files::Memory;
use newsletter::message::MessageTemplate;
use newsletter::publication::Selection;
use newsletter::subscribers::suppression::Reason;
use newsletter::subscribers::{Import, List};
use newsletter::token::CampaignId;
use newsletter_power::{Recorder, Recording, install};

use crate::reader::{READERS, address};
use crate::relay::{Door, Fake, Sink};

pub(crate) const DATABASE: &str = "subscribers.db";
pub(crate) const JOURNAL: &str = "subscribers.db-campaign-1.journal";
/// How many connections a run has.
const CONNECTIONS: usize = 4;

/// Something that a user was told was done.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    Imported(Vec<String>),
    Suppressed(String),
    Left(String),
    Frozen,
    /// How many deliveries came to an end for good.
    Ended(u64),
    Finished,
    /// Of whom it is in doubt whether they got it; what is resent then is resent knowingly.
    InDoubt(Vec<String>),
}

/// What somebody was told, and how many events of the disk there were by then.
pub(crate) type Tale = Vec<(usize, Told)>;

/// A campaign that was recorded.
pub(crate) struct Recorded {
    pub(crate) recording: Recording,
    pub(crate) sink: Sink,
    pub(crate) tale: Tale,
}

pub(crate) fn began() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

pub(crate) fn database(folder: &Path) -> PathBuf {
    folder.join(DATABASE)
}

fn template() -> Arc<MessageTemplate> {
    let config = "name: Upstream\nbase_url: https://upstream.example\nfrom: {name: Mira Voss, address: mira@upstream.example}\n\
         postal_address: 1 Harbour Lane, Trieste\nunsubscribe: {url: 'https://upstream.example/leave/{token}'}\n";
    let post =
        "---\ntitle: Notes\nstatus: ready\n---\n\nDear {{default subscriber.name \"reader\"}},\n\nall is well.\n";
    let files = Memory::new([("newsletter.yaml", config.as_bytes()), ("posts/2026-11-20-notes.md", post.as_bytes())]);
    let publication = open(&files, &Selection::All).unwrap();
    let built = build_issue(&publication, &publication.posts[0], &files);
    let (document, output) = (built.document.unwrap(), built.output.unwrap());
    Arc::new(MessageTemplate::new(&publication.config, &document, &output.renditions, &output.assets).unwrap())
}

fn import(list: &List, addresses: &[String]) {
    let csv = format!("email\n{}\n", addresses.join("\n"));
    let import = Import::read(csv.as_bytes(), &newsletter::segment::Fields::default(), &Default::default()).unwrap();
    assert!(import.bad.is_empty());
    list.import(import.records, None, began().timestamp(), |_| ()).unwrap();
}

/// Plays a campaign and records what it does to the disk.
pub(crate) fn record(options: newsletter_power::Options) -> Recorded {
    install();
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::start(folder.path(), &folder.path().join(JOURNAL), options);
    let tale = Arc::new(Mutex::new(Tale::new()));
    let tell = {
        let (recorder, tale) = (Arc::clone(&recorder), Arc::clone(&tale));
        move |told| {
            let mut tale = tale.lock().unwrap();
            tale.push((recorder.now(), told));
        }
    };
    let path = database(folder.path());
    let now = began().timestamp();
    let list = List::open(&path).unwrap();
    let all: Vec<String> = (0..READERS).map(address).collect();
    import(&list, &all);
    tell(Told::Imported(all));
    list.suppress(&address(5).parse_address(), Reason::Manual, now).unwrap();
    tell(Told::Suppressed(address(5)));
    list.unsubscribe(&address(6).parse_address(), now).unwrap();
    tell(Told::Left(address(6)));
    let template = template();
    let issue = Issue {
        number: Some(1),
        content: [1; 32],
        subject: "Notes".to_owned(),
        sender: "mira@upstream.example".to_owned(),
        template,
    };
    let audience = Audience { segment: None, zone: chrono_tz::Tz::UTC, kind: Kind::First, slug: "notes" };
    let settings = Settings { retry_for: RETRY_FOR, ..Settings::default() };
    assert_eq!(freeze(&list, &audience, &issue, &settings, None, began()).unwrap(), CampaignId(1));
    tell(Told::Frozen);
    // The last to close it writes the WAL back and removes it.
    drop(list);
    let list = List::open(&path).unwrap();
    let sink = Arc::new(Mutex::new(Sink::default()));
    // Meanwhile others write too.
    let (dots, other) = mpsc::channel::<usize>();
    let clerk = std::thread::spawn({
        let (list, tell) = (list.clone(), tell.clone());
        move || {
            for dot in other {
                match dot {
                    4 | 14 => {
                        let leaver = address(dot + 24);
                        list.unsubscribe(&leaver.parse_address(), now).unwrap();
                        tell(Told::Left(leaver));
                    }
                    9 => {
                        let new: Vec<String> = (100..110).map(address).collect();
                        import(&list, &new);
                        tell(Told::Imported(new));
                    }
                    19 => list.store().settle().unwrap(),
                    _ => {}
                }
            }
        }
    });
    let fake = Fake {
        sink: Arc::clone(&sink),
        now: {
            let recorder = Arc::clone(&recorder);
            move || recorder.now()
        },
        tell: Box::new(move |dot| _ = dots.send(dot)),
    };
    let tell_all: Box<dyn Fn(Told)> = Box::new(tell);
    finish(list, Arc::new(fake), Some(15), &tell_all).unwrap();
    clerk.join().unwrap();
    let recording = recorder.stop();
    let sink = std::mem::take(&mut *sink.lock().unwrap());
    assert_eq!(sink.faults, Vec::<String>::new(), "without any loss of power");
    let tale = std::mem::take(&mut *tale.lock().unwrap());
    Recorded { recording, sink, tale }
}

/// Sends a campaign to its end, as a user does who resends what is in doubt. The first run sends
/// `limit` letters at most.
pub(crate) fn finish<N>(
    list: List,
    fake: Arc<Fake<N>>,
    mut limit: Option<u64>,
    tell: &dyn Fn(Told),
) -> Result<(), LedgerError>
where
    N: Fn() -> usize + Send + Sync + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (ledger, id) = (Ledger::new(list.store().clone()), CampaignId(1));
    let clock = Clock::manual(began() + TimeDelta::hours(1));
    let relay = Arc::new(Door(Arc::clone(&fake)));
    if ledger.campaign(id)?.state == State::Finished {
        return Ok(());
    }
    for _ in 0..20 {
        let on = ledger.start(id, Age::Check, clock.now())?;
        let (letters, _) = thaw(&list, on.campaign(), &ledger.template(id)?, None).unwrap();
        let options = Options {
            connections: CONNECTIONS,
            limits: Limits::default(),
            waves: Waves::default(),
            retry_for: std::time::Duration::from_secs(RETRY_FOR),
            limit: limit.take(),
            patience: Patience::For(TimeDelta::zero()),
        };
        let (_stop, stopped) = tokio::sync::watch::channel(false);
        let ended = run(on, letters, Arc::clone(&relay), options, clock.clone(), stopped, |_| ());
        let Ended { state, counts, halt, .. } = runtime.block_on(ended)?;
        let for_good = [DeliveryState::Sent, DeliveryState::Failed, DeliveryState::Suppressed];
        tell(Told::Ended(for_good.map(|state| counts.of(state)).iter().sum()));
        if state == State::Finished {
            tell(Told::Finished);
            return Ok(());
        }
        clock.advance(TimeDelta::hours(1));
        if matches!(halt, Some(Halt::Limit | Halt::Later(_))) {
            continue;
        }
        if let Some(halt) = halt {
            panic!("the run halts: {}", halt.reason());
        }
        let mut doubted = Vec::new();
        ledger.deliveries(id, |delivery| {
            if delivery.state == DeliveryState::InDoubt {
                doubted.push(delivery.address);
            }
            Ok::<_, LedgerError>(())
        })?;
        for address in &doubted {
            *fake.sink.lock().unwrap().resent.entry(address.clone()).or_default() += 1;
        }
        tell(Told::InDoubt(doubted));
        ledger.resolve(id, Resolution::Resend, None, clock.now())?;
    }
    panic!("the campaign never ends")
}

/// Addresses of ours are addresses.
pub(crate) trait ParseAddress {
    fn parse_address(&self) -> EmailAddress;
}

impl ParseAddress for String {
    fn parse_address(&self) -> EmailAddress {
        EmailAddress::parse(self).unwrap()
    }
}
