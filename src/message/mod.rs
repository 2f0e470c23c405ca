//! An issue as an e-mail message (RFC 5322, MIME).

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]
