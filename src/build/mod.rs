//! One issue from document to finished renditions and message, with its findings: what `check`,
//! `build`, preview, editor and sending all call.

mod content;
pub mod index;
mod issue;
mod links;
mod mend;
mod online;
mod open;
pub mod output;
mod record;
mod report;
mod run;
mod trace;
mod watch;

pub use content::{Form, content_hash};
pub use issue::{Built, Output, build_issue, check_issue, html_bound, place_of, web_page};
pub use mend::{Change, Found, Mended, World, find, mend};
pub use online::{Online, Plan};
pub use open::{open, reopen};
pub use run::{Fate, Issue, Outcome, Request, SingleFile, run};
pub use watch::{Stamps, Watched};
