//! Quotas under many readers at once.

use std::collections::BTreeSet;

use shouxin_model::{Caller, Form, Personal, SearchMode, SubjectId};
use shouxin_vault::{SearchRequest, Vault};

use crate::support::{Engine, Harness, number, on_both_engines, request};

on_both_engines! {
    sixty_four_readers_open_no_more_than_the_day_allows
    sixty_four_searchers_search_no_more_than_the_day_allows
    what_is_used_is_told_and_the_nearest_to_its_limit_first
}

const READERS: usize = 64;

/// Reads one after the other, and gives which subjects were answered and how many fields came clear.
async fn read(
    vault: Vault,
    caller: Caller,
    subjects: Vec<SubjectId>,
) -> (BTreeSet<SubjectId>, usize) {
    let (mut seen, mut clear) = (BTreeSet::new(), 0);
    for subject in subjects {
        let name = ["customer.name"];
        let read = vault
            .read(
                &caller,
                &request(&[subject], "repair-service", &name, &name),
            )
            .await
            .unwrap();
        let field = &read[0].fields[0];
        if field.form != Form::Withheld {
            assert_eq!(field.values.len(), 1);
            seen.insert(subject);
        }
        clear += usize::from(field.form == Form::Clear);
    }
    (seen, clear)
}

/// A day's quota of a purpose: 80 people, 60 clear fields, 120 searches.
async fn sixty_four_readers_open_no_more_than_the_day_allows(engine: Engine) {
    let h = Harness::new(engine).await;
    let mut subjects = Vec::new();
    for i in 0..96 {
        subjects.push(
            h.customer_of(&format!("1380013{i:04}"), "li.na")
                .await
                .subject,
        );
    }
    let adviser = h.strong_staff("li.na", "service-adviser");
    let readers: Vec<_> = (0..READERS)
        .map(|i| {
            // Each has a few of their own and a few that others read at the same moment.
            let some = (0..4)
                .map(|j| subjects[(i * 3 / 2 + j) % subjects.len()])
                .collect();
            tokio::spawn(read(h.vault.clone(), adviser.clone(), some))
        })
        .collect();
    let (mut seen, mut clear) = (BTreeSet::new(), 0);
    for reader in readers {
        let (some, opened) = reader.await.unwrap();
        seen.extend(some);
        clear += opened;
    }
    assert_eq!((seen.len(), clear), (80, 60));
    let used = async |kind| {
        let sql = "SELECT used FROM quota WHERE purpose = 'repair-service' AND kind = $1";
        h.vault
            .store()
            .query(sql, shouxin_store::params![kind])
            .await
            .unwrap()[0]
            .int(0)
            .unwrap()
    };
    assert_eq!((used("subjects").await, used("clear").await), (80, 60));
    assert_eq!(
        number(
            &h.vault,
            "SELECT COUNT(*) FROM quota WHERE kind LIKE 'sub\\_%' ESCAPE '\\'"
        )
        .await,
        80
    );
}

async fn sixty_four_searchers_search_no_more_than_the_day_allows(engine: Engine) {
    let h = Harness::new(engine).await;
    h.customer("li.na").await;
    let adviser = h.staff("li.na", "service-adviser");
    let searchers: Vec<_> = (0..READERS)
        .map(|i| {
            let (vault, caller) = (h.vault.clone(), adviser.clone());
            tokio::spawn(async move {
                let mut answered = 0;
                for j in 0..3 {
                    let refusal = if (i + j) % 8 == 0 {
                        vault
                            .list_cases(&caller, "repair-service", None, 10)
                            .await
                            .unwrap()
                            .refusal
                    } else {
                        let search = SearchRequest {
                            field: "customer.mobile".parse().unwrap(),
                            mode: SearchMode::Last4,
                            value: Personal::new("8000".to_owned()),
                            purpose: "repair-service".to_owned(),
                            limit: 10,
                        };
                        let outcome = vault.search(&caller, &search).await.unwrap();
                        assert_eq!(
                            outcome.matches.len(),
                            usize::from(outcome.refusal.is_none())
                        );
                        outcome.refusal
                    };
                    match refusal {
                        None => answered += 1,
                        Some(because) => assert_eq!(because.rule, "search-quota"),
                    }
                }
                answered
            })
        })
        .collect();
    let mut answered = 0;
    for searcher in searchers {
        answered += searcher.await.unwrap();
    }
    assert_eq!(answered, 120);
}

async fn what_is_used_is_told_and_the_nearest_to_its_limit_first(engine: Engine) {
    let h = Harness::new(engine).await;
    let one = h.customer_of("13800138001", "li.na").await.subject;
    let other = h.customer_of("13800138002", "li.na").await.subject;
    let adviser = h.strong_staff("li.na", "service-adviser");
    let told = async || -> Vec<String> {
        let own = h.vault.own_quotas(&adviser).await.unwrap();
        let repairs = own.iter().filter(|one| one.purpose == "repair-service");
        let shown = repairs.map(|one| format!("{} {}/{}", one.kind.word(), one.used, one.limit));
        shown.collect()
    };
    assert_eq!(
        told().await,
        ["subjects 0/80", "clear 0/60", "searches 0/120"]
    );
    assert_eq!(h.vault.all_quotas(9).await.unwrap().1, 0);
    read(h.vault.clone(), adviser.clone(), vec![one, other, one]).await;
    let after = told().await;
    assert_eq!(
        (&after[0], &after[2]),
        (&"subjects 2/80".to_owned(), &"searches 0/120".to_owned())
    );
    let (all, count) = h.vault.all_quotas(1).await.unwrap();
    assert_eq!((all.len(), count), (1, 2));
    // Three of 60 are nearer than two of 80.
    assert_eq!(
        (all[0].kind.word(), all[0].used, all[0].left()),
        ("clear", 3, 57)
    );
    // Set back in the database, past the program.
    h.vault
        .store()
        .commit({
            let mut tx = shouxin_store::Tx::new();
            tx.run("DELETE FROM quota WHERE kind = 'clear'", Vec::new());
            tx
        })
        .await
        .unwrap();
    assert!(h.vault.own_quotas(&adviser).await.is_err());
}
