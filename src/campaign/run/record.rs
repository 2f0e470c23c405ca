//! Records outcomes, as many as there are in one commit.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::campaign::ledger::Record;
use crate::campaign::run::{GATHERING, News, Shared};

/// How many outcomes share a commit at most.
const GROUP: usize = 256;

/// Records outcomes until `ended` says that there will be no more, and those that wait are recorded.
/// Nobody waits for them but whoever sends at the very end: the journal knows them already.
pub(super) async fn record<T>(
    shared: Arc<Shared<T>>,
    mut records: mpsc::Receiver<Record>,
    mut ended: oneshot::Receiver<()>,
) where
    T: Fn(News) + Send + Sync + 'static,
{
    let mut group = Vec::with_capacity(GROUP);
    loop {
        tokio::select! {
            biased;
            _ = records.recv_many(&mut group, GROUP) => {}
            _ = &mut ended => return,
        }
        tokio::select! {
            () = shared.committing.notified() => {}
            () = shared.clock.linger(GATHERING) => {}
        }
        while group.len() < GROUP
            && let Ok(record) = records.try_recv()
        {
            group.push(record);
        }
        let number = group.len();
        let recorded = shared.run.record(std::mem::take(&mut group), shared.clock.now()).await;
        if let Err(error) = recorded {
            // They stay under way; the journal tells what became of them.
            shared.halt(error.into());
        }
        (shared.tell)(News::Counts(shared.run.counts()));
        shared.closed(number);
    }
}
