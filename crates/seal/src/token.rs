//! Stand-ins for values.

use shouxin_model::{FieldRef, Suite};
use zeroize::Zeroizing;

use crate::derive::{derive_key, opaque};
use crate::keyring::LastingKeys;
use crate::mac::Mac;

/// Gives values of one field stand-ins within one purpose: the same value always the same token,
/// another purpose or field another one, so that what two purposes were told cannot be joined.
///
/// A token is not reversible: it is a keyed digest, nothing is stored. Whoever may ask for tokens of
/// values of their choice can still guess; a token is a pseudonym (PIPL art. 73), not anonymous.
#[derive(Clone)]
pub struct Tokeniser(Mac);

opaque!(Tokeniser);

impl Tokeniser {
    /// The tokeniser of a field for a purpose. Rotation of epochs leaves its tokens as they are;
    /// another suite gives other tokens.
    pub fn of(
        keys: &impl AsRef<LastingKeys>,
        purpose: &str,
        field: &FieldRef,
        suite: Suite,
    ) -> Self {
        let labels: [&[u8]; 4] = [
            b"shouxin/token/v1",
            purpose.as_bytes(),
            field.collection().as_bytes(),
            field.field().as_bytes(),
        ];
        Self(Mac::derive(suite, &keys.as_ref().token, &labels))
    }

    /// The token of `value`: `tok_` and 26 characters of 0-9 and a-v (128 bits, base 32).
    pub fn token(&self, value: &[u8]) -> String {
        format!(
            "tok_{}",
            data_encoding::BASE32_DNSSEC.encode(&self.0.tag(value)[..16])
        )
    }
}

/// The key of the pseudonyms that this keyring gives for values wherever they stand, in texts and tables
/// alike. Rotation of epochs leaves it as it is; another suite has another. Wiped on drop.
pub fn pseudonym_key(keys: &impl AsRef<LastingKeys>, suite: Suite) -> Zeroizing<[u8; 32]> {
    derive_key(suite, &keys.as_ref().token, &[b"shouxin/pseudonym/v1"])
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
    use shouxin_model::Moment;

    use super::*;
    use crate::Root;
    use crate::keyring::Keyring;

    fn token(seed: u8, purpose: &str, field: &str, suite: Suite, value: &str) -> String {
        let mut rng = ChaCha20Rng::from_seed([seed; 32]);
        let keyring = Keyring::make(&Root::make(&mut rng), suite, Moment::default(), &mut rng);
        Tokeniser::of(&keyring, purpose, &field.parse().unwrap(), suite).token(value.as_bytes())
    }

    #[test]
    fn keyring_purpose_field_suite_and_value_each_decide_the_token() {
        let (suite, value) = (Suite::International, "13800000000");
        let base = token(1, "repair", "customer.mobile", suite, value);
        assert_eq!((base.len(), &base[..4]), (30, "tok_"));
        assert_eq!(base, token(1, "repair", "customer.mobile", suite, value));
        assert_ne!(base, token(2, "repair", "customer.mobile", suite, value));
        assert_ne!(base, token(1, "survey", "customer.mobile", suite, value));
        assert_ne!(base, token(1, "repair", "customer.phone", suite, value));
        assert_ne!(
            base,
            token(1, "repair", "customer.mobile", Suite::National, value)
        );
        assert_ne!(
            base,
            token(1, "repair", "customer.mobile", suite, "13800000001")
        );
    }
}
