//! Remembers fitted images, so that a picture that stands in a thousand posts is decoded once.
//!
//! Fitting is a pure function of the bytes and the width, so remembering it changes nothing but
//! the time it takes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sha2::{Digest, Sha256};

use crate::render::asset::Density;
use crate::render::image::{self, Fitted, ImageError};

/// A fitted image, and its bytes to share.
pub(super) type Outcome = Result<(Fitted, Arc<[u8]>), ImageError>;

/// What a fitted image depends on: the content's hash, the width asked for, `@2x`, the limit.
type Key = ([u8; 32], Option<u32>, Density, u64);

/// The bytes that are remembered at most; then all is forgotten.
const MAX_BYTES: usize = 256 * 1024 * 1024;

#[derive(Default)]
struct Memo {
    outcomes: BTreeMap<Key, Arc<OnceLock<Outcome>>>,
    bytes: usize,
}

static MEMO: Mutex<Memo> = Mutex::new(Memo { outcomes: BTreeMap::new(), bytes: 0 });

/// Fits `bytes`, or remembers having done so. Others that ask for the same meanwhile wait.
/// The image gets twice the `width` at which it is shown, for fine screens.
pub(super) fn fit(bytes: &[u8], width: Option<u32>, density: Density, max_pixels: u64) -> Arc<OnceLock<Outcome>> {
    let key = (Sha256::digest(bytes).into(), width, density, max_pixels);
    let wanted = |intrinsic| width.unwrap_or_else(|| density.shown(intrinsic).0).saturating_mul(2);
    let slot = Arc::clone(MEMO.lock().unwrap_or_else(PoisonError::into_inner).outcomes.entry(key).or_default());
    let mut made = 0;
    slot.get_or_init(|| {
        image::fit(bytes, &wanted, max_pixels).map(|mut fitted| {
            let shared: Arc<[u8]> = std::mem::take(&mut fitted.bytes).into();
            made = shared.len();
            (fitted, shared)
        })
    });
    if made > 0 {
        let mut memo = MEMO.lock().unwrap_or_else(PoisonError::into_inner);
        memo.bytes += made;
        if memo.bytes > MAX_BYTES {
            *memo = Memo::default();
        }
    }
    slot
}
