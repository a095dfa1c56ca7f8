//! What a subject said, and what it stops.

use shouxin_ledger::Kind;
use shouxin_model::ConsentWord;
use shouxin_model::{Caller, ConsentForm, SubjectId};
use shouxin_vault::{ConsentError, RestrictionError};

use crate::support::{Engine, Harness, on_both_engines, shown};

on_both_engines! {
    a_purpose_that_rests_on_consent_opens_with_it_and_shuts_without_it
    consent_counts_until_it_expires
    a_weaker_form_is_not_enough_for_a_sensitive_field
    restriction_stops_all_but_legal_duties_until_it_is_lifted
    nobody_unknown_consents_and_nothing_unknown_is_consented_to
}

/// The rule behind the first field of a read of the customer's name.
async fn rule(h: &Harness, subject: SubjectId, role: &str, purpose: &str, field: &str) -> String {
    let caller = h.staff("li.na", role);
    let outcome = h.read(&caller, subject, purpose, &[field], &[]).await;
    shown(&outcome)[0].split(' ').nth(2).unwrap().to_owned()
}

async fn put(
    h: &Harness,
    subject: SubjectId,
    purpose: &str,
    state: ConsentWord,
    form: ConsentForm,
) -> u64 {
    h.vault
        .put_consent(&Caller::operator(), subject, purpose, state, form, None)
        .await
        .unwrap()
}

async fn a_purpose_that_rests_on_consent_opens_with_it_and_shuts_without_it(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let marketing = || {
        rule(
            &h,
            subject,
            "service-adviser",
            "marketing-contact",
            "customer.name",
        )
    };
    assert_eq!(marketing().await, "consent-missing");
    let entry = put(
        &h,
        subject,
        "marketing-contact",
        ConsentWord::Given,
        ConsentForm::General,
    )
    .await;
    assert_eq!(marketing().await, "adviser-marketing");
    put(
        &h,
        subject,
        "marketing-contact",
        ConsentWord::Withdrawn,
        ConsentForm::General,
    )
    .await;
    assert_eq!(marketing().await, "consent-withdrawn");
    put(
        &h,
        subject,
        "marketing-contact",
        ConsentWord::Given,
        ConsentForm::General,
    )
    .await;
    put(
        &h,
        subject,
        "marketing-contact",
        ConsentWord::Refused,
        ConsentForm::General,
    )
    .await;
    assert_eq!(marketing().await, "consent-withdrawn");

    let (entry, _) = h.vault.entry(entry).await.unwrap();
    assert_eq!(
        (entry.kind, entry.purpose.as_deref()),
        (Kind::Consent, Some("marketing-contact"))
    );
    let said: Vec<_> = entry
        .extra
        .iter()
        .map(|(word, text)| format!("{word} {text}"))
        .collect();
    let words: Vec<_> = said
        .iter()
        .filter(|word| !word.starts_with("event "))
        .collect();
    assert_eq!(
        words,
        ["state given", "form general", "epoch 1", "through api"]
    );
    assert!(entry.subject.is_some());
}

async fn consent_counts_until_it_expires(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let (given, general) = (ConsentWord::Given, ConsentForm::General);
    let until = Some(h.vault.now().plus_seconds(3_600));
    h.vault
        .put_consent(
            &Caller::operator(),
            subject,
            "marketing-contact",
            given,
            general,
            until,
        )
        .await
        .unwrap();
    let marketing = || {
        rule(
            &h,
            subject,
            "service-adviser",
            "marketing-contact",
            "customer.name",
        )
    };
    h.world.pass(3_599);
    assert_eq!(marketing().await, "adviser-marketing");
    h.world.pass(1);
    assert_eq!(marketing().await, "consent-expired");
}

async fn a_weaker_form_is_not_enough_for_a_sensitive_field(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let rescue = [("number", "R-1"), ("place", "上海市浦东新区世纪大道100号")];
    let rescue = crate::support::record("rescue", &rescue);
    h.vault
        .write(&Caller::operator(), Some(written.subject), vec![rescue])
        .await
        .unwrap();
    let place = || {
        rule(
            &h,
            written.subject,
            "service-adviser",
            "roadside-rescue",
            "rescue.place",
        )
    };
    put(
        &h,
        written.subject,
        "roadside-rescue",
        ConsentWord::Given,
        ConsentForm::General,
    )
    .await;
    assert_eq!(place().await, "consent-weaker");
    put(
        &h,
        written.subject,
        "roadside-rescue",
        ConsentWord::Given,
        ConsentForm::Separate,
    )
    .await;
    assert_eq!(place().await, "adviser-rescue-place");
}

async fn restriction_stops_all_but_legal_duties_until_it_is_lifted(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let operator = Caller::operator();
    let repair = || {
        rule(
            &h,
            subject,
            "service-adviser",
            "repair-service",
            "customer.name",
        )
    };
    let duty = || {
        rule(
            &h,
            subject,
            "warranty-clerk",
            "recall-notice",
            "customer.name",
        )
    };
    assert!(matches!(
        h.vault.lift_restriction(&operator, subject).await,
        Err(RestrictionError::NotRestricted)
    ));
    let entry = h
        .vault
        .put_restriction(&operator, subject, "accuracy-contested")
        .await
        .unwrap();
    assert_eq!(repair().await, "restricted");
    assert_ne!(duty().await, "restricted");
    let again = h
        .vault
        .put_restriction(&operator, subject, "accuracy-contested")
        .await;
    assert!(matches!(again, Err(RestrictionError::Already)));
    h.vault.lift_restriction(&operator, subject).await.unwrap();
    assert_eq!(repair().await, "adviser-contact");
    let told = h
        .vault
        .put_restriction(&operator, subject, "张三 called 13800138000")
        .await;
    assert!(matches!(told, Err(RestrictionError::Reason)));

    let (entry, _) = h.vault.entry(entry).await.unwrap();
    let said: Vec<_> = entry
        .extra
        .iter()
        .map(|(word, text)| format!("{word} {text}"))
        .collect();
    assert_eq!(said, ["did restricted", "reason accuracy-contested"]);
}

async fn nobody_unknown_consents_and_nothing_unknown_is_consented_to(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let nobody = SubjectId::from_bytes([9; 16]);
    let before = h.vault.store().ledger_head().await.unwrap().size;
    let (operator, given, form) = (Caller::operator(), ConsentWord::Given, ConsentForm::General);
    let put = |subject, purpose| {
        h.vault
            .put_consent(&operator, subject, purpose, given, form, None)
    };
    assert!(matches!(
        put(nobody, "marketing-contact").await,
        Err(ConsentError::SubjectNotFound)
    ));
    assert!(matches!(
        put(subject, "gossip").await,
        Err(ConsentError::UnknownPurpose)
    ));
    let restricted = h.vault.put_restriction(&operator, nobody, "request").await;
    assert!(matches!(restricted, Err(RestrictionError::SubjectNotFound)));
    assert_eq!(h.vault.store().ledger_head().await.unwrap().size, before);
}
