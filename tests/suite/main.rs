//! The tests that look at the library from outside, one module a theme.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on has failed"
)]

mod addresses;
mod again;
mod architecture;
mod archive;
mod campaigns;
mod check;
mod cli;
mod commonmark;
mod configuration;
mod determinism;
mod dkim;
mod dns;
mod doctor;
mod documents;
mod editor;
mod email;
mod export;
mod front_matter;
mod fuzz_corpus;
mod incremental;
mod index;
mod letter;
mod markdown;
mod mutations;
mod online;
mod output;
mod page;
mod publish;
mod reader;
mod real_relays;
mod relays;
mod rude;
mod rules;
mod rules_markup;
mod rules_text;
mod send;
mod serve;
mod session;
mod session_tls;
mod site;
#[cfg(feature = "cards")]
mod site_cards;
#[cfg(feature = "search")]
mod site_search;
mod smtp_replies;
mod subscribers;
mod support;
mod text;
mod watch;
mod web;
