//! `send --due`: what has come to its time, one campaign after the other.

use crate::campaign::ledger::{Campaign, LedgerError, State};
use crate::campaign::status::{Step, WINDOW};
use crate::campaign::{run, when};
use crate::cli::global::shell;
use crate::cli::send::Desk;
use crate::cli::send::run::Engine;
use crate::cli::subscribers::sound_config;
use crate::cli::{Exit, Failure};
use crate::config::Config;

impl Desk<'_> {
    /// Sends what is due: scheduled issues, retries, the next day of a warm-up.
    pub(super) fn due(&self) -> Result<Exit, Failure> {
        let config = sound_config(self.place, self.terminal)?;
        let mut exit = Exit::Done;
        let mut found = false;
        let mut engine = None;
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
            // Whoever stops one of them means all.
            if engine.as_ref().is_some_and(Engine::is_stopped) {
                return Ok(Exit::Unfinished);
            }
            found = true;
            let sent = match (campaign.state, campaign.scheduled) {
                (State::Scheduled, Some(then)) if self.now > then + WINDOW => {
                    Err(Failure::Missed { slug: campaign.slug.clone(), at: when::shown(then, config.timezone) })
                }
                _ => self.go_on(&campaign, &config, &mut engine),
            };
            match sent {
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

    fn go_on(&self, campaign: &Campaign, config: &Config, engine: &mut Option<Engine>) -> Result<Exit, Failure> {
        // Where another process is at it, nothing is said, however often this is run.
        self.ledger.look_free(campaign.id)?;
        self.say_whether_outdated(campaign)?;
        self.deliver(campaign, config, self.means(config)?, engine)
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
