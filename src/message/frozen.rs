//! A template as it is stored while its campaign runs: JSON with a version. What was frozen is
//! sent as it was then, whatever becomes of post, configuration and templates.

use serde::{Deserialize, Serialize};

use crate::message::MessageTemplate;

/// The version that is written, and the only one there is.
const VERSION: u32 = 1;

/// Why a stored template cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FrozenError {
    /// It is not what [`MessageTemplate::to_bytes`] gives.
    #[error("the stored message is damaged: {0}")]
    Damaged(#[from] serde_json::Error),
    /// It comes from a later version of the program.
    #[error("the stored message is of version {0}, which this program does not know")]
    Version(u32),
}

#[derive(Deserialize)]
struct Head {
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct Frozen<T> {
    version: u32,
    message: T,
}

impl MessageTemplate {
    /// The template as it is stored; the same template gives the same bytes.
    ///
    /// # Errors
    /// None that is known: all of it is text.
    pub fn to_bytes(&self) -> Result<Vec<u8>, FrozenError> {
        Ok(serde_json::to_vec(&Frozen { version: VERSION, message: self })?)
    }

    /// Reads a stored template.
    ///
    /// # Errors
    /// When it is damaged or too new.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FrozenError> {
        let head: Head = serde_json::from_slice(bytes)?;
        if head.version != VERSION {
            return Err(FrozenError::Version(head.version));
        }
        Ok(serde_json::from_slice::<Frozen<Self>>(bytes)?.message)
    }
}

/// Encoded bytes are text, and take as much room as they have characters.
pub(super) mod as_text {
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in crate::message) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(bytes).map_err(S::Error::custom)?)
    }

    pub(in crate::message) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        String::deserialize(deserializer).map(String::into_bytes)
    }
}
