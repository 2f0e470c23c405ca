//! From a frozen campaign to its end: relay, Ctrl-C, progress.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::Utc;
use tokio::sync::watch;

use crate::archive::{Record, Standing};
use crate::build;
use crate::build::output::{Folder, Kind};
use crate::campaign::clock::Clock;
use crate::campaign::freeze::{self, Settings};
use crate::campaign::ledger::{Age, Campaign, Counts, DeliveryState, LedgerError, State};
use crate::campaign::pace::Waves;
use crate::campaign::publish::PublishError;
use crate::campaign::run::{self, Ended, News, Options, Patience};
use crate::campaign::status::{Step, WINDOW};
use crate::campaign::{gate, publish, relay, when};
use crate::cli::ask::confirm;
use crate::cli::global::shell;
use crate::cli::send::progress::Progress;
use crate::cli::send::{Desk, readers, template};
use crate::cli::{Exit, Failure};
use crate::config::Config;
use crate::publication::Publication;
use crate::site::{self, SiteError};
use crate::smtp::{Connection, FolderRelay, Relay};

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

impl Desk<'_> {
    /// Goes on with a campaign that is unfinished.
    pub(super) fn resume(&self, campaign: &Campaign) -> Result<Exit, Failure> {
        let config = Publication::load_config(&self.place.files)?;
        if let Some(flag) = self.fixed() {
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
        if self.args.dry_run {
            self.terminal.say(&format!("{}: {rest} of {} are left to send", campaign.slug, campaign.total));
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
        self.deliver(campaign, &config)
    }

    /// Writes the record that a run did not come to write after the freeze, if the post still gives
    /// the letter that was frozen.
    fn record_again(&self, campaign: &Campaign) -> Result<(), Failure> {
        let wanted = self.place.selection(std::slice::from_ref(&campaign.slug));
        let publication = build::open(&self.place.files, &wanted).ok();
        let built = publication.as_ref().and_then(|publication| {
            let post = publication.posts.first()?;
            let built = build::build_issue(publication, post, &self.place.files);
            let (document, output) = built.document.zip(built.output)?;
            let template = template(publication, &document, &output).ok()?;
            (template.content_hash() == campaign.content).then(|| Record::new(&document, &output, &template))
        });
        if let Some(record) = built {
            self.archive.write(&record)?;
        } else {
            self.terminal.say("its post has changed since it was frozen, so the archive gets no record of it");
        }
        Ok(())
    }

    /// A flag that says what the freeze has settled.
    fn fixed(&self) -> Option<&'static str> {
        let given = [
            ("--at", self.args.at.is_some()),
            ("--segment", self.args.segment.is_some()),
            ("--warmup", !self.args.warmup.is_empty()),
            ("--retry-for", self.args.retry_for.is_some()),
        ];
        given.into_iter().find(|(_, given)| *given).map(|(flag, _)| flag)
    }

    /// Sends a frozen campaign.
    pub(super) fn deliver(&self, campaign: &Campaign, config: &Config) -> Result<Exit, Failure> {
        let signer = relay::signer(config, self.place.root())?.map(Arc::new);
        let template = self.ledger.template(campaign.id)?;
        let (letters, settings) = freeze::thaw(&self.list, campaign, &template, signer)?;
        // Once the first message is out, readers look for it whatever we say.
        if campaign.started.is_none() {
            if self.archive.standing(&campaign.slug) == Standing::Missing {
                self.record_again(campaign)?;
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
        let runtime = runtime()?;
        let ended = if let Some(folder) = &self.args.to_dir {
            let relay = FolderRelay::open(self.place.resolve(folder))?;
            self.send(&runtime, relay, campaign, age, letters, options)?
        } else {
            let relay = relay::smtp(config, self.place.root())?;
            self.send(&runtime, relay, campaign, age, letters, options)?
        };
        self.ended(campaign, &ended, config.timezone)
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
        let folder = match Folder::open(&root.join(site::FOLDER), root, Kind::Site) {
            Err(error) => return Ok(Err(SiteError::from(error).into())),
            Ok(folder) => folder,
        };
        Ok(publish::publish(&publication, &self.archive, &self.place.files, &folder).map(drop))
    }

    fn send<R: Relay + 'static>(
        &self,
        runtime: &tokio::runtime::Runtime,
        relay: R,
        campaign: &Campaign,
        age: Age,
        letters: crate::campaign::letters::Letters,
        options: Options,
    ) -> Result<Ended, Failure> {
        // Before the ledger says that it runs, so that no signal leaves it saying so.
        let signals = {
            let _entered = runtime.enter();
            Signals::listen().map_err(Failure::Signal)?
        };
        let started = self.ledger.start(campaign.id, age, Utc::now())?;
        let progress = Arc::new(Progress::new(self.terminal, started.counts()));
        let sealer = self.sealer(&campaign.slug);
        sealer(started.counts());
        let (stop, stopped) = watch::channel(false);
        let terminal = *self.terminal;
        let again = self.place.command(&format!("send {}", campaign.slug));
        runtime.spawn(interrupted(signals, stop, move |line| terminal.say(line), again));
        let told = Arc::clone(&progress);
        let sending = run::run(started, letters, Arc::new(relay), options, Clock::system(), stopped, move |news| {
            if let News::Counts(counts) = news {
                sealer(counts);
            }
            told.tell(news);
        });
        let ended = runtime.block_on(sending);
        progress.end();
        Ok(ended?)
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

    /// Connects once and takes leave, before anything is frozen.
    pub(super) fn preflight(&self, config: &Config) -> Result<(), Failure> {
        if self.args.to_dir.is_some() {
            return Ok(());
        }
        let relay = relay::smtp(config, self.place.root())?;
        runtime()?.block_on(async {
            // A server may take minutes to greet; whoever waits for it here mostly has the wrong port.
            let connection = tokio::time::timeout(GREETING, relay.connect()).await.map_err(|_| Failure::Silent)??;
            connection.quit().await;
            Ok(())
        })
    }

    /// Sends what is due: scheduled issues, retries, the next day of a warm-up.
    pub(super) fn due(&self) -> Result<Exit, Failure> {
        let config = Publication::load_config(&self.place.files)?;
        let mut exit = Exit::Done;
        let mut found = false;
        // The oldest first.
        for campaign in self.ledger.campaigns()?.into_iter().rev() {
            let begun = match campaign.state {
                State::Scheduled => campaign.scheduled.is_some_and(|then| then <= self.now),
                State::Frozen | State::Running | State::Paused => self.is_waiting(&campaign)?,
                State::Finished | State::Cancelled => false,
            };
            if !begun {
                continue;
            }
            found = true;
            if let (State::Scheduled, Some(then)) = (campaign.state, campaign.scheduled)
                && self.now > then + WINDOW
            {
                self.terminal.findings(&format!(
                    "error: `{}` was to go out at {}, more than two hours ago; nothing was sent\n",
                    campaign.slug,
                    when::shown(then, config.timezone)
                ));
                self.terminal.next(&self.place.command(&format!("cancel {}", campaign.slug)));
                exit = Exit::Unfinished;
                continue;
            }
            match self.deliver(&campaign, &config) {
                Ok(Exit::Done) => {}
                Ok(other) => exit = other,
                // Another process is at it.
                Err(Failure::Ledger(LedgerError::Busy)) => {}
                Err(failure) => {
                    self.terminal.failed(&failure);
                    exit = failure.exit();
                    if exit == Exit::Unfinished {
                        self.terminal.next(&self.place.command(&format!("send {}", shell(&campaign.slug))));
                    }
                }
            }
        }
        if !found {
            self.terminal.say("nothing is due");
            self.terminal.next(&self.place.command("schedule list"));
        }
        Ok(exit)
    }

    /// Whether a campaign that was begun can go on now by itself: not one that somebody has to look
    /// at first.
    fn is_waiting(&self, campaign: &Campaign) -> Result<bool, Failure> {
        if campaign.state == State::Running {
            return Ok(true);
        }
        let passes = campaign.reason.as_deref().is_none_or(run::passes_by_itself);
        let standing = self.ledger.standing(campaign.id)?;
        let is_due =
            standing.due.is_some_and(|due| due <= self.now) || standing.steps(self.now).first() == Some(&Step::Send);
        Ok(passes && is_due)
    }
}

/// Stops the run at the first Ctrl-C, and the process at the second.
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
