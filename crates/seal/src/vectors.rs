//! Every published vector that concerns this crate, run against what the crate really uses.

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use data_encoding::HEXLOWER;
use serde_json::Value;
use shouxin_model::Suite;
use sm2::SecretKey;
use sm2::elliptic_curve::sec1::ToSec1Point;
use sm3::{Digest, Sm3};
use sm4::cipher::{Block, BlockCipherEncrypt, KeyInit};

use crate::cipher::{Cipher, NONCE_BYTES};
use crate::derive::Length;
use crate::mac::Mac;
use crate::sign::{verify, verify_sm2};

/// The rows of one file, each with its place in it.
fn rows(json: &str) -> Vec<Row> {
    let file: Value = serde_json::from_str(json).expect("a vector file");
    let tests = file["tests"].as_array().expect("a list of tests");
    tests.iter().cloned().map(Row).collect()
}

struct Row(Value);

impl Row {
    fn hex(&self, name: &str) -> Vec<u8> {
        HEXLOWER
            .decode(self.text(name).as_bytes())
            .unwrap_or_else(|_| panic!("{self}: {name}"))
    }

    fn text(&self, name: &str) -> &str {
        self.0[name]
            .as_str()
            .unwrap_or_else(|| panic!("{self}: {name}"))
    }

    fn number(&self, name: &str) -> u32 {
        let number = self.0[name]
            .as_u64()
            .unwrap_or_else(|| panic!("{self}: {name}"));
        u32::try_from(number).expect("a small number")
    }

    fn is_valid(&self) -> bool {
        match self.text("result") {
            "valid" => true,
            "invalid" => false,
            other => panic!("{self}: {other}"),
        }
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0["comment"])
    }
}

macro_rules! vectors {
    ($name:literal) => {
        rows(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../corpus/vectors/",
            $name,
            ".json"
        )))
    };
}

/// What became of the rows of one file.
#[derive(Debug, PartialEq)]
struct Tally {
    valid: usize,
    invalid: usize,
    /// Valid rows with a nonce of another length than 12 bytes: there is no way to pass one in.
    other_nonce: usize,
}

fn gcm(suite: Suite, rows: Vec<Row>) -> Tally {
    let mut tally = Tally {
        valid: 0,
        invalid: 0,
        other_nonce: 0,
    };
    for row in rows {
        let Ok(nonce) = <[u8; NONCE_BYTES]>::try_from(row.hex("iv")) else {
            *if row.is_valid() {
                &mut tally.other_nonce
            } else {
                &mut tally.invalid
            } += 1;
            continue;
        };
        let cipher = Cipher::from_key(suite, &row.hex("key")).expect("a key of the suite's length");
        let (aad, tag) = (row.hex("aad"), row.hex("tag"));
        let sealed = [&nonce[..], &row.hex("ct"), &tag].concat();
        let opened = cipher.open(&aad, &sealed);
        if row.is_valid() {
            assert_eq!(
                *opened.unwrap_or_else(|| panic!("{row}")),
                row.hex("msg"),
                "{row}"
            );
            let mut text = row.hex("msg");
            let made = cipher.seal_in_place(&nonce, &aad, &mut text);
            assert_eq!((text, made.to_vec()), (row.hex("ct"), tag), "{row}");
            tally.valid += 1;
        } else {
            assert!(opened.is_none(), "{row}");
            tally.invalid += 1;
        }
    }
    tally
}

#[test]
fn aes_256_gcm_answers_as_published_for_nonces_of_96_bits() {
    let tally = gcm(Suite::International, vectors!("aes-256-gcm"));
    assert_eq!(
        tally,
        Tally {
            valid: 44,
            invalid: 34,
            other_nonce: 38
        }
    );
}

#[test]
fn sm4_gcm_answers_as_published_for_nonces_of_96_bits() {
    let tally = gcm(Suite::National, vectors!("sm4-gcm"));
    assert_eq!(
        tally,
        Tally {
            valid: 39,
            invalid: 29,
            other_nonce: 28
        }
    );
}

fn hmac(suite: Suite, rows: Vec<Row>) {
    assert!(rows.iter().any(Row::is_valid) && !rows.iter().all(Row::is_valid));
    for row in rows {
        let wanted = row.hex("tag");
        let made = Mac::from_key(suite, &row.hex("key")).tag(&row.hex("msg"));
        assert_eq!(made[..wanted.len()] == wanted, row.is_valid(), "{row}");
    }
}

#[test]
fn hmac_sha_256_answers_as_published() {
    hmac(Suite::International, vectors!("hmac-sha256"));
}

#[test]
fn hmac_sm3_answers_as_published() {
    hmac(Suite::National, vectors!("hmac-sm3"));
}

#[test]
fn hkdf_sha_256_answers_as_published() {
    for row in vectors!("hkdf-sha256") {
        let size = row.number("size") as usize;
        let prk = Salt::new(HKDF_SHA256, &row.hex("salt")).extract(&row.hex("ikm"));
        let info = row.hex("info");
        let info = [&info[..]];
        let expanded = prk.expand(&info, Length(size)).map(|okm| {
            let mut out = vec![0; size];
            okm.fill(&mut out)
                .map(|()| out)
                .expect("the length was accepted")
        });
        if row.is_valid() {
            assert_eq!(expanded.ok(), Some(row.hex("okm")), "{row}");
        } else {
            assert!(expanded.is_err(), "{row}");
        }
    }
}

#[test]
fn hkdf_over_sm3_is_hkdf_by_its_definition() {
    // No vectors are published for SM3: RFC 5869 2.3 spelt out with the HMAC that is tested above.
    let mut made = [0; 32];
    crate::derive::derive_into(Suite::National, &[7; 32], &[b"label"], &mut made);
    let info = [crate::frame::frame(&[b"label"]), vec![1]].concat();
    assert_eq!(made, Mac::from_key(Suite::National, &[7; 32]).tag(&info));
}

#[test]
fn sm2_verifies_as_published() {
    let mut valid = 0;
    for row in vectors!("sm2-sign") {
        let id = String::from_utf8(row.hex("id")).expect("identifiers in ASCII");
        let key = [vec![4], row.hex("pub_x"), row.hex("pub_y")].concat();
        let signature = [number(row.text("r")), number(row.text("s"))].concat();
        let result = verify_sm2(&id, &key, &row.hex("msg"), &signature);
        assert_eq!(result.is_ok(), row.is_valid(), "{row}");
        if row.is_valid() {
            valid += 1;
            // The published identifier is the one our own signatures use.
            assert_eq!(
                verify(Suite::National, &key, &row.hex("msg"), &signature),
                Ok(())
            );
            let secret = SecretKey::from_slice(&row.hex("d")).expect("a private key");
            assert_eq!(secret.public_key().to_sec1_point(false).as_bytes(), key);
        }
    }
    assert_eq!(valid, 1);
}

/// A number of 32 bytes; more if the row's number is larger.
fn number(hex: &str) -> Vec<u8> {
    let even = if hex.len() <= 64 {
        64
    } else {
        hex.len().next_multiple_of(2)
    };
    HEXLOWER
        .decode(format!("{hex:0>even$}").as_bytes())
        .expect("a number")
}

#[test]
fn sm3_answers_as_published() {
    for row in vectors!("sm3") {
        assert_eq!(Sm3::digest(row.hex("msg"))[..], row.hex("digest"), "{row}");
    }
}

#[test]
fn sm4_answers_as_published() {
    for row in vectors!("sm4-block") {
        let cipher = sm4::Sm4::new_from_slice(&row.hex("key")).expect("16 bytes");
        let iterations = row.0["iterations"].as_u64().unwrap_or(1);
        let mut text = row.hex("pt");
        for block in text.chunks_exact_mut(16) {
            let block: &mut Block<sm4::Sm4> = block.try_into().expect("16 bytes");
            for _ in 0..iterations {
                cipher.encrypt_block(&mut *block);
            }
        }
        assert_eq!(text, row.hex("ct"), "{row}");
    }
}

#[test]
fn argon2id_answers_as_published() {
    for row in vectors!("argon2id") {
        let optional = |name| {
            row.0[name]
                .as_str()
                .map(|_| row.hex(name))
                .unwrap_or_default()
        };
        let (secret, data) = (optional("secret"), optional("ad"));
        let params = ParamsBuilder::new()
            .m_cost(row.number("m_kib"))
            .t_cost(row.number("t"))
            .p_cost(row.number("p"))
            .data(AssociatedData::new(&data).expect("short"))
            .build()
            .expect("published costs");
        let argon2 = Argon2::new_with_secret(&secret, Algorithm::Argon2id, Version::V0x13, params);
        let mut made = vec![0; row.number("length") as usize];
        argon2
            .expect("a short secret")
            .hash_password_into(&row.hex("password"), &row.hex("salt"), &mut made)
            .expect("lengths that Argon2 allows");
        assert_eq!(made, row.hex("tag"), "{row}");
    }
}
