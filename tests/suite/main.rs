//! The tests that look at the library from outside, one module a theme.

mod index;
mod support;
