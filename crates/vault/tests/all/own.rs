//! The subject's own door, at the vault: codes and sessions under their marks, the index beside the ledger.

use shouxin_model::{Caller, Personal};
use shouxin_store::{Tx, params};
use shouxin_vault::{CodeAct, MadeCode, TriedCode, VaultError};

use crate::support::{Engine, Harness, on_both_engines};

on_both_engines! {
    a_code_and_a_session_are_worth_nothing_once_somebody_altered_their_row
    two_who_try_one_code_at_once_have_five_tries_together
    what_the_index_tells_is_what_the_ledger_holds
}

const MOBILE: &str = "13800138000";

fn typed(text: &str) -> Personal<String> {
    Personal::new(text.to_owned())
}

async fn coded(h: &Harness) -> Personal<String> {
    let reached = h
        .vault
        .find_own(&typed(MOBILE), None)
        .await
        .unwrap()
        .unwrap();
    let field = &reached.field;
    let made = h
        .vault
        .make_own_code(reached.subject, CodeAct::SignIn, "browser", field, "")
        .await;
    match made.unwrap() {
        MadeCode::Made(code) => code,
        MadeCode::TooSoon => panic!("too soon"),
    }
}

async fn altered(h: &Harness, sql: &'static str) {
    let mut tx = Tx::new();
    tx.run(sql, params![]);
    h.vault.store().commit(tx).await.unwrap();
}

fn is_incident<T>(result: Result<T, shouxin_vault::OwnError>) -> bool {
    matches!(
        result,
        Err(shouxin_vault::OwnError::Vault(VaultError::Corrupt(_)))
    )
}

async fn a_code_and_a_session_are_worth_nothing_once_somebody_altered_their_row(engine: Engine) {
    let h = Harness::new(engine).await;
    h.customer_of(MOBILE, "li.wei").await;
    let code = coded(&h).await;
    altered(&h, "UPDATE own_code SET tries = -100").await;
    let tried = h
        .vault
        .try_own_code(CodeAct::SignIn, "browser", &code)
        .await;
    assert!(is_incident(tried));
    altered(&h, "UPDATE own_code SET tries = 0").await;
    let tried = h
        .vault
        .try_own_code(CodeAct::SignIn, "browser", &code)
        .await;
    let TriedCode::Right(spent) = tried.unwrap() else {
        panic!("the code is right");
    };
    let token = h.vault.open_own_session(&spent).await.unwrap();
    let live = h.vault.own_session(token.expose(), None).await.unwrap();
    assert_eq!(live.unwrap().own.subject, spent.subject);
    altered(&h, "UPDATE own_session SET expires_at = expires_at + 1").await;
    assert!(is_incident(h.vault.own_session(token.expose(), None).await));
}

async fn two_who_try_one_code_at_once_have_five_tries_together(engine: Engine) {
    let h = Harness::new(engine).await;
    h.customer_of(MOBILE, "li.wei").await;
    let code = coded(&h).await;
    let wrong = typed(if code.expose() == "111111" {
        "222222"
    } else {
        "111111"
    });
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (vault, wrong) = (h.vault.clone(), wrong.clone());
        tasks.spawn(async move {
            let mut wrongs = 0;
            for _ in 0..3 {
                match vault.try_own_code(CodeAct::SignIn, "browser", &wrong).await {
                    Ok(TriedCode::Wrong) => wrongs += 1,
                    Ok(TriedCode::Right(_)) => panic!("wrong is right"),
                    Err(_) => {}
                }
            }
            wrongs
        });
    }
    while let Some(wrongs) = tasks.join_next().await {
        wrongs.unwrap();
    }
    let sql = "SELECT tries FROM own_code";
    let rows = h.vault.store().query(sql, params![]).await.unwrap();
    assert_eq!(rows[0].int(0).unwrap(), 5);
    let right = h
        .vault
        .try_own_code(CodeAct::SignIn, "browser", &code)
        .await;
    assert!(matches!(right.unwrap(), TriedCode::Wrong));
}

async fn what_the_index_tells_is_what_the_ledger_holds(engine: Engine) {
    let h = Harness::new(engine).await;
    let mut people = Vec::new();
    for n in 0..5 {
        people.push(
            h.customer_of(&format!("1380013800{n}"), "li.wei")
                .await
                .subject,
        );
    }
    let operator = Caller::operator();
    for (turn, subject) in (0..40).zip(people.iter().cycle()) {
        if turn % 3 == 0 {
            h.vault
                .overview(&operator, *subject, None, 30, 10)
                .await
                .unwrap();
        }
    }
    for subject in people {
        let told = h.vault.overview(&operator, subject, None, 30, 1_000).await;
        let told = told.unwrap().unwrap();
        let mut expected = Vec::new();
        let sql = "SELECT pseudonym FROM subject WHERE id = $1";
        let rows = h.vault.store().query(sql, params![subject]).await.unwrap();
        let pseudonym: [u8; 16] = rows[0].bytes(0).unwrap().try_into().unwrap();
        for index in (0..=told.entry).rev() {
            let (entry, _) = h.vault.entry(index).await.unwrap();
            if entry.subject == Some(pseudonym) {
                expected.push(index);
            }
        }
        let found: Vec<u64> = told.newest.iter().map(|(index, _)| *index).collect();
        assert_eq!(found, expected);
        assert!(found.contains(&told.entry));
    }
}
