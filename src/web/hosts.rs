//! One request at a time to each host, with a pause between.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::web::AskError;

/// After so many requests that took too long a host is asked no more.
const PATIENCE: usize = 2;

/// The hosts that were asked.
#[derive(Debug, Default)]
pub(super) struct Hosts(Mutex<BTreeMap<String, Arc<Mutex<Host>>>>);

#[derive(Debug, Default)]
struct Host {
    /// When it may be asked again.
    free: Option<Instant>,
    /// How often it took too long.
    slow: usize,
    /// Why it is asked no more.
    closed: Option<AskError>,
}

impl Hosts {
    /// Waits until `host` may be asked, and asks it.
    pub(super) fn in_turn(
        &self,
        host: &str,
        pause: Duration,
        ask: impl FnOnce() -> Result<(u16, Option<String>), AskError>,
    ) -> Result<(u16, Option<String>), AskError> {
        let own = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(host.to_owned()).or_default())
        };
        let mut own = own.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = &own.closed {
            return Err(error.clone());
        }
        if let Some(free) = own.free {
            std::thread::sleep(free.saturating_duration_since(Instant::now()));
        }
        let answer = ask();
        own.free = Some(Instant::now() + pause);
        match &answer {
            Ok((429, _)) => own.closed = Some(AskError::Busy(host.to_owned())),
            Err(AskError::Timeout(_)) => {
                own.slow += 1;
                if own.slow >= PATIENCE {
                    own.closed = Some(AskError::Timeout(host.to_owned()));
                }
            }
            Err(error @ (AskError::UnknownHost(_) | AskError::Private(_))) => own.closed = Some(error.clone()),
            _ => {}
        }
        answer
    }
}
