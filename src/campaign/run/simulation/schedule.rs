//! The tasks of a run, taken off tokio's hands: whoever drives the simulation says which one goes its
//! next step, from one point where it may wait to the next.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

thread_local! {
    static TASKS: RefCell<Option<Tasks>> = const { RefCell::new(None) };
}

#[derive(Default)]
struct Tasks {
    next: usize,
    all: BTreeMap<usize, Task>,
    /// Whose task goes its step now: what it begins is its own.
    process: u32,
    driver: Arc<Mutex<Option<Waker>>>,
}

struct Task {
    process: u32,
    future: Option<Pin<Box<dyn Future<Output = ()>>>>,
    wish: Arc<Wish>,
}

/// Whether a task can go on.
struct Wish {
    ready: AtomicBool,
    driver: Arc<Mutex<Option<Waker>>>,
}

impl Wake for Wish {
    fn wake(self: Arc<Self>) {
        self.ready.store(true, Ordering::Release);
        if let Some(driver) = &*self.driver.lock().unwrap() {
            driver.wake_by_ref();
        }
    }
}

fn with<T>(what: impl FnOnce(&mut Tasks) -> T) -> Option<T> {
    // A thread that ends has no tasks any more.
    TASKS.try_with(|tasks| tasks.borrow_mut().as_mut().map(what)).ok().flatten()
}

/// As long as it lives, the tasks that this thread begins are driven by hand.
pub(super) struct Schedule(());

impl Drop for Schedule {
    fn drop(&mut self) {
        drop(TASKS.with(RefCell::take));
    }
}

impl Schedule {
    pub(super) fn new() -> Self {
        TASKS.with(|tasks| *tasks.borrow_mut() = Some(Tasks::default()));
        Self(())
    }
}

/// Begins a task of a process.
pub(super) fn begin(process: u32, future: impl Future<Output = ()> + 'static) {
    with(|tasks| {
        let before = std::mem::replace(&mut tasks.process, process);
        tasks.add(Box::pin(future));
        tasks.process = before;
    });
}

/// The tasks that can go on, in the order in which they were begun.
pub(super) fn ready() -> Vec<usize> {
    let ready = |(id, task): (&usize, &Task)| task.wish.ready.load(Ordering::Acquire).then_some(*id);
    with(|tasks| tasks.all.iter().filter_map(ready).collect()).unwrap_or_default()
}

/// Lets a task go one step.
pub(super) fn step(id: usize) {
    let taken = with(|tasks| {
        let task = tasks.all.get_mut(&id)?;
        task.wish.ready.store(false, Ordering::Release);
        tasks.process = task.process;
        Some((task.future.take()?, Waker::from(Arc::clone(&task.wish))))
    });
    let Some(Some((mut future, waker))) = taken else { return };
    let ended = future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
    let rest = with(|tasks| match tasks.all.get_mut(&id) {
        Some(task) if !ended => task.future.replace(future),
        _ => {
            tasks.all.remove(&id);
            Some(future)
        }
    });
    // What it held may end other tasks.
    drop(rest);
}

/// Ends all tasks of a process, as they stand.
pub(super) fn kill(process: u32) {
    let dead = with(|tasks| tasks.all.extract_if(.., |_, task| task.process == process).collect::<Vec<_>>());
    drop(dead);
}

/// Waits until a task can go on: tokio's time passes meanwhile.
pub(super) async fn idle() {
    poll_fn(|cx| {
        with(|tasks| *tasks.driver.lock().unwrap() = Some(cx.waker().clone()));
        if ready().is_empty() { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
}

impl Tasks {
    fn add(&mut self, future: Pin<Box<dyn Future<Output = ()>>>) -> usize {
        let id = self.next;
        self.next += 1;
        let wish = Arc::new(Wish { ready: AtomicBool::new(true), driver: Arc::clone(&self.driver) });
        self.all.insert(id, Task { process: self.process, future: Some(future), wish });
        id
    }
}

/// Lets others go first, if it is their turn.
pub(super) async fn yield_once() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// What stands for a task where tokio was to have it.
struct Enrolled<T> {
    id: usize,
    output: oneshot::Receiver<T>,
}

impl<T> Drop for Enrolled<T> {
    fn drop(&mut self) {
        let aborted = with(|tasks| tasks.all.remove(&self.id));
        drop(aborted);
    }
}

/// The future as it is; where this thread has a schedule, one that waits until that brought it to
/// its end.
pub(in crate::campaign::run) fn stepwise<F>(future: F) -> impl Future<Output = F::Output> + Send + 'static
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let (sender, output) = oneshot::channel();
    let mut future = Some(future);
    let id = with(|tasks| {
        let future = future.take()?;
        Some(tasks.add(Box::pin(async move { drop(sender.send(future.await)) })))
    });
    let enrolled = id.flatten().map(|id| Enrolled { id, output });
    async move {
        match (enrolled, future) {
            (Some(mut enrolled), _) => match (&mut enrolled.output).await {
                Ok(output) => output,
                // It was killed.
                Err(_) => std::future::pending().await,
            },
            (None, Some(future)) => future.await,
            (None, None) => std::future::pending().await,
        }
    }
}

/// As tokio's, but a task among others where this thread has a schedule.
pub(in crate::campaign::run) fn spawn_blocking<F, T>(job: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    if with(|_| ()).is_some() { tokio::spawn(stepwise(async move { job() })) } else { tokio::task::spawn_blocking(job) }
}
