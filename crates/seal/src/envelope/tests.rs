use std::sync::LazyLock;

use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use shouxin_model::Moment;

use super::*;
use crate::{Keyring, Root};

const SUITES: [Suite; 2] = [Suite::International, Suite::National];
const ANN: SubjectId = SubjectId::from_bytes([1; 16]);
const ROW: RecordId = RecordId::from_bytes([3; 16]);

static KEY: LazyLock<SubjectKey> = LazyLock::new(|| key(5));
static MOBILE: LazyLock<FieldRef> = LazyLock::new(|| FieldRef::new("customer", "mobile"));

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn key(seed: u8) -> SubjectKey {
    let root = Root::from_bytes([7; 32]);
    let keyring = Keyring::make(
        &root,
        Suite::International,
        Moment::default(),
        &mut rng(seed),
    );
    SubjectKey::make(&keyring, &mut rng(seed))
}

fn place() -> Binding<'static> {
    Binding {
        zone: "identity",
        field: &MOBILE,
        subject: ANN,
        record: ROW,
    }
}

fn sealed(suite: Suite, value: &[u8]) -> Vec<u8> {
    seal(&KEY, suite, &place(), value, &mut rng(1))
}

#[test]
fn an_envelope_has_the_documented_shape() {
    for (suite, byte) in [(Suite::International, 1), (Suite::National, 2)] {
        let envelope = sealed(suite, b"13800000000");
        assert_eq!(envelope.len(), 11 + OVERHEAD_BYTES);
        assert_eq!(envelope[..5], [byte, 0, 0, 0, 1]);
        assert_eq!(suite_of(&envelope), Some(suite));
    }
    assert_eq!(
        (suite_of(&[]), suite_of(&[0]), suite_of(&[3])),
        (None, None, None)
    );
}

#[test]
fn a_value_moved_to_another_place_fails_to_open() {
    let other_field = FieldRef::new("customer", "landline");
    let other_collection = FieldRef::new("contact", "mobile");
    // The same letters, cut elsewhere: the lengths in the associated data keep them apart.
    let other_cut = FieldRef::new("custome", "rmobile");
    let moved = [
        Binding {
            zone: "payment",
            ..place()
        },
        Binding {
            field: &other_field,
            ..place()
        },
        Binding {
            field: &other_collection,
            ..place()
        },
        Binding {
            field: &other_cut,
            ..place()
        },
        Binding {
            subject: SubjectId::from_bytes([2; 16]),
            ..place()
        },
        Binding {
            record: RecordId::from_bytes([4; 16]),
            ..place()
        },
        Binding {
            subject: SubjectId::from_bytes([3; 16]),
            record: RecordId::from_bytes([1; 16]),
            ..place()
        },
    ];
    for suite in SUITES {
        let envelope = sealed(suite, b"13800000000");
        assert_eq!(
            open(&KEY, &place(), &envelope).unwrap().expose(),
            b"13800000000"
        );
        for binding in &moved {
            let refused = Err(OpenError::Forged(binding.field.clone()));
            assert_eq!(
                open(&KEY, binding, &envelope).map(drop),
                refused,
                "{binding:?}"
            );
        }
        assert!(open(&key(6), &place(), &envelope).is_err());
    }
}

#[test]
fn a_suite_does_not_open_what_the_other_sealed() {
    for suite in SUITES {
        let mut envelope = sealed(suite, b"13800000000");
        envelope[0] ^= 3;
        assert_eq!(
            open(&KEY, &place(), &envelope).map(drop),
            Err(OpenError::Forged(MOBILE.clone()))
        );
    }
}

#[test]
fn a_suite_byte_nobody_knows_is_refused_and_named() {
    for byte in (0..=255).filter(|b| ![1, 2].contains(b)) {
        let mut envelope = sealed(Suite::International, b"x");
        envelope[0] = byte;
        let refused = Err(OpenError::UnknownSuite(MOBILE.clone(), byte));
        assert_eq!(open(&KEY, &place(), &envelope).map(drop), refused);
    }
}

#[test]
fn two_envelopes_of_one_value_differ() {
    let mut rng = rng(1);
    let mut seal = || seal(&KEY, Suite::National, &place(), b"x", &mut rng);
    assert_ne!(seal()[5..], seal()[5..]);
}

#[test]
fn neither_an_opened_value_nor_an_error_shows_the_value() {
    let envelope = sealed(Suite::International, b"13800000000");
    let opened = open(&KEY, &place(), &envelope).unwrap();
    let refused = open(&key(6), &place(), &envelope).unwrap_err();
    let shown = format!("{opened:?} {refused:?} {refused} {:?}", *KEY);
    assert!(
        !shown.contains("138") && !shown.contains("49, 51"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn every_value_comes_back(value: Vec<u8>, national: bool) {
        let envelope = sealed(SUITES[usize::from(national)], &value);
        prop_assert_eq!(envelope.len(), value.len() + OVERHEAD_BYTES);
        let opened = open(&KEY, &place(), &envelope).unwrap();
        prop_assert_eq!(opened.expose(), &value);
    }

    #[test]
    fn every_cut_and_every_addition_is_refused(value: Vec<u8>, cut: prop::sample::Index, more: u8) {
        for suite in SUITES {
            let mut envelope = sealed(suite, &value);
            prop_assert!(open(&KEY, &place(), &envelope[..cut.index(envelope.len())]).is_err());
            envelope.push(more);
            prop_assert!(open(&KEY, &place(), &envelope).is_err());
        }
    }

    #[test]
    fn arbitrary_bytes_are_refused_without_panic(bytes: Vec<u8>) {
        prop_assert!(open(&KEY, &place(), &bytes).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn every_flipped_bit_is_refused(value in prop::collection::vec(any::<u8>(), 0..40)) {
        for suite in SUITES {
            let good = sealed(suite, &value);
            for bit in 0..good.len() * 8 {
                let mut flipped = good.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                prop_assert!(open(&KEY, &place(), &flipped).is_err(), "bit {}", bit);
            }
        }
    }
}
