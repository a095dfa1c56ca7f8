//! Access beyond a person's roles: asked for, approved by another, counted down, ended at once; and the
//! glass that is broken in an emergency.

use shouxin_ledger::{Entry, Kind};
use shouxin_model::ConsentWord;
use shouxin_model::{Caller, Conditions, ConsentForm, Form, SubjectId};
use shouxin_vault::approvals::Decision;
use shouxin_vault::{
    ApprovalError, EmergencyRequest, Finding, Grant, GrantError, GrantRequest, GrantState, Outcome,
    Vault,
};

use crate::support::{Engine, Harness, number, on_both_engines, person, request, shown};

on_both_engines! {
    a_grant_begins_with_the_approval_and_ends_with_its_time_or_its_revocation
    a_grant_opens_its_fields_of_its_subject_and_nothing_else
    nobody_gets_access_alone
    no_read_by_a_grant_is_answered_after_its_revocation
    what_was_asked_for_about_the_erased_is_gone_with_its_reasons
    broken_glass_opens_one_subject_alarms_and_is_reviewed_by_another
}

const NAME: &str = "customer.name";

fn asked(subject: SubjectId) -> GrantRequest {
    GrantRequest {
        purpose: "repair-service".to_owned(),
        role: Some("service-adviser".to_owned()),
        fields: vec![NAME.to_owned()],
        subject: Some(subject),
        seconds: 600,
        conditions: Conditions::default(),
        reason: "helping 王芳 with a recall".to_owned(),
    }
}

/// The clerk's grant, approved by the officer.
async fn granted(h: &Harness, clerk: &Caller, request: &GrantRequest) -> Grant {
    let officer = person(&h.vault, 2, "zhou.min", "protection-officer");
    let asked = h.vault.request_grant(clerk, request).await.unwrap();
    h.vault
        .decide_approval(&officer, asked.id, asked.digest, Decision::Approve, None)
        .await
        .unwrap();
    h.vault.grants(clerk, true, 1).await.unwrap().remove(0)
}

/// The rule, form and grant of the customer's name for this caller.
async fn name(h: &Harness, caller: &Caller, subject: SubjectId) -> (Form, bool, u64) {
    let outcome = h
        .read(caller, subject, "repair-service", &[NAME], &[])
        .await;
    let field = &outcome.fields[0];
    (field.form, field.grant.is_some(), outcome.entry)
}

async fn entry(vault: &Vault, index: u64) -> Entry {
    vault.entry(index).await.unwrap().0
}

async fn what_was_asked_for_about_the_erased_is_gone_with_its_reasons(engine: Engine) {
    let h = Harness::new(engine).await;
    let gone = h.customer_of("13800138000", "li.na").await.subject;
    let stays = h.customer_of("13900139000", "li.na").await.subject;
    let clerk = person(&h.vault, 1, "zhao.lei", "warranty-clerk");
    for subject in [gone, stays] {
        granted(&h, &clerk, &asked(subject)).await;
        // Another that nobody has decided about.
        let pending = h.vault.request_grant(&clerk, &asked(subject)).await;
        pending.unwrap();
    }
    let officer = person(&h.vault, 2, "zhou.min", "protection-officer");
    h.vault
        .erase(&officer, gone, "asked-by-subject")
        .await
        .unwrap();
    assert_eq!(
        number(&h.vault, "SELECT COUNT(*) FROM access_grant").await,
        1
    );
    assert_eq!(number(&h.vault, "SELECT COUNT(*) FROM approval").await, 2);
    assert_eq!(name(&h, &clerk, stays).await.0, Form::Masked);
}

async fn a_grant_begins_with_the_approval_and_ends_with_its_time_or_its_revocation(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let clerk = person(&h.vault, 1, "zhao.lei", "warranty-clerk");
    let security = person(&h.vault, 3, "sun.li", "security-admin");
    assert_eq!(name(&h, &clerk, subject).await.0, Form::Withheld);
    let wanted = h
        .vault
        .request_grant(&clerk, &asked(subject))
        .await
        .unwrap();
    // Asked for is not granted.
    assert_eq!(name(&h, &clerk, subject).await.0, Form::Withheld);
    assert!(wanted.body.contains("customer.name"), "{}", wanted.body);
    h.vault.withdraw_approval(&clerk, wanted.id).await.unwrap();

    let grant = granted(&h, &clerk, &asked(subject)).await;
    let (form, by_grant, index) = name(&h, &clerk, subject).await;
    assert_eq!((form, by_grant), (Form::Masked, true));
    let told = entry(&h.vault, index).await;
    assert!(told.extra.contains(&("grant".into(), grant.id.to_string())));
    // An explanation names it, too, and gives no data.
    let question = request(&[subject], "repair-service", &[NAME], &[]);
    let explained = h.vault.explain(&clerk, &question).await.unwrap().unwrap();
    assert_eq!(explained.grants(), [grant.id]);
    h.world.pass(599);
    assert_eq!(name(&h, &clerk, subject).await.0, Form::Masked);
    h.world.pass(1);
    assert_eq!(name(&h, &clerk, subject).await.0, Form::Withheld);
    let over = h.vault.grant(&clerk, grant.id).await.unwrap();
    assert_eq!(over.state, GrantState::Expired);
    assert!(matches!(
        h.vault.revoke_grant(&clerk, grant.id).await,
        Err(GrantError::Over)
    ));

    // Ended by who watches over grants, and by the holder.
    for who in [&security, &clerk] {
        // The officer's second factor of the start is stale by now: a new one is shown inside.
        let grant = granted(&h, &clerk, &asked(subject)).await;
        assert_eq!(name(&h, &clerk, subject).await.0, Form::Masked);
        let stranger = person(&h.vault, 9, "he.jun", "service-adviser");
        assert!(matches!(
            h.vault.revoke_grant(&stranger, grant.id).await,
            Err(GrantError::NotFound)
        ));
        h.vault.revoke_grant(who, grant.id).await.unwrap();
        assert_eq!(name(&h, &clerk, subject).await.0, Form::Withheld);
    }
}

async fn a_grant_opens_its_fields_of_its_subject_and_nothing_else(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let other = h.customer_of("13900139000", "li.na").await.subject;
    let clerk = person(&h.vault, 1, "zhao.lei", "warranty-clerk");
    granted(&h, &clerk, &asked(subject)).await;
    let outcome = h
        .read(
            &clerk,
            subject,
            "repair-service",
            &[NAME, "customer.mobile"],
            &[],
        )
        .await;
    let lines = shown(&outcome);
    assert!(lines[0].contains("masked"), "{lines:?}");
    assert!(
        lines[1].contains("withheld purpose-not-for-role"),
        "{lines:?}"
    );
    assert_eq!(name(&h, &clerk, other).await.0, Form::Withheld);
    // Somebody else holds nothing, and a restriction is stronger than any grant.
    let colleague = person(&h.vault, 8, "he.jun", "warranty-clerk");
    assert_eq!(name(&h, &colleague, subject).await.0, Form::Withheld);
    h.vault
        .put_restriction(&Caller::operator(), subject, "request")
        .await
        .unwrap();
    let refused = h
        .read(&clerk, subject, "repair-service", &[NAME], &[])
        .await;
    assert_eq!(refused.refusal.unwrap().rule, "restricted");
    // Nor does one stand for consent.
    let mut marketing = asked(other);
    marketing.purpose = "marketing-contact".to_owned();
    let register = h.vault.active().register.clone();
    let purpose = register.purpose("marketing-contact").unwrap();
    marketing.role = Some(purpose.roles[0].clone());
    marketing.fields = vec!["*".to_owned()];
    granted(&h, &clerk, &marketing).await;
    let field = purpose.fields[0].to_string();
    let refused = h
        .read(&clerk, other, "marketing-contact", &[&field], &[])
        .await;
    assert_eq!(refused.refusal.unwrap().rule, "consent-missing");
    h.vault
        .put_consent(
            &Caller::operator(),
            other,
            "marketing-contact",
            ConsentWord::Withdrawn,
            ConsentForm::Separate,
            None,
        )
        .await
        .unwrap();
    let refused = h
        .read(&clerk, other, "marketing-contact", &[&field], &[])
        .await;
    assert_eq!(refused.refusal.unwrap().rule, "consent-withdrawn");
}

async fn nobody_gets_access_alone(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    // An officer who asks for access decides about it by no role of theirs.
    let mut officer = person(&h.vault, 2, "zhou.min", "protection-officer");
    let wanted = h
        .vault
        .request_grant(&officer, &asked(subject))
        .await
        .unwrap();
    let alone = h
        .vault
        .decide_approval(&officer, wanted.id, wanted.digest, Decision::Approve, None)
        .await;
    assert!(matches!(alone, Err(ApprovalError::Own)));
    officer.roles.push("legal-reviewer".to_owned());
    let alone = h
        .vault
        .decide_approval(&officer, wanted.id, wanted.digest, Decision::Approve, None)
        .await;
    assert!(matches!(alone, Err(ApprovalError::Own)));
    assert!(
        h.vault
            .grants(&officer, false, 10)
            .await
            .unwrap()
            .is_empty()
    );
    // What cannot be asked for.
    let clerk = person(&h.vault, 1, "zhao.lei", "warranty-clerk");
    let admin = person(&h.vault, 3, "sun.li", "security-admin");
    let check = async |caller: &Caller, change: fn(&mut GrantRequest)| {
        let mut request = asked(subject);
        change(&mut request);
        h.vault.request_grant(caller, &request).await.unwrap_err()
    };
    assert!(matches!(check(&admin, |_| {}).await, GrantError::Silo));
    assert!(matches!(
        check(&Caller::operator(), |_| {}).await,
        GrantError::NotAPerson
    ));
    assert!(matches!(
        check(&clerk, |r| r.role = None).await,
        GrantError::Role
    ));
    assert!(matches!(
        check(&clerk, |r| r.role = Some("security-admin".to_owned())).await,
        GrantError::Role
    ));
    assert!(matches!(
        check(&clerk, |r| r.fields =
            vec!["customer.resident_id".to_owned()])
        .await,
        GrantError::Fields
    ));
    assert!(matches!(
        check(&clerk, |r| r.seconds = 31 * 86_400).await,
        GrantError::Length
    ));
    assert!(matches!(
        check(&clerk, |r| r.purpose = "regional-performance".to_owned()).await,
        GrantError::Purpose | GrantError::Fields
    ));
    assert!(matches!(
        check(&clerk, |r| r.subject = Some(SubjectId::from_bytes([0; 16]))).await,
        GrantError::SubjectNotFound
    ));
}

async fn no_read_by_a_grant_is_answered_after_its_revocation(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let clerk = person(&h.vault, 1, "zhao.lei", "warranty-clerk");
    for round in 0..3 {
        let grant = granted(&h, &clerk, &asked(subject)).await;
        let readers: Vec<_> = (0..8)
            .map(|_| {
                let (vault, clerk) = (h.vault.clone(), clerk.clone());
                tokio::spawn(async move {
                    let wanted = request(&[subject], "repair-service", &[NAME], &[]);
                    let mut looks = Vec::new();
                    for _ in 0..12 {
                        let outcome = vault.read(&clerk, &wanted).await.unwrap().remove(0);
                        looks.push((outcome.entry, outcome.fields[0].form != Form::Withheld));
                    }
                    looks
                })
            })
            .collect();
        for _ in 0..=round {
            tokio::task::yield_now().await;
        }
        h.vault.revoke_grant(&clerk, grant.id).await.unwrap();
        let mut looks = Vec::new();
        for reader in readers {
            looks.extend(reader.await.unwrap());
        }
        // Where the revocation stands in the ledger.
        let size = h.vault.store().ledger_head().await.unwrap().size;
        let mut revoked = None;
        for index in (0..size).rev() {
            let found = entry(&h.vault, index).await;
            if found.kind == Kind::Grant && found.extra[0].1 == "revoked" {
                revoked = Some(index);
                break;
            }
        }
        let revoked = revoked.unwrap();
        for (index, opened) in looks {
            assert_eq!(opened, index < revoked, "round {round}, entry {index}");
        }
    }
}

async fn broken_glass_opens_one_subject_alarms_and_is_reviewed_by_another(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let other = h.customer_of("13900139000", "li.na").await.subject;
    let fresh = |number, login, role| person(&h.vault, number, login, role);
    let adviser = fresh(1, "wang.wei", "service-adviser");
    let open = |subject| EmergencyRequest {
        subject,
        purpose: "repair-contact".to_owned(),
        reason: "broken down on the motorway".to_owned(),
    };
    let field = ["customer.mobile"];
    let reads = async |caller: &Caller, subject| {
        h.read(caller, subject, "repair-contact", &field, &[])
            .await
            .fields[0]
            .form
    };
    assert_eq!(reads(&adviser, subject).await, Form::Withheld);
    // Only who may, and only with a second factor.
    let clerk = fresh(4, "zhao.lei", "warranty-clerk");
    assert!(matches!(
        h.vault.break_glass(&clerk, &open(subject)).await,
        Err(GrantError::NotEntitled)
    ));
    let mut weak = adviser.clone();
    weak.sign_in.second_factor_at = None;
    assert!(matches!(
        h.vault.break_glass(&weak, &open(subject)).await,
        Err(GrantError::SecondFactor)
    ));
    let raised = h.vault.break_glass(&adviser, &open(subject)).await.unwrap();
    assert_eq!(reads(&adviser, subject).await, Form::Masked);
    assert_eq!(reads(&adviser, other).await, Form::Withheld);
    assert_eq!(reads(&clerk, subject).await, Form::Withheld);
    let told = entry(&h.vault, raised.entry).await;
    assert_eq!(told.kind, Kind::Emergency);
    assert!(told.subject.is_some());
    // The alarm is there at once, for those who watch.
    let officer = fresh(2, "zhou.min", "protection-officer");
    let alarms = h.vault.alarms(&officer, true, 10).await.unwrap();
    assert_eq!(alarms.len(), 1);
    assert_eq!(alarms[0].about, raised.id.to_string());
    assert!(h.vault.alarms(&adviser, true, 10).await.is_err());
    h.vault.see_alarm(&officer, alarms[0].id).await.unwrap();
    assert!(h.vault.alarms(&officer, true, 10).await.unwrap().is_empty());
    let close =
        async |caller: &Caller, outcome| h.vault.close_alarm(caller, alarms[0].id, outcome).await;
    assert!(matches!(
        close(&adviser, Outcome::Handled).await,
        Err(GrantError::NotFound)
    ));
    close(&officer, Outcome::Harmless).await.unwrap();
    assert!(matches!(
        close(&officer, Outcome::Handled).await,
        Err(GrantError::Over)
    ));
    let all = h.vault.alarms(&officer, false, 10).await.unwrap();
    let closed = all[0].closed.as_ref().unwrap();
    assert_eq!(
        (closed.outcome, &closed.by),
        (Outcome::Harmless, &officer.actor())
    );
    assert_eq!(all[0].seen_at, Some(closed.at));
    assert_eq!(h.vault.reviews_waiting().await.unwrap(), (1, 0));
    h.world.pass(15 * 60);
    assert_eq!(reads(&adviser, subject).await, Form::Withheld);
    // Unreviewed past its time, no other one is opened.
    let again = fresh(1, "wang.wei", "service-adviser");
    let second = h.vault.break_glass(&again, &open(other)).await.unwrap();
    h.world.pass(7 * 86_400);
    assert_eq!(h.vault.reviews_waiting().await.unwrap(), (2, 2));
    let late = fresh(1, "wang.wei", "service-adviser");
    assert!(matches!(
        h.vault.break_glass(&late, &open(subject)).await,
        Err(GrantError::Unreviewed)
    ));
    // Nobody reviews what they did themselves, whatever role they have got since.
    let promoted = fresh(1, "wang.wei", "protection-officer");
    let own = h
        .vault
        .decide_review(&promoted, raised.id, Finding::Justified, "fine")
        .await;
    assert!(matches!(own, Err(GrantError::Own)));
    let officer = fresh(2, "zhou.min", "protection-officer");
    for id in [raised.id, second.id] {
        let done = h
            .vault
            .decide_review(&officer, id, Finding::Justified, "called the customer back")
            .await
            .unwrap();
        assert_eq!(done.finding, Some(Finding::Justified));
        let twice = h
            .vault
            .decide_review(&officer, id, Finding::Unjustified, "no")
            .await;
        assert!(matches!(twice, Err(GrantError::Over)));
    }
    h.vault.break_glass(&late, &open(subject)).await.unwrap();
}
