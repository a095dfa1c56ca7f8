//! What two people must agree on: nobody decides alone, and what was approved is what happens.

use shouxin_ledger::{Entry, Kind};
use shouxin_model::{ApiKeyId, ApprovalId, Caller, CallerKind};
use shouxin_store::{Tx, params};
use shouxin_vault::approvals::{APPROVED_SECONDS, Decision, OPEN_SECONDS, digest_of};
use shouxin_vault::{
    Act, ApplyError, Approval, ApprovalError, ApprovalState, Proposal, Vault, VaultError,
};

use crate::support::{Engine, Harness, after_sales, number, on_both_engines, person};

on_both_engines! {
    nobody_approves_what_they_asked_for_by_any_path
    a_decision_names_the_digest_of_what_was_seen
    what_was_approved_is_what_happens_and_once
    a_proposal_ends_by_withdrawal_rejection_and_time
    of_racing_decisions_withdrawals_and_uses_one_wins
    pages_hold_each_proposal_that_concerns_the_caller_once
    the_ledger_entry_of_a_proposal_and_of_its_decision_are_found
}

async fn export(vault: &Vault, caller: &Caller) -> Approval {
    let proposal = Proposal {
        act: Act::Export,
        body: r#"{"fields":["customer.name"],"rows":3}"#.to_owned(),
        reason: "王小明 asked for a copy".to_owned(),
    };
    vault.propose(caller, proposal).await.unwrap()
}

async fn approve(
    vault: &Vault,
    caller: &Caller,
    approval: &Approval,
) -> Result<Approval, ApprovalError> {
    vault
        .decide_approval(
            caller,
            approval.id,
            approval.digest,
            Decision::Approve,
            None,
        )
        .await
}

/// The last entry.
async fn last(vault: &Vault) -> Entry {
    let size = vault.store().ledger_head().await.unwrap().size;
    vault.entry(size - 1).await.unwrap().0
}

/// A register that loosens: one more quota.
fn looser() -> String {
    after_sales("clear_per_day = 60", "clear_per_day = 61")
}

async fn nobody_approves_what_they_asked_for_by_any_path(engine: Engine) {
    let h = Harness::new(engine).await;
    let officer = person(&h.vault, 1, "zhou.min", "protection-officer");
    let asked = export(&h.vault, &officer).await;
    // The same person, in another session and by another login.
    let mut again = person(&h.vault, 1, "zhou.min2", "protection-officer");
    if let CallerKind::Staff { session, .. } = &mut again.kind {
        *session = shouxin_model::SessionId::from_bytes([99; 16]);
    }
    for caller in [&officer, &again] {
        let refused = approve(&h.vault, caller, &asked).await;
        assert!(matches!(refused, Err(ApprovalError::Own)));
        let entry = last(&h.vault).await;
        assert_eq!(entry.kind, Kind::Refusal);
        assert!(
            entry
                .extra
                .contains(&("rule".into(), "own-approval".into()))
        );
    }
    // An API key, which could be the requester's own, and the operator of the machine.
    let mut key = person(&h.vault, 2, "x", "protection-officer");
    key.kind = CallerKind::Service {
        id: ApiKeyId::from_bytes([2; 16]),
        purposes: Vec::new(),
        fields: Vec::new(),
    };
    let mut operator = Caller::operator();
    operator.roles = vec!["protection-officer".to_owned()];
    operator.sign_in = key.sign_in;
    for caller in [&key, &operator] {
        let refused = approve(&h.vault, caller, &asked).await;
        assert!(matches!(refused, Err(ApprovalError::NotAPerson)));
    }
    let proposal = Proposal {
        act: Act::Export,
        body: "{}".to_owned(),
        reason: "x".to_owned(),
    };
    let refused = h.vault.propose(&key, proposal).await;
    assert!(matches!(refused, Err(ApprovalError::NotAPerson)));
    // Another administrator of the silo that asked, a role that does not decide, a stale second factor.
    let security = person(&h.vault, 3, "sun.li", "security-admin");
    let body = serde_json::json!({"epoch": 1}).to_string();
    let proposal = Proposal {
        act: Act::EpochDestruction,
        body,
        reason: "old".to_owned(),
    };
    let epoch = h.vault.propose(&security, proposal).await.unwrap();
    let colleague = person(&h.vault, 4, "qian.wei", "security-admin");
    let refused = approve(&h.vault, &colleague, &epoch).await;
    assert!(matches!(refused, Err(ApprovalError::Silo)));
    let adviser = person(&h.vault, 5, "li.na", "service-adviser");
    let refused = approve(&h.vault, &adviser, &asked).await;
    assert!(matches!(refused, Err(ApprovalError::Role(Act::Export))));
    let other = person(&h.vault, 6, "wu.fang", "protection-officer");
    h.world.pass(601);
    let refused = approve(&h.vault, &other, &asked).await;
    assert!(matches!(refused, Err(ApprovalError::SecondFactor)));
    assert_eq!(
        number(
            &h.vault,
            "SELECT COUNT(*) FROM approval WHERE state <> 'open'"
        )
        .await,
        0
    );
    // Even a row that was bent to name the requester as the decider is not used.
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "UPDATE approval SET state = 'approved', decided_by = requested_by WHERE id = $1",
        params![asked.id],
    );
    h.vault.store().commit(tx).await.unwrap();
    let used = h
        .vault
        .approved(&officer, asked.id, asked.act, &asked.body)
        .await;
    assert!(matches!(
        used,
        Err(ApprovalError::Vault(VaultError::Corrupt("approval")))
    ));
}

async fn a_decision_names_the_digest_of_what_was_seen(engine: Engine) {
    let h = Harness::new(engine).await;
    let clerk = person(&h.vault, 1, "li.na", "service-adviser");
    let officer = person(&h.vault, 2, "zhou.min", "protection-officer");
    let asked = export(&h.vault, &clerk).await;
    assert_eq!(asked.digest, digest_of(Act::Export, &asked.body));
    let other = digest_of(Act::Register, &asked.body);
    let refused = h
        .vault
        .decide_approval(&officer, asked.id, other, Decision::Approve, None)
        .await;
    assert!(matches!(refused, Err(ApprovalError::Digest)));
    // A body with two spellings could be seen as one thing and done as another.
    for body in [
        r#"{"b":1,"a":2}"#,
        r#"{"a": 1}"#,
        r#"{"a":1,"a":1}"#,
        "[]",
        "",
    ] {
        let proposal = Proposal {
            act: Act::Export,
            body: body.to_owned(),
            reason: "x".to_owned(),
        };
        let refused = h.vault.propose(&clerk, proposal).await;
        assert!(matches!(refused, Err(ApprovalError::Shape(_))), "{body}");
    }
    let approved = approve(&h.vault, &officer, &asked).await.unwrap();
    assert_eq!(approved.state, ApprovalState::Approved);
    let entry = last(&h.vault).await;
    assert_eq!(entry.kind, Kind::Approval);
    assert!(
        entry
            .extra
            .contains(&("approval".into(), asked.id.to_string()))
    );
    // Bound to act, body and requester.
    let check = async |caller: &Caller, act, body: &str| {
        h.vault.approved(caller, asked.id, act, body).await
    };
    assert!(check(&clerk, Act::Export, &asked.body).await.is_ok());
    let more = asked.body.replace('3', "4");
    assert!(matches!(
        check(&clerk, Act::Export, &more).await,
        Err(ApprovalError::Digest)
    ));
    assert!(matches!(
        check(&clerk, Act::Register, &asked.body).await,
        Err(ApprovalError::Digest)
    ));
    let somebody = person(&h.vault, 3, "wang.fang", "service-adviser");
    assert!(matches!(
        check(&somebody, Act::Export, &asked.body).await,
        Err(ApprovalError::NotFound)
    ));
    assert!(matches!(
        h.vault.approval(&somebody, asked.id).await,
        Err(ApprovalError::NotFound)
    ));
    // The reason is for people, and lies sealed.
    let shown = h.vault.approval(&officer, asked.id).await.unwrap();
    assert_eq!(shown.reason.expose(), "王小明 asked for a copy");
    let rows = h
        .vault
        .store()
        .query("SELECT reason_sealed FROM approval", params![])
        .await
        .unwrap();
    let sealed = rows[0].bytes(0).unwrap();
    assert!(!sealed.windows(6).any(|w| w == "王小".as_bytes()));
    assert!(!format!("{shown:?}").contains("王小明"));
}

async fn what_was_approved_is_what_happens_and_once(engine: Engine) {
    let h = Harness::new(engine).await;
    let admin = person(&h.vault, 1, "sun.li", "security-admin");
    let officer = person(&h.vault, 2, "zhou.min", "protection-officer");
    let text = looser();
    let alone = h.vault.apply(&admin, Some(&text), None).await;
    assert!(matches!(alone, Err(ApplyError::NeedsApproval)));
    let asked = h
        .vault
        .propose_change(&admin, Some(&text), None, "busy season")
        .await
        .unwrap();
    assert!(asked.body.contains("\"loosens\":true"), "{}", asked.body);
    approve(&h.vault, &officer, &asked).await.unwrap();
    // Another text by the same approval does not pass.
    let more = text.replace("clear_per_day = 61", "clear_per_day = 600");
    let refused = h
        .vault
        .apply_approved(&admin, Some(&more), None, asked.id)
        .await;
    assert!(matches!(
        refused,
        Err(ApplyError::Approval(ApprovalError::Digest))
    ));
    let applied = h
        .vault
        .apply_approved(&admin, Some(&text), None, asked.id)
        .await
        .unwrap();
    let (entry, _) = h.vault.entry(applied.entry).await.unwrap();
    assert!(
        entry
            .extra
            .contains(&("approval".into(), asked.id.to_string()))
    );
    assert!(
        entry
            .extra
            .contains(&("approved-by".into(), officer.actor()))
    );
    // Tightening passes alone, and the way back up needs two again: the approval is spent and was made
    // for other versions.
    let strict = after_sales("clear_per_day = 60", "clear_per_day = 5");
    h.vault.apply(&admin, Some(&strict), None).await.unwrap();
    let refused = h
        .vault
        .propose_change(
            &admin,
            Some(&after_sales("clear_per_day = 60", "clear_per_day = 4")),
            None,
            "x",
        )
        .await;
    assert!(matches!(refused, Err(ApplyError::Tighter)));
    let again = h
        .vault
        .apply_approved(&admin, Some(&text), None, asked.id)
        .await;
    assert!(matches!(again, Err(ApplyError::Approval(_))));
    // Policies: taking a permit away passes alone, bringing it back does not.
    let open = h.vault.current_sources().await.unwrap().1;
    let cut = open.find("@id(\"adviser-contact\")").unwrap();
    let end = cut + open[cut..].find("};").unwrap() + 2;
    let shut = format!("{}{}", &open[..cut], &open[end..]);
    h.vault.apply(&admin, None, Some(&shut)).await.unwrap();
    let back = h.vault.apply(&admin, None, Some(&open)).await;
    assert!(matches!(back, Err(ApplyError::NeedsApproval)));
}

async fn a_proposal_ends_by_withdrawal_rejection_and_time(engine: Engine) {
    let h = Harness::new(engine).await;
    let clerk = person(&h.vault, 1, "li.na", "service-adviser");
    let fresh = || person(&h.vault, 2, "zhou.min", "protection-officer");
    let stands = async |asked: &Approval| h.vault.approval(&clerk, asked.id).await.unwrap().state;

    let withdrawn = export(&h.vault, &clerk).await;
    let other = h.vault.withdraw_approval(&fresh(), withdrawn.id).await;
    assert!(matches!(other, Err(ApprovalError::NotFound)));
    h.vault
        .withdraw_approval(&clerk, withdrawn.id)
        .await
        .unwrap();
    let late = approve(&h.vault, &fresh(), &withdrawn).await;
    assert!(matches!(
        late,
        Err(ApprovalError::State(ApprovalState::Withdrawn))
    ));

    let rejected = export(&h.vault, &clerk).await;
    approve(&h.vault, &fresh(), &rejected).await.unwrap();
    // An approval that nothing used yet can be taken back.
    h.vault
        .decide_approval(
            &fresh(),
            rejected.id,
            rejected.digest,
            Decision::Reject,
            Some("too many rows"),
        )
        .await
        .unwrap();
    assert_eq!(stands(&rejected).await, ApprovalState::Rejected);

    let waiting = export(&h.vault, &clerk).await;
    let approved = export(&h.vault, &clerk).await;
    approve(&h.vault, &fresh(), &approved).await.unwrap();
    assert_eq!(seen(&h.vault, &clerk, true).await.len(), 2);
    h.world.pass(APPROVED_SECONDS);
    assert_eq!(stands(&approved).await, ApprovalState::Expired);
    let used = h
        .vault
        .approved(&clerk, approved.id, approved.act, &approved.body)
        .await;
    assert!(matches!(
        used,
        Err(ApprovalError::State(ApprovalState::Expired))
    ));
    h.world.pass(OPEN_SECONDS - APPROVED_SECONDS);
    let late = approve(&h.vault, &fresh(), &waiting).await;
    assert!(matches!(
        late,
        Err(ApprovalError::State(ApprovalState::Expired))
    ));
    assert_eq!(seen(&h.vault, &clerk, true).await.len(), 0);
    assert_eq!(seen(&h.vault, &clerk, false).await.len(), 4);
}

async fn pages_hold_each_proposal_that_concerns_the_caller_once(engine: Engine) {
    let h = Harness::new(engine).await;
    let [clerk, other] = [1, 2].map(|n| person(&h.vault, n, "wang.fang", "warranty-clerk"));
    let officer = person(&h.vault, 3, "zhou.min", "protection-officer");
    let mut own = Vec::new();
    for _ in 0..3 {
        own.push(export(&h.vault, &clerk).await.id);
        export(&h.vault, &other).await;
        h.world.pass(1);
    }
    own.reverse();
    // Two a page, among others that are none of the clerk's business.
    assert_eq!(seen(&h.vault, &clerk, true).await, own);
    assert_eq!(seen(&h.vault, &officer, true).await.len(), 6);
}

/// What the caller sees, page by page.
async fn seen(vault: &Vault, caller: &Caller, waiting: bool) -> Vec<ApprovalId> {
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = vault.approvals(caller, waiting, before, 2).await.unwrap();
        assert!(page.approvals.len() <= 2);
        seen.extend(page.approvals.iter().map(|one| one.id));
        before = page.next;
        if before.is_none() {
            return seen;
        }
    }
}

async fn of_racing_decisions_withdrawals_and_uses_one_wins(engine: Engine) {
    let h = Harness::new(engine).await;
    let admin = person(&h.vault, 1, "sun.li", "security-admin");
    let officer = person(&h.vault, 2, "zhou.min", "protection-officer");
    for round in 0..8 {
        let asked = export(&h.vault, &admin).await;
        let (one, two) = (h.vault.clone(), h.vault.clone());
        let (decider, owner) = (officer.clone(), admin.clone());
        let (id, digest) = (asked.id, asked.digest);
        let deciding = tokio::spawn(async move {
            let decision = Decision::Approve;
            one.decide_approval(&decider, id, digest, decision, None)
                .await
        });
        let withdrawing = tokio::spawn(async move { two.withdraw_approval(&owner, id).await });
        let (decided, withdrawn) = (deciding.await.unwrap(), withdrawing.await.unwrap());
        // A withdrawal wins before and after the decision; a decision after it does not.
        withdrawn.unwrap();
        if let Err(error) = decided {
            let expected = ApprovalState::Withdrawn;
            assert!(
                matches!(error, ApprovalError::State(state) if state == expected),
                "round {round}: {error:?}"
            );
        }
        let stands = h.vault.approval(&admin, id).await.unwrap().state;
        assert_eq!(stands, ApprovalState::Withdrawn);
    }
    // One approval, four who use it at once: one change.
    let text = looser();
    let asked = h
        .vault
        .propose_change(&admin, Some(&text), None, "x")
        .await
        .unwrap();
    approve(&h.vault, &officer, &asked).await.unwrap();
    let users = (0..4).map(|_| {
        let (vault, admin, text) = (h.vault.clone(), admin.clone(), text.clone());
        tokio::spawn(async move {
            vault
                .apply_approved(&admin, Some(&text), None, asked.id)
                .await
                .is_ok()
        })
    });
    let mut won = 0;
    for user in users.collect::<Vec<_>>() {
        won += usize::from(user.await.unwrap());
    }
    assert_eq!(won, 1);
    assert_eq!(h.vault.active().register_version, 2);
}

async fn the_ledger_entry_of_a_proposal_and_of_its_decision_are_found(engine: Engine) {
    let h = Harness::new(engine).await;
    let one = person(&h.vault, 1, "zhou.min", "protection-officer");
    let other = person(&h.vault, 2, "wu.jie", "protection-officer");
    let asked = export(&h.vault, &one).await;
    // Others of the same moment around it.
    let another = export(&h.vault, &one).await;
    let did = async |approval: &Approval| {
        let index = h.vault.entry_of_approval(approval).await.unwrap().unwrap();
        let (entry, _) = h.vault.entry(index).await.unwrap();
        let id = ("approval".to_owned(), approval.id.to_string());
        assert!(entry.extra.contains(&id));
        entry.extra[0].1.clone()
    };
    assert_eq!(did(&asked).await, "proposed");
    h.world.pass(4);
    let decided = approve(&h.vault, &other, &asked).await.unwrap();
    assert_eq!(did(&decided).await, "approved");
    assert_eq!(did(&another).await, "proposed");
}
