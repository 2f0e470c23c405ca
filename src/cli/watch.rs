//! `newsletter check --watch`: findings again after every save.

use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;

use crate::build::{Found, Online, Stamps, Watched, World};
use crate::cli::check::{self, Args};
use crate::cli::global::{self, Global, Place};
use crate::cli::output::{Terminal, printable};
use crate::cli::{Exit, Failure};
use crate::files::RelPath;
use crate::publication::LoadError;

/// How often files are looked at.
const PERIOD: Duration = Duration::from_millis(300);
/// How long files must have been left alone: an editor writes several in one go.
const STILL: Duration = Duration::from_millis(40);

pub(super) fn run(
    args: &Args,
    global: &Global,
    place: Place,
    online: Option<Online>,
    terminal: Terminal,
) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Signal)?;
    let (failed, failure) = oneshot::channel();
    let watch = Watch { args: args.clone(), global: global.clone(), place, online, terminal };
    // It runs beside the wait for Ctrl-C, which so ends it at any moment: nothing is written.
    std::thread::spawn(move || drop(failed.send(watch.run())));
    runtime.block_on(async {
        tokio::select! {
            ended = tokio::signal::ctrl_c() => ended.map(|()| Exit::Done).map_err(Failure::Signal),
            failure = failure => Err(failure.unwrap_or(Failure::Watch)),
        }
    })
}

struct Watch {
    args: Args,
    global: Global,
    place: Place,
    online: Option<Online>,
    terminal: Terminal,
}

impl Watch {
    /// Looks, and looks again, until that fails in a way that waiting does not mend.
    fn run(mut self) -> Failure {
        let mut watched = Watched::new(self.place.selection(&self.args.paths));
        let mut before = watched.stamps(&self.place.files);
        let mut began = SystemTime::now();
        let first = watched.look(&self.place.files, &mut world(&mut self.online));
        if let Err(error @ LoadError::Select(_)) = first {
            return error.into();
        }
        if let Err(failure) = self.show(first) {
            return failure;
        }
        loop {
            before = before.with_new(watched.stamps(&self.place.files), began);
            let (changed, now) = self.wait(&watched, &before);
            before = now;
            self.terminal.clear();
            self.terminal.say(&separator(&changed));
            began = SystemTime::now();
            let found = watched.look_after(&changed, &self.place.files, &mut world(&mut self.online));
            if let Err(failure) = self.show(found) {
                return failure;
            }
        }
    }

    /// Waits until files are not as they were, and have been left alone since.
    fn wait(&self, watched: &Watched, before: &Stamps) -> (Vec<RelPath>, Stamps) {
        loop {
            let mut now = watched.stamps(&self.place.files);
            if now.since(before).is_empty() {
                std::thread::sleep(PERIOD);
                continue;
            }
            // One that is written without a pause is shown as it is.
            for _ in 0..10 {
                std::thread::sleep(STILL);
                let later = watched.stamps(&self.place.files);
                if later == now {
                    break;
                }
                now = later;
            }
            let changed = now.since(before);
            if !changed.is_empty() {
                return (changed, now);
            }
        }
    }

    fn show(&mut self, found: Result<Found, LoadError>) -> Result<(), Failure> {
        check::save(self.online.as_mut(), &self.terminal);
        match found {
            Ok(found) => drop(check::show(&self.args, found, &self.place, &self.terminal)?),
            // A file that is gone may come back.
            Err(error) => _ = self.terminal.fail(&error.into(), &self.global),
        }
        self.terminal.say("watching; Ctrl-C ends");
        Ok(())
    }
}

/// The day and the time that it is by now.
fn world(online: &mut Option<Online>) -> World<'_> {
    if let Some(online) = online {
        online.set_now(chrono::Utc::now().timestamp());
    }
    World { today: Some(global::today()), online: online.as_mut() }
}

/// `--- 14:03:22 posts/a.md changed`.
fn separator(changed: &[RelPath]) -> String {
    let time = chrono::Local::now().format("%H:%M:%S");
    let first = changed.first().map(|path| printable(path.as_str())).unwrap_or_default();
    let more = match changed.len() {
        0 | 1 => String::new(),
        number => format!(" and {} more", number - 1),
    };
    format!("--- {time} {first}{more} changed")
}
