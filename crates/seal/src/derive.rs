//! Keys from keys.

use aws_lc_rs::hkdf;
use hkdf::HKDF_SHA256;
use shouxin_model::Suite;
use sm3::Sm3;
use zeroize::Zeroizing;

use crate::frame::frame;

/// A key of 32 bytes, wiped on drop.
pub(crate) type Key32 = Zeroizing<[u8; 32]>;

/// A fresh random key.
pub(crate) fn make_key(rng: &mut impl rand_core::CryptoRng) -> Key32 {
    let mut key = Key32::default();
    rng.fill_bytes(&mut *key);
    key
}

/// The key that `parent` gives for this list of labels. Different lists give unrelated keys.
pub(crate) fn derive_key(suite: Suite, parent: &[u8; 32], labels: &[&[u8]]) -> Key32 {
    let mut key = Key32::default();
    derive_into(suite, parent, labels, &mut *key);
    key
}

/// Fills `out`, at most 32 bytes, with HKDF-Expand over SHA-256 or SM3.
///
/// Every parent is uniformly random (drawn, derived, or Argon2id's output), so the extract step,
/// which would make it so, is left out (RFC 5869, section 3.3).
pub(crate) fn derive_into(suite: Suite, parent: &[u8; 32], labels: &[&[u8]], out: &mut [u8]) {
    let info = frame(labels);
    match suite {
        Suite::International => hkdf::Prk::new_less_safe(HKDF_SHA256, parent)
            .expand(&[&info], Length(out.len()))
            .and_then(|okm| okm.fill(out))
            .expect("HKDF gives up to 255 hashes; callers ask for one"),
        Suite::National => ::hkdf::Hkdf::<Sm3>::from_prk(parent)
            .expect("a parent is as long as one SM3 hash")
            .expand(&info, out)
            .expect("HKDF gives up to 255 hashes; callers ask for one"),
    }
}

/// A length in bytes, as aws-lc-rs wants it.
pub(crate) struct Length(pub(crate) usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Gives key types a `Debug` that prints the type's name and nothing it holds.
macro_rules! opaque {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}
pub(crate) use opaque;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suite_parent_and_each_label_change_the_key() {
        let base = derive_key(Suite::International, &[1; 32], &[b"a", b"b"]);
        assert_ne!(base, derive_key(Suite::National, &[1; 32], &[b"a", b"b"]));
        assert_ne!(
            base,
            derive_key(Suite::International, &[2; 32], &[b"a", b"b"])
        );
        assert_ne!(base, derive_key(Suite::International, &[1; 32], &[b"ab"]));
        assert_eq!(
            base,
            derive_key(Suite::International, &[1; 32], &[b"a", b"b"])
        );
    }
}
