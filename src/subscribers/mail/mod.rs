//! Mail that comes back: reports of deliveries (RFC 3464), complaints (RFC 5965), and readers who
//! leave by mail. Whom a mail is about is told by its token alone; an address that stands in it
//! proves nothing, for anybody can write one.
//!
//! What is read was written by strangers: sizes, parts and depth are bounded.

mod apply;
mod leave;
mod message;
mod report;
mod source;
#[cfg(test)]
mod tests;
mod tokens;

pub use apply::{Outcome, Tally};
pub use leave::{Leave, read as read_leave};
pub use report::{Failure, Report, Verdict, read as read_report};
pub use source::{SourceError, each};
pub use tokens::Candidate;
