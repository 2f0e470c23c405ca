//! The two halves of a key: the private one as PEM, the public one as a DNS record.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::message::dkim::SignError;

/// How it is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA with SHA-256, which every server checks.
    Rsa,
    /// Ed25519 with SHA-256 (RFC 8463): short, and unknown to many servers; a second signature.
    Ed25519,
}

impl Algorithm {
    /// The value of `a=`.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Rsa => "rsa-sha256",
            Self::Ed25519 => "ed25519-sha256",
        }
    }
}

/// Why a key cannot be used. Says nothing of what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is not PEM.
    #[error("the key is not in PEM form")]
    NotPem,
    /// It is locked by a passphrase.
    #[error("the key is locked by a passphrase")]
    Encrypted,
    /// It is the half that everybody may have.
    #[error("the key is the public half")]
    Public,
    /// It is of another kind, too short or damaged.
    #[error("the key is neither RSA of 2048 bits or more nor Ed25519")]
    Unusable,
    /// None could be made.
    #[error("the system could not make a key")]
    Generate,
}

impl KeyError {
    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            Self::NotPem => "it starts with `-----BEGIN PRIVATE KEY-----`; `newsletter dkim keygen` makes one",
            Self::Encrypted => {
                "store it without one, in a file that only you can read: `openssl pkey -in OLD -out NEW`"
            }
            Self::Public => "name the file with the private half",
            Self::Unusable => "make a new one with `newsletter dkim keygen`",
            Self::Generate => "try again",
        }
    }
}

/// A private key. It can sign, and neither be shown nor copied by accident.
pub struct PrivateKey(Pair);

enum Pair {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl PrivateKey {
    /// Makes one: RSA of 2048 bits, which fits a DNS answer, or Ed25519.
    ///
    /// # Errors
    /// When the system gives no random octets.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        let pair = match algorithm {
            Algorithm::Rsa => RsaKeyPair::generate(KeySize::Rsa2048).map(Pair::Rsa),
            Algorithm::Ed25519 => Ed25519KeyPair::generate().map(Pair::Ed25519),
        };
        pair.map(Self).map_err(|_| KeyError::Generate)
    }

    /// Reads PEM as openssl writes it: PKCS #8 of both kinds, or PKCS #1.
    ///
    /// # Errors
    /// When it is not the private half of a key of use.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let (_, rest) = text.split_once("-----BEGIN ").ok_or(KeyError::NotPem)?;
        let (label, rest) = rest.split_once("-----").ok_or(KeyError::NotPem)?;
        let (body, _) = rest.split_once("-----END ").ok_or(KeyError::NotPem)?;
        if label.starts_with("ENCRYPTED") || body.contains("ENCRYPTED") {
            return Err(KeyError::Encrypted);
        }
        if label.ends_with("PUBLIC KEY") {
            return Err(KeyError::Public);
        }
        let body: String = body.split_ascii_whitespace().collect();
        let der = STANDARD.decode(body).map_err(|_| KeyError::NotPem)?;
        let rsa = RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der)).map(Pair::Rsa);
        let pair = rsa.or_else(|_| Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map(Pair::Ed25519));
        pair.map(Self).map_err(|_| KeyError::Unusable)
    }

    /// The key as PKCS #8 in PEM.
    ///
    /// # Errors
    /// When the library refuses, which has no known cause.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let der = match &self.0 {
            Pair::Rsa(pair) => AsDer::<Pkcs8V1Der<'_>>::as_der(pair).map(|der| STANDARD.encode(der.as_ref())),
            Pair::Ed25519(pair) => pair.to_pkcs8v1().map(|der| STANDARD.encode(der)),
        };
        let mut pem = "-----BEGIN PRIVATE KEY-----\n".to_owned();
        for (index, character) in der.map_err(|_| KeyError::Generate)?.chars().enumerate() {
            if index > 0 && index % 64 == 0 {
                pem.push('\n');
            }
            pem.push(character);
        }
        Ok(pem + "\n-----END PRIVATE KEY-----\n")
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Pair::Rsa(_) => Algorithm::Rsa,
            Pair::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// The record that tells the world the public half.
    ///
    /// # Errors
    /// When the library refuses, which has no known cause.
    pub fn dns_record(&self, selector: &str, domain: &str) -> Result<DnsRecord, KeyError> {
        let (kind, public) = match &self.0 {
            Pair::Rsa(pair) => {
                let der = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key());
                ("rsa", STANDARD.encode(der.map_err(|_| KeyError::Generate)?.as_ref()))
            }
            Pair::Ed25519(pair) => ("ed25519", STANDARD.encode(pair.public_key())),
        };
        Ok(DnsRecord {
            name: format!("{selector}._domainkey.{domain}"),
            value: format!("v=DKIM1; k={kind}; p={public}"),
        })
    }

    /// Signs the canonical header.
    pub(super) fn sign(&self, signed: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.0 {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed, &mut signature).map_err(|_| SignError)?;
                Ok(signature)
            }
            // RFC 8463 §3: what is signed is the hash.
            Pair::Ed25519(pair) => {
                let signature = pair.try_sign(&Sha256::digest(signed)).map_err(|_| SignError)?;
                Ok(signature.as_ref().to_vec())
            }
        }
    }

    #[cfg(test)]
    pub(super) fn from_seed(seed: &[u8]) -> Self {
        Self(Pair::Ed25519(Ed25519KeyPair::from_seed_unchecked(seed).unwrap()))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({:?}, …)", self.algorithm())
    }
}

/// A TXT record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsRecord {
    /// Its name, without a dot at the end.
    pub name: String,
    /// Its value, of any length.
    pub value: String,
}

impl DnsRecord {
    /// The value as a zone file takes it: quoted strings of at most 255 octets, which DNS joins.
    pub fn quoted(&self) -> String {
        let mut quoted = "\"".to_owned();
        for (index, character) in self.value.chars().enumerate() {
            if index > 0 && index % 255 == 0 {
                quoted += "\" \"";
            }
            quoted.push(character);
        }
        quoted + "\""
    }
}
