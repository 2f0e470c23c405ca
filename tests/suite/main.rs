//! The tests that look at the library from outside, one module a theme.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test that cannot go on has failed")]

mod architecture;
mod check;
mod cli;
mod commonmark;
mod configuration;
mod determinism;
mod documents;
mod editor;
mod email;
mod front_matter;
mod fuzz_corpus;
mod index;
mod letter;
mod markdown;
mod mutations;
mod output;
mod page;
mod reader;
mod rules;
mod rules_markup;
mod rules_text;
mod support;
mod text;
