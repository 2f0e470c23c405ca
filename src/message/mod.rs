//! An issue as an e-mail message (RFC 5322, MIME).
