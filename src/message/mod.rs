//! Complete messages: MIME, headers, and what differs by subscriber.

pub mod personalize;
