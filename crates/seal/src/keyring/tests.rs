use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;

const NOW: Moment = Moment::from_micros(1_763_700_000_123_456);

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([3; 32])
}

fn root() -> Root {
    Root::from_bytes([7; 32])
}

fn keyring(suite: Suite) -> Keyring {
    Keyring::make(&root(), suite, NOW, &mut rng())
}

fn keys(keyring: &Keyring) -> Vec<Key32> {
    let LastingKeys {
        index,
        token,
        system,
        ed25519,
        sm2,
        ..
    } = &*keyring.lasting;
    let lasting = [index, token, system, ed25519, sm2].map(Clone::clone);
    keyring
        .epochs
        .values()
        .map(|e| e.key.clone())
        .chain(lasting)
        .collect()
}

#[test]
fn a_keyring_survives_its_own_bytes_in_both_suites() {
    for suite in [Suite::International, Suite::National] {
        let mut made = keyring(suite);
        made.rotate(&root(), suite, NOW.plus_seconds(1), &mut rng())
            .unwrap();
        let opened = Keyring::open(&root(), &made.to_bytes()).unwrap();
        assert_eq!(keys(&opened), keys(&made));
        assert!(opened.epochs().eq(made.epochs()));
        assert_eq!(opened.to_bytes(), made.to_bytes());
    }
}

#[test]
fn no_key_stands_in_the_bytes_and_no_two_keys_are_equal() {
    let keyring = keyring(Suite::International);
    let text = String::from_utf8(keyring.to_bytes()).unwrap();
    let keys = keys(&keyring);
    for key in &keys {
        assert!(!text.contains(&data_encoding::HEXLOWER.encode(&**key)));
    }
    let different: std::collections::BTreeSet<[u8; 32]> = keys.iter().map(|key| **key).collect();
    assert_eq!(different.len(), 6);
}

#[test]
fn another_root_cannot_unseal_and_is_told_which_root_is_needed() {
    let other = Root::from_bytes([8; 32]);
    let error = Keyring::open(&other, &keyring(Suite::International).to_bytes()).unwrap_err();
    assert_eq!(
        error,
        KeyringError::CannotUnseal {
            needs: root().name(),
            given: other.name()
        }
    );
    assert!(error.to_string().starts_with("cannot unseal"));
}

#[test]
fn damage_a_newer_version_and_another_file_are_told_apart() {
    let text = String::from_utf8(keyring(Suite::International).to_bytes()).unwrap();
    let check =
        |bytes: &[u8], wanted| assert_eq!(Keyring::open(&root(), bytes).unwrap_err(), wanted);
    check(b"shouxin-root 1\n", KeyringError::NotAKeyring);
    check(&[0xff, 0xfe], KeyringError::NotAKeyring);
    check(
        text.replacen("keyring 1", "keyring 9", 1).as_bytes(),
        KeyringError::Version(9),
    );
    check(&text.as_bytes()[..text.len() / 2], KeyringError::Damaged);
    for place in 16..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[place] ^= 1;
        assert!(Keyring::open(&root(), &bytes).is_err(), "byte {place}");
    }
}

#[test]
fn lines_dropped_swapped_or_changed_under_a_right_checksum_are_forgery() {
    let mut made = keyring(Suite::International);
    made.rotate(&root(), Suite::International, NOW, &mut rng())
        .unwrap();
    made.destroy_epoch(&root(), 1, NOW, &mut rng()).unwrap();
    let text = String::from_utf8(made.to_bytes()).unwrap();
    let body: Vec<&str> = text
        .lines()
        .filter(|l| !l.starts_with("checksum"))
        .skip(1)
        .collect();
    let check = |lines: Vec<&str>| {
        let body: String = lines.iter().flat_map(|l| [l, "\n"]).collect();
        let forged = crate::checked::with_checksum("shouxin-keyring", &body);
        assert_eq!(
            Keyring::open(&root(), forged.as_bytes()).unwrap_err(),
            KeyringError::Forged
        );
    };
    for place in 1..body.len() {
        let mut dropped = body.clone();
        dropped.remove(place);
        check(dropped);
    }
    let mut swapped = body.clone();
    swapped.swap(1, 2);
    check(swapped);
    let revived = body.iter().map(|l| {
        if l.starts_with("destroyed") {
            "destroyed 9 0"
        } else {
            l
        }
    });
    check(revived.collect());
}

#[test]
fn rotation_begins_an_epoch_and_destruction_ends_one_for_good() {
    let mut keyring = keyring(Suite::International);
    let mut rng = rng();
    assert_eq!(keyring.current_epoch(), 1);
    assert_eq!(
        keyring.rotate(&root(), Suite::National, NOW, &mut rng),
        Ok(2)
    );
    assert_eq!(
        keyring.destroy_epoch(&root(), 2, NOW, &mut rng),
        Err(ChangeError::CurrentEpoch(2))
    );
    assert_eq!(
        keyring.destroy_epoch(&root(), 7, NOW, &mut rng),
        Err(ChangeError::NoEpoch(7))
    );
    assert_eq!(keyring.destroy_epoch(&root(), 1, NOW, &mut rng), Ok(()));
    assert_eq!(
        keyring.destroy_epoch(&root(), 1, NOW, &mut rng),
        Err(ChangeError::NoEpoch(1))
    );
    let keyring = Keyring::open(&root(), &keyring.to_bytes()).unwrap();
    let left = EpochInfo {
        id: 2,
        created: NOW,
        suite: Suite::National,
    };
    assert_eq!(keyring.epochs().collect::<Vec<_>>(), [left]);
    assert_eq!(keyring.destroyed_epochs().collect::<Vec<_>>(), [(1, NOW)]);
}

#[test]
fn a_change_needs_the_present_root_and_a_new_root_takes_over() {
    let (mut keyring, new) = (keyring(Suite::International), Root::from_bytes([9; 32]));
    let refused = Err(ChangeError::OtherRoot {
        needs: root().name(),
        given: new.name(),
    });
    assert_eq!(
        keyring
            .rotate(&new, Suite::International, NOW, &mut rng())
            .map(drop),
        refused
    );
    assert_eq!(keyring.destroy_epoch(&new, 1, NOW, &mut rng()), refused);
    let before = keys(&keyring);
    keyring.change_root(&root(), &new, &mut rng()).unwrap();
    assert_eq!(
        keys(&Keyring::open(&new, &keyring.to_bytes()).unwrap()),
        before
    );
    assert!(Keyring::open(&root(), &keyring.to_bytes()).is_err());
}

#[test]
fn debug_output_never_shows_a_key() {
    assert_eq!(
        format!("{:?}", keyring(Suite::International)),
        "Keyring(..)"
    );
}
