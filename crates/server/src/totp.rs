//! Time-based one-time codes (RFC 6238): SHA-1, six digits, thirty seconds, one step of skew.

use data_encoding::BASE32_NOPAD;
use rand_core::Rng;
use shouxin_model::Moment;
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

/// A fresh secret of 160 bits.
pub fn make_secret(dice: &mut impl Rng) -> Zeroizing<Vec<u8>> {
    let mut secret = Zeroizing::new(vec![0; 20]);
    dice.fill_bytes(&mut secret);
    secret
}

/// The secret as people type it, in base 32.
pub fn base32(secret: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(BASE32_NOPAD.encode(secret))
}

/// What an authenticator app reads, as text or as a QR code.
pub fn url(secret: &[u8], login: &str) -> Zeroizing<String> {
    // A login is a slug: nothing in it needs escaping.
    let secret = base32(secret);
    Zeroizing::new(format!(
        "otpauth://totp/Shouxin:{login}?secret={}&issuer=Shouxin&algorithm=SHA1&digits=6&period=30",
        *secret
    ))
}

/// The step whose code this is, if it is the code of now or of a step beside it. A step is used once:
/// whoever asks must see that it is later than the last one used.
pub fn step_of(secret: &[u8], code: &str, now: Moment) -> Option<i64> {
    let seconds = u64::try_from(now.seconds()).ok()?;
    let code: String = code.chars().filter(|c| *c != ' ').collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    totp(secret)?
        .check(&code, seconds)
        .and_then(|step| step.try_into().ok())
}

/// The code of this moment. For people's authenticators in tests and demonstrations.
pub fn code(secret: &[u8], now: Moment) -> Option<String> {
    let seconds = u64::try_from(now.seconds()).ok()?;
    Some(totp(secret)?.generate(seconds).to_string())
}

fn totp(secret: &[u8]) -> Option<Totp> {
    Builder::new().with_secret(secret.to_vec()).build().ok()
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vectors {
        tests: Vec<Vector>,
    }

    #[derive(Deserialize)]
    struct Vector {
        alg: String,
        key: String,
        time: i64,
        step: u64,
        digits: usize,
        code: String,
    }

    fn vectors() -> Vec<Vector> {
        let text = include_str!("../../../corpus/vectors/totp.json");
        let vectors: Vectors = serde_json::from_str(text).unwrap();
        vectors
            .tests
            .into_iter()
            .filter(|v| v.alg == "SHA1" && v.step == 30)
            .collect()
    }

    #[test]
    fn the_codes_of_rfc_6238_are_ours() {
        assert!(vectors().len() >= 6);
        for vector in vectors() {
            let (secret, now) = (
                HEXLOWER.decode(vector.key.as_bytes()).unwrap(),
                Moment::from_seconds(vector.time),
            );
            // Fewer digits are the last digits: RFC 4226 takes the remainder.
            let six = &vector.code[vector.digits - 6..];
            assert_eq!(code(&secret, now).as_deref(), Some(six), "{}", vector.time);
            assert_eq!(step_of(&secret, six, now), Some(vector.time / 30));
        }
    }

    #[test]
    fn a_code_counts_one_step_early_or_late() {
        let secret = [7; 20];
        let now = Moment::from_seconds(1_795_000_005);
        let code = code(&secret, now).unwrap();
        for (seconds, expected) in [
            (-60, false),
            (-30, true),
            (0, true),
            (30, true),
            (60, false),
        ] {
            assert_eq!(
                step_of(&secret, &code, now.plus_seconds(seconds)).is_some(),
                expected,
                "{seconds}"
            );
        }
        assert_eq!(
            step_of(&secret, &format!("{} {}", &code[..3], &code[3..]), now),
            Some(59_833_333)
        );
        for wrong in ["", "12345", "1234567", "12345x"] {
            assert_eq!(step_of(&secret, wrong, now), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_reads_the_secret_from_the_url() {
        let url = url(b"12345678901234567890", "li.xiaoyan");
        assert_eq!(
            *url,
            "otpauth://totp/Shouxin:li.xiaoyan?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Shouxin&algorithm=SHA1&digits=6&period=30"
        );
    }
}
