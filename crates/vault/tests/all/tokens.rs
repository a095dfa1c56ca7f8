//! A root that a PKCS#11 token wraps, against SoftHSM: to the token and back, withdrawn, destroyed, lost
//! and recovered from shares.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use shouxin_model::{Caller, Suite};
use shouxin_testkit::softhsm::{CONFIG, PIN, Token};
use shouxin_vault::approvals::Decision;
use shouxin_vault::keydir::{
    KeyDirError, KeyFolder, NewRoot, Phrase, RootKind, Share, TokenAccess, TokenError, Unlock,
};
use shouxin_vault::world::Frozen;
use shouxin_vault::{Act, Keys, Proposal, Vault, World, keydir};

use crate::support::{number, open_folder, person, record, request, shown, start};

/// Names module and token folder to the process that uses them.
const MODULE: &str = "SHOUXIN_TEST_TOKEN_MODULE";
const TOKENS: &str = "SHOUXIN_TEST_TOKEN_FOLDER";

#[test]
fn a_root_on_a_token_serves_is_withdrawn_destroyed_and_recovered() {
    // SoftHSM reads its environment once, so the work is done by a process that begins with it.
    let token = Token::make("机房 A");
    let done = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tokens::with_a_token",
            "--ignored",
            "--nocapture",
        ])
        .env(CONFIG, token.config())
        .env(MODULE, token.module())
        .env(TOKENS, token.folder())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success() && said.contains("1 passed"),
        "{said}\n{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by a_root_on_a_token_serves_is_withdrawn_destroyed_and_recovered"]
async fn with_a_token() {
    let Some(module) = std::env::var_os(MODULE).map(PathBuf::from) else {
        return;
    };
    let tokens = PathBuf::from(std::env::var_os(TOKENS).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let world = Arc::new(Frozen::new(start(), 7));
    keydir::create(&keys, Suite::International, None, &*world).unwrap();
    let by = |pin: &str| {
        let access = TokenAccess {
            module: module.clone(),
            pin: Phrase::typed(pin),
        };
        let unlock = Unlock {
            passphrase: None,
            token: Some(access),
        };
        KeyFolder::new(&keys, unlock)
    };
    let on_token = NewRoot::Token {
        token: "机房 A".to_owned(),
        key: "shouxin-root".to_owned(),
    };

    // From the file to the token.
    let plain = std::fs::read_to_string(keys.join("root.key")).unwrap();
    by(PIN).change_root(&on_token, &mut world.dice()).unwrap();
    let kind = by(PIN).root_kind().unwrap();
    assert!(matches!(kind, RootKind::Token { token, .. } if token == "机房 A"));
    let text = std::fs::read_to_string(keys.join("root.key")).unwrap();
    assert!(text.starts_with("shouxin-root 1\npkcs11 ") && !plain.contains(&text[..60]));
    let name = |result: Result<keydir::Keyring, KeyDirError>| result.unwrap().name();
    let first = name(by(PIN).open());
    let error = by("1111").open().unwrap_err();
    assert!(
        matches!(error, KeyDirError::Token(TokenError::Pin(_))),
        "{error}"
    );
    assert!(!error.to_string().contains("1111"));
    let error = keydir::open(&keys, None).unwrap_err();
    assert!(
        matches!(error, KeyDirError::Token(TokenError::NotNamed(_))),
        "{error}"
    );

    // A vault serves by it; without the token it stops within five minutes.
    let profile = shouxin_register::profile("after-sales").unwrap();
    let store = open_folder(&folder.path().join("data")).await;
    let opened = Keys::open(by(PIN)).unwrap();
    let (register, policies) = (profile.register_toml, profile.policies);
    let vault = Vault::found(store, opened, world.clone(), register, policies)
        .await
        .unwrap();
    let customer = record("customer", &[("name", "张三"), ("mobile", "13800138000")]);
    let order = [
        ("number", "WO-1"),
        ("status", "booked"),
        ("assignee", "li.na"),
    ];
    let written = vault
        .write(
            &Caller::operator(),
            None,
            vec![customer, record("work_order", &order)],
        )
        .await
        .unwrap();
    let read = || async {
        let adviser = person(&vault, 9, "li.na", "service-adviser");
        let request = request(
            &[written.subject],
            "repair-service",
            &["customer.mobile"],
            &[],
        );
        match vault.read(&adviser, &request).await {
            Ok(outcomes) => shown(&outcomes[0]).remove(0),
            Err(error) => error.to_string(),
        }
    };
    let value = read().await;
    assert!(value.contains(" masked "), "{value}");
    let away = folder.path().join("away");
    std::fs::rename(&tokens, &away).unwrap();
    world.pass(301);
    let refused = read().await;
    assert!(refused.starts_with("cannot unseal: "), "{refused}");
    std::fs::rename(&away, &tokens).unwrap();
    world.pass(6);
    assert_eq!(read().await, value);

    // A destroyed epoch takes the token's key with it: an older copy of the key folder opens no more.
    let old = folder.path().join("old");
    copy(&keys, &old);
    let mut shares = by(PIN).split(2, 3, &mut world.dice()).unwrap();
    vault
        .rotate_keys(&Caller::operator(), None, None)
        .await
        .unwrap();
    while vault.work().await.unwrap() {}
    destroy(&vault, 1).await;
    assert_eq!(read().await, value);
    let error = KeyFolder::new(&old, by(PIN).unlock().clone())
        .open()
        .unwrap_err();
    assert!(
        matches!(error, KeyDirError::Token(TokenError::Key { found: 0, .. })),
        "{error}"
    );
    assert_eq!(name(by(PIN).open()), first);
    let told = "SELECT COUNT(*) FROM setting WHERE name IN ('destroying')";
    assert_eq!(number(&vault, told).await, 0);

    // The token breaks. Shares of the root before are of no use; those of the root that is, are.
    let lost = KeyFolder::new(&keys, Unlock::default());
    let error = lost.recover(&shares).unwrap_err();
    assert!(matches!(error, KeyDirError::OtherShares { .. }), "{error}");
    shares = by(PIN).split(2, 3, &mut world.dice()).unwrap();
    shares.remove(1);
    std::fs::remove_dir_all(&tokens).unwrap();
    assert_eq!(lost.recover(&shares).unwrap().name(), first);
    assert_eq!(lost.root_kind().unwrap(), RootKind::File);
    assert_eq!(name(lost.open()), first);
    // It is the root file again: nothing is left to recover.
    let again: Vec<Share> = shares;
    assert!(matches!(lost.recover(&again), Err(KeyDirError::Exists(_))));
}

async fn destroy(vault: &Vault, epoch: u32) {
    let mut admin = person(vault, 1, "gu.lei", "security-admin");
    admin.sign_in.second_factor_at = Some(vault.now());
    let mut officer = person(vault, 2, "zhao.min", "protection-officer");
    officer.sign_in.second_factor_at = Some(vault.now());
    let body = vault
        .plan_destruction(None, epoch)
        .await
        .unwrap()
        .body()
        .unwrap();
    let proposal = Proposal {
        act: Act::EpochDestruction,
        body: body.clone(),
        reason: "yearly".to_owned(),
    };
    let asked = vault.propose(&admin, proposal).await.unwrap();
    vault
        .decide_approval(&officer, asked.id, asked.digest, Decision::Approve, None)
        .await
        .unwrap();
    let proof = vault
        .approved(&admin, asked.id, Act::EpochDestruction, &body)
        .await
        .unwrap();
    vault
        .destroy_epoch(&admin, None, epoch, proof)
        .await
        .unwrap();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
