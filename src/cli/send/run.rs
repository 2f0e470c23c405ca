//! From a frozen campaign to its end: relay, Ctrl-C, progress.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::Utc;
use tokio::sync::watch;

use crate::archive::{Reach, Record, Standing};
use crate::build::output::{self, Folder};
use crate::build::{self, Output};
use crate::campaign::clock::Clock;
use crate::campaign::freeze::{self, Settings};
use crate::campaign::ledger::{Age, Campaign, Counts, DeliveryState, Kind, State};
use crate::campaign::pace::Waves;
use crate::campaign::publish::PublishError;
use crate::campaign::run::{self, Ended, News, Options, Patience};
use crate::campaign::{gate, publish, relay, when};
use crate::cli::ask::confirm;
use crate::cli::campaigns::anew;
use crate::cli::global::shell;
use crate::cli::output::Terminal;
use crate::cli::send::progress::Progress;
use crate::cli::send::{Desk, contents, readers, template};
use crate::cli::subscribers::sound_config;
use crate::cli::{Exit, Failure};
use crate::config::Config;
use crate::message::MessageTemplate;
use crate::message::dkim::Signer;
use crate::post::Document;
use crate::publication::Publication;
use crate::site::{self, SiteError};
use crate::smtp::{Connection, FolderRelay, Relay, SmtpRelay};

/// How long the relay may take to greet before anything is frozen.
const GREETING: Duration = Duration::from_mins(1);

/// How many files have to be to spare at the start: the runtime ends the process where it gets none
/// for itself.
#[cfg(unix)]
const SPARE: usize = 16;

pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    #[cfg(unix)]
    (0..SPARE)
        .map(|_| std::fs::File::open("/dev/null"))
        .collect::<Result<Vec<_>, _>>()
        .map(drop)
        .map_err(Failure::Runtime)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::Runtime)
}

/// What letters are signed by, and what they are handed to. Made once in a run, for a key or a
/// password may come from a command that asks.
pub(super) struct Means {
    signer: Option<Arc<Signer>>,
    way: Way,
}

enum Way {
    Relay(Box<SmtpRelay>),
    /// Opened only once something is written to it.
    Folder(PathBuf),
}

impl Desk<'_> {
    /// Goes on with a campaign that is unfinished.
    pub(super) fn resume(&self, campaign: &Campaign) -> Result<Exit, Failure> {
        let config = sound_config(self.place, self.terminal)?;
        if let Some(flag) = self.fixed(campaign) {
            return Err(Failure::Frozen(campaign.slug.clone(), flag));
        }
        // Once its time has come, or passed, whoever names it means it.
        if let (State::Scheduled, Some(then)) = (campaign.state, campaign.scheduled)
            && then > self.now
        {
            return Err(Failure::Scheduled(campaign.slug.clone(), when::shown(then, config.timezone)));
        }
        let counts = self.ledger.counts(campaign.id)?;
        let rest = counts.of(DeliveryState::Pending) + counts.of(DeliveryState::Deferred);
        if rest == 0 && counts.of(DeliveryState::InDoubt) > 0 && campaign.state != State::Running {
            return Err(Failure::Doubt(campaign.slug.clone(), counts.of(DeliveryState::InDoubt)));
        }
        // Whoever hears that it goes on believes it.
        self.ledger.look_free(campaign.id)?;
        self.say_whether_outdated(campaign)?;
        if self.args.dry_run {
            self.terminal.say(&format!("{}: {rest} of {} are left to send", campaign.slug, campaign.total));
            self.terminal.next(&self.place.command(&self.args.in_earnest(&campaign.slug)));
            return Ok(Exit::Done);
        }
        self.terminal.say(&format!("going on with {}: {rest} of {} are left", campaign.slug, campaign.total));
        // What the freeze was confirmed for may have been the relay.
        if let Some(folder) = self.args.to_dir.as_ref().filter(|_| !self.args.yes) {
            let question =
                format!("what is left goes into files in `{}`, and counts as sent. Go on?", folder.display());
            if !confirm(&question, self.terminal)? {
                return Ok(Exit::Done);
            }
        }
        self.deliver(campaign, &config, self.means(&config)?, &mut None)
    }

    pub(super) fn means(&self, config: &Config) -> Result<Means, Failure> {
        let signer = relay::signer(config, self.place.root())?.map(Arc::new);
        Ok(Means { signer, way: self.way(config)? })
    }

    fn way(&self, config: &Config) -> Result<Way, Failure> {
        Ok(match &self.args.to_dir {
            Some(folder) => Way::Folder(self.place.resolve(folder)),
            None => Way::Relay(Box::new(relay::smtp(config, self.place.root())?)),
        })
    }

    /// Writes the record that a run did not come to write after the freeze, if the post still gives
    /// the letter that was frozen.
    fn record_again(&self, campaign: &Campaign, frozen: &MessageTemplate) -> Result<(), Failure> {
        let record = self.rebuilt(&campaign.slug, |document, output, template| {
            (template.hash() == frozen.hash()).then(|| Record::new(document, output, template))
        });
        if let Some(record) = record.flatten() {
            self.archive.write(&record)?;
        } else {
            self.terminal.say("its post has changed since it was frozen, so the archive gets no record of it");
        }
        Ok(())
    }

    /// Says where the post is not any more what goes out.
    pub(super) fn say_whether_outdated(&self, campaign: &Campaign) -> Result<(), Failure> {
        if self.is_outdated(campaign) {
            let standing = self.ledger.standing(campaign.id)?;
            self.terminal.say(&format!(
                "{}: its post has changed since it was frozen: the text goes out as it was; to send the new one: {}",
                campaign.slug,
                anew(&standing, &shell(&campaign.slug))
            ));
        }
        Ok(())
    }

    /// Whether the post says something else by now than what was frozen of it. One that is gone, or
    /// has errors, says nothing.
    fn is_outdated(&self, campaign: &Campaign) -> bool {
        self.rebuilt(&campaign.slug, contents).is_some_and(|contents| !contents.contains(&campaign.content))
    }

    /// The letter that the post gives by now.
    fn rebuilt<T>(&self, slug: &str, take: impl FnOnce(&Document, &Output, &MessageTemplate) -> T) -> Option<T> {
        let publication = build::open(&self.place.files, &self.place.selection(&[slug.to_owned()])).ok()?;
        let built = build::build_issue(&publication, publication.posts.first()?, &self.place.files);
        let (document, output) = built.document.zip(built.output)?;
        let template = template(&publication, &document, &output).ok()?;
        Some(take(&document, &output, &template))
    }

    /// A flag that says what the freeze has settled.
    fn fixed(&self, campaign: &Campaign) -> Option<&'static str> {
        let is_correction = matches!(campaign.kind, Kind::Correction(_));
        let given = [
            ("--at", self.args.at.is_some()),
            ("--segment", self.args.segment.is_some()),
            ("--warmup", !self.args.warmup.is_empty()),
            ("--retry-for", self.args.retry_for.is_some()),
            ("--correction-of", self.args.correction_of.is_some() && !is_correction),
        ];
        given.into_iter().find(|(_, given)| *given).map(|(flag, _)| flag)
    }

    /// Sends a frozen campaign by an engine, which is started with the first.
    pub(super) fn deliver(
        &self,
        campaign: &Campaign,
        config: &Config,
        means: Means,
        engine: &mut Option<Engine>,
    ) -> Result<Exit, Failure> {
        let Means { signer, way } = means;
        let template = self.ledger.template(campaign.id)?;
        let (letters, settings) = freeze::thaw(&self.list, campaign, &template, signer)?;
        // Once the first message is out, readers look for it whatever we say.
        if campaign.started.is_none() {
            if self.archive.standing(&campaign.slug) == Standing::Missing {
                self.record_again(campaign, &letters.template)?;
            }
            self.published(campaign, config, &settings)?;
        }
        let options = Options {
            connections: self
                .args
                .connections
                .map_or_else(|| config.smtp.as_ref().map_or(1, |smtp| smtp.connections), usize::from),
            limits: self.limits(config),
            waves: Waves::new(settings.warmup.clone()),
            retry_for: Duration::from_secs(settings.retry_for),
            limit: self.args.limit,
            patience: if self.args.wait { Patience::Forever } else { Patience::USUAL },
        };
        let age = if self.args.accept_old { Age::Accept } else { Age::Check };
        let engine = match engine {
            Some(engine) => engine,
            none => none.insert(Engine::start(self.terminal, self.again())?),
        };
        let about = (campaign, config);
        let ended = match way {
            Way::Relay(relay) => self.send(engine, *relay, about, age, letters, options)?,
            Way::Folder(folder) => self.send(engine, FolderRelay::open(folder)?, about, age, letters, options)?,
        };
        if config.archive.counts
            && let Err(error) = self.count(&campaign.slug)
        {
            self.terminal.failed(&error);
        }
        self.ended(campaign, &ended, config.timezone)
    }

    /// Notes in the archive how many an issue went to so far.
    fn count(&self, slug: &str) -> Result<(), Failure> {
        let mut sent = 0;
        for campaign in self.ledger.campaigns()? {
            if campaign.slug == slug && !matches!(campaign.kind, Kind::Correction(_)) {
                sent += self.ledger.counts(campaign.id)?.of(DeliveryState::Sent);
            }
        }
        if sent > 0 && self.archive.standing(slug) != Standing::Missing {
            self.archive.count(slug, Reach { sent })?;
        }
        Ok(())
    }

    /// Puts on the web what readers will look for there, and sees that it is there. The campaign
    /// stays frozen where it is not.
    fn published(&self, campaign: &Campaign, config: &Config, settings: &Settings) -> Result<(), Failure> {
        let why = match self.put_on_web(config)? {
            Err(error) => vec![(error.to_string(), error.help())],
            Ok(()) if self.args.skip_publish_check => Vec::new(),
            Ok(()) => {
                let missing = gate::unpublished(config, settings);
                missing.iter().map(|refusal| (refusal.to_string(), refusal.help())).collect()
            }
        };
        if why.is_empty() {
            return Ok(());
        }
        Err(Failure::Unpublished { slug: campaign.slug.clone(), total: readers(campaign.total), why })
    }

    /// Publishes as `newsletter publish` does, where there is a program for it: a site that nobody
    /// puts on the web helps no reader.
    fn put_on_web(&self, config: &Config) -> Result<Result<(), PublishError>, Failure> {
        if config.publish.is_empty() {
            return Ok(Ok(()));
        }
        let publication = Publication::load_frame(&self.place.files)?;
        let root = self.place.root();
        let folder = match Folder::open(&root.join(site::FOLDER), root, output::Kind::Site) {
            Err(error) => return Ok(Err(SiteError::from(error).into())),
            Ok(folder) => folder,
        };
        Ok(publish::publish(&publication, &self.archive, &self.place.files, &folder).map(drop))
    }

    fn send<R: Relay + 'static>(
        &self,
        engine: &Engine,
        relay: R,
        (campaign, config): (&Campaign, &Config),
        age: Age,
        letters: crate::campaign::letters::Letters,
        options: Options,
    ) -> Result<Ended, Failure> {
        let started = self.ledger.start(campaign.id, age, Utc::now())?;
        let progress = Arc::new(Progress::new(self.terminal, config.timezone, started.counts()));
        let sealer = self.sealer(&campaign.slug);
        sealer(started.counts());
        let told = Arc::clone(&progress);
        let (clock, stopped) = (Clock::system(), engine.stopped.clone());
        let sending = run::run(started, letters, Arc::new(relay), options, clock, stopped, move |news| {
            if let News::Counts(counts) = news {
                sealer(counts);
            }
            told.tell(news);
        });
        let ended = engine.runtime.block_on(sending);
        progress.end();
        Ok(ended?)
    }

    /// The command that goes on with what this one was to do.
    fn again(&self) -> String {
        let post = self.args.post.as_ref().map_or_else(|| "--due".to_owned(), |post| shell(post));
        self.place.command(&format!("send {post}"))
    }

    /// Seals the issue's record once somebody has got it. A record that cannot be sealed keeps
    /// nobody from their letter.
    fn sealer(&self, slug: &str) -> impl Fn(Counts) + Send + Sync + 'static {
        let (archive, slug, terminal) = (self.archive.clone(), slug.to_owned(), *self.terminal);
        let sealed = AtomicBool::new(false);
        move |counts| {
            if counts.of(DeliveryState::Sent) == 0 || sealed.swap(true, Ordering::Relaxed) {
                return;
            }
            if archive.standing(&slug) == Standing::Open
                && let Err(error) = archive.seal(&slug, Utc::now())
            {
                terminal.failed(&error.into());
            }
        }
    }

    /// What it takes to send, once the relay has greeted: before anything is frozen.
    pub(super) fn ready(&self, config: &Config, signer: Option<Arc<Signer>>) -> Result<Means, Failure> {
        let way = self.way(config)?;
        if let Way::Relay(relay) = &way {
            runtime()?.block_on(async {
                // A server may take minutes to greet; whoever waits for it here mostly has the wrong port.
                let connection =
                    tokio::time::timeout(GREETING, relay.connect()).await.map_err(|_| Failure::Silent)??;
                connection.quit().await;
                Ok::<_, Failure>(())
            })?;
        }
        Ok(Means { signer, way })
    }
}

/// What sends, and hears when it is to stop: one for all campaigns of a command, so that no signal
/// falls between two of them.
pub(super) struct Engine {
    runtime: tokio::runtime::Runtime,
    stopped: watch::Receiver<bool>,
}

impl Engine {
    /// Listens from now on: before a ledger says that something runs, so that no signal leaves it
    /// saying so. `again` is the command that goes on.
    fn start(terminal: &Terminal, again: String) -> Result<Self, Failure> {
        let runtime = runtime()?;
        let signals = {
            let _entered = runtime.enter();
            Signals::listen().map_err(Failure::Signal)?
        };
        let (stop, stopped) = watch::channel(false);
        let terminal = *terminal;
        runtime.spawn(interrupted(signals, stop, move |line| terminal.say(line), again));
        Ok(Self { runtime, stopped })
    }

    pub(super) fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }
}

/// Stops what runs at the first Ctrl-C, and the process at the second.
async fn interrupted(mut signals: Signals, stop: watch::Sender<bool>, say: impl Fn(&str), again: String) {
    signals.next().await;
    say(&format!("stopping after what is on the wire; `{again}` goes on. Once more stops at once"));
    stop.send_replace(true);
    signals.next().await;
    #[expect(clippy::exit, reason = "the user asked twice; the journal tells what was on the wire")]
    std::process::exit(130);
}

/// Ctrl-C, and what ends a service or a machine that goes down.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// Listens from now on; in a runtime.
    #[cfg(unix)]
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "it can fail elsewhere")]
    fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next one.
    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
