//! Who we say we are.

use std::fmt;

/// A text that no log, error or debug output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret in.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret, for the one place that needs it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What a server asks before it takes mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// A name and a password: AUTH PLAIN, or LOGIN where that is not offered.
    Password {
        /// The name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A name and an OAuth 2 access token: AUTH XOAUTH2.
    OAuth2 {
        /// The name.
        username: String,
        /// The token.
        token: Secret,
    },
}

#[cfg(test)]
mod tests {
    use super::{Credentials, Secret};

    #[test]
    fn a_secret_is_not_shown() {
        let credentials = Credentials::Password { username: "ada".to_owned(), password: Secret::new("hunter2") };
        assert_eq!(format!("{credentials:?}"), r#"Password { username: "ada", password: Secret(…) }"#);
    }
}
