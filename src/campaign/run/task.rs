//! Where the tasks of a run go their way: tokio's threads; in the simulation, which brings their steps
//! into every order, its own schedule.

#[cfg(not(test))]
pub(super) use std::convert::identity as stepwise;
#[cfg(not(test))]
pub(super) use tokio::task::spawn_blocking;

#[cfg(test)]
pub(super) use super::simulation::schedule::{spawn_blocking, stepwise};
