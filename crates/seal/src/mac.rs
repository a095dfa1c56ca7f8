//! Keyed digests in either suite.

use ::hmac::{Hmac, KeyInit, Mac as _};
use aws_lc_rs::hmac;
use shouxin_model::Suite;
use sm3::Sm3;

use crate::derive::{Key32, derive_key, opaque};

/// HMAC-SHA-256 or HMAC-SM3 with its key already absorbed.
#[derive(Clone)]
pub(crate) enum Mac {
    International(Box<hmac::Key>),
    National(Box<Hmac<Sm3>>),
}

opaque!(Mac);

impl Mac {
    /// The digest of `suite` whose key `parent` gives for these labels.
    pub(crate) fn derive(suite: Suite, parent: &[u8; 32], labels: &[&[u8]]) -> Self {
        let key: Key32 = derive_key(suite, parent, labels);
        Self::from_key(suite, &*key)
    }

    /// The digest with this very key, of any length.
    pub(crate) fn from_key(suite: Suite, key: &[u8]) -> Self {
        match suite {
            Suite::International => {
                Self::International(Box::new(hmac::Key::new(hmac::HMAC_SHA256, key)))
            }
            Suite::National => Self::National(Box::new(
                Hmac::new_from_slice(key).expect("HMAC takes keys of any length"),
            )),
        }
    }

    /// The 32 bytes over `message`.
    pub(crate) fn tag(&self, message: &[u8]) -> [u8; 32] {
        match self {
            Self::International(key) => hmac::sign(key, message)
                .as_ref()
                .try_into()
                .expect("SHA-256 has 32 bytes"),
            Self::National(state) => {
                let mut state = state.clone();
                state.update(message);
                state.finalize().into_bytes().into()
            }
        }
    }
}
