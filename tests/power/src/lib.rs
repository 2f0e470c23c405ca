//! A disk that loses power under SQLite.
//!
//! [`install`] puts a file system of ours under every database that this process opens from then
//! on. It hands everything to the system's own, WAL and shared memory too. In a folder that is
//! recorded ([`Recorder::start`]) it writes down each write, truncation and sync, and each file that
//! comes and goes. A [`Recording`] is then gone through event by event ([`Disk`]); at each of them
//! the power may fail, and of what was not synced any part may be lost or torn.
//!
//! What is believed of real disks is what SQLite believes: what was synced stays, and a write
//! changes no byte beside its own (powersafe overwrite). Nothing is believed of the rest, neither
//! its order nor that a page arrives whole.

mod disk;
mod record;
mod vfs;

pub use disk::{Disk, Fate};
pub use record::{Event, Options, Recorder, Recording};
pub use vfs::install;
