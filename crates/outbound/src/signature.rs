//! Signatures of webhooks.
//!
//! Source: Standard Webhooks specification 1.0.0, "Signature scheme", symmetric.

use std::fmt;

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A secret that sender and receiver share: 24 to 64 bytes. Wiped on drop; in no debug line.
#[derive(Clone)]
pub struct SigningSecret(Zeroizing<Vec<u8>>);

/// Not a secret of the right length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a signing secret has 24 to 64 bytes")]
pub struct SecretError;

impl SigningSecret {
    /// The secret with these bytes.
    ///
    /// # Errors
    /// It is shorter than 24 bytes, or longer than 64.
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Result<Self, SecretError> {
        if (24..=64).contains(&bytes.len()) {
            Ok(Self(bytes))
        } else {
            Err(SecretError)
        }
    }

    /// The secret as its owner holds it: `whsec_` and base64.
    ///
    /// # Errors
    /// It is not written so, or has another length.
    pub fn of_shown(text: &str) -> Result<Self, SecretError> {
        let base64 = text.strip_prefix("whsec_").ok_or(SecretError)?;
        let bytes = BASE64.decode(base64.as_bytes()).map_err(|_| SecretError)?;
        Self::new(Zeroizing::new(bytes))
    }

    /// How its owner is shown it, once: `whsec_` and base64.
    pub fn shown(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("whsec_{}", BASE64.encode(&self.0)))
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(..)")
    }
}

/// The value of `webhook-signature`: one `v1,` signature by each secret, so that a receiver may check with either
/// while they change over. `seconds` is the value of `webhook-timestamp`.
pub fn sign(secrets: &[SigningSecret], id: &str, seconds: i64, body: &[u8]) -> String {
    let one = |secret: &SigningSecret| {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&secret.0).expect("HMAC takes a key of any length");
        mac.update(format!("{id}.{seconds}.").as_bytes());
        mac.update(body);
        format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
    };
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(base64: &str) -> SigningSecret {
        let bytes = BASE64.decode(base64.as_bytes()).unwrap();
        SigningSecret::new(Zeroizing::new(bytes)).unwrap()
    }

    /// Source: the vector in the specification's own reference libraries.
    #[test]
    fn it_signs_as_the_specification_says() {
        let signed = sign(
            &[secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn two_secrets_give_two_signatures_and_each_depends_on_everything() {
        let (one, two) = (secret(&"A".repeat(32)), secret(&"B".repeat(32)));
        let both = sign(&[one.clone(), two.clone()], "msg_1", 7, b"body");
        let (by_one, by_two) = both.split_once(' ').unwrap();
        assert_eq!(
            by_one,
            sign(std::slice::from_ref(&one), "msg_1", 7, b"body")
        );
        assert_eq!(by_two, sign(&[two], "msg_1", 7, b"body"));
        for other in [
            sign(std::slice::from_ref(&one), "msg_2", 7, b"body"),
            sign(std::slice::from_ref(&one), "msg_1", 8, b"body"),
            sign(std::slice::from_ref(&one), "msg_1", 7, b"Body"),
        ] {
            assert_ne!(other, by_one);
        }
    }

    #[test]
    fn short_and_long_secrets_are_refused_and_none_is_printed() {
        let of = |bytes| SigningSecret::new(Zeroizing::new(vec![7; bytes]));
        assert_eq!(of(23).unwrap_err(), SecretError);
        assert_eq!(of(65).unwrap_err(), SecretError);
        assert_eq!(format!("{:?}", of(24).unwrap()), "SigningSecret(..)");
        assert_eq!(
            *of(24).unwrap().shown(),
            format!("whsec_{}", "BwcH".repeat(8))
        );
    }

    #[test]
    fn a_secret_is_read_as_it_is_shown() {
        let shown = secret(&"A".repeat(32)).shown();
        assert_eq!(SigningSecret::of_shown(&shown).unwrap().shown(), shown);
        for wrong in [
            "",
            "whsec_",
            "BwcHBwcH",
            "whsec_!",
            "whsec_BwcH",
            &shown[1..],
        ] {
            assert_eq!(
                SigningSecret::of_shown(wrong).unwrap_err(),
                SecretError,
                "{wrong}"
            );
        }
    }
}
