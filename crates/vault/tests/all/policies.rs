//! Changed policies before they come into force: test cases, what loosens, what earlier reads would have become.

use shouxin_model::{Caller, CallerKind, Form};
use shouxin_store::{Tx, Value as Stored, params};
use shouxin_vault::{ApplyError, HeldRow, Marked, PREVIEW_DAYS, PolicyPlan, Setup, SiloState};

use crate::support::{Engine, Harness, apply, on_both_engines};

on_both_engines! {
    a_preview_tells_what_earlier_reads_would_have_become
    what_a_fact_or_a_grant_or_an_older_policy_decided_is_not_judged_anew
    only_the_last_thirty_days_count
    policies_with_a_failing_case_do_not_come_into_force
    the_way_of_a_deployment_is_told_by_counts_and_entries
}

fn shipped() -> &'static str {
    shouxin_register::profile("after-sales").unwrap().policies
}

/// The shipped policies with a `forbid` more.
fn with_forbid(rule: &str) -> String {
    format!(
        "{}\n@id(\"test-shut\") @reason_zh(\"试\") @reason_en(\"Trial.\") @changed_by(\"security-admin\")\n{rule}\n",
        shipped()
    )
}

const NO_NAMES: &str = "forbid (principal in Role::\"service-adviser\", action, resource == Field::\"customer.name\");";

/// Gives the caller an account with their roles, as the server keeps them.
async fn account(h: &Harness, caller: &Caller, totp: bool) {
    let CallerKind::Staff { id, login, .. } = &caller.kind else {
        panic!("no member of staff")
    };
    let row = params![
        *id,
        login.as_str(),
        h.vault.seal_secret("name", login.as_bytes()),
        "hash",
        totp.then_some([1u8; 4]),
        serde_json::to_string(&caller.roles).unwrap(),
        Stored::Null,
        Stored::Null,
        "active",
        h.vault.now()
    ];
    let mut tx = Tx::new();
    tx.run_exactly(
        1,
        "INSERT INTO staff (id, login, name_sealed, password, totp_sealed, roles, site, region, state, \
         created_at, mark, totp_last_step, version, failed, locked_until) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 1, 0, 0)",
        HeldRow::new(&h.vault, Marked::Staff, row).params(),
    );
    h.vault.store().commit(tx).await.unwrap();
}

async fn plan(h: &Harness, text: &str) -> PolicyPlan {
    h.vault.plan_policies(text).await.unwrap()
}

/// Each change as `roles field was>would reads callers`.
fn shifts(plan: &PolicyPlan) -> Vec<String> {
    let shown = plan.effect.shifts.iter().map(|one| {
        let (was, would) = (one.was.0.word(), one.would.0.word());
        let roles = one.roles.join("+");
        format!(
            "{roles} {} {was}>{would} {} {}",
            one.field, one.reads, one.callers
        )
    });
    shown.collect()
}

async fn a_preview_tells_what_earlier_reads_would_have_become(engine: Engine) {
    let h = Harness::new(engine).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    account(&h, &adviser, true).await;
    let subject = h.customer("li.na").await.subject;
    let fields = ["customer.name", "customer.mobile"];
    for _ in 0..2 {
        h.read(&adviser, subject, "repair-service", &fields, &[])
            .await;
    }
    let opened = h
        .read(
            &adviser,
            subject,
            "repair-service",
            &fields,
            &["customer.name"],
        )
        .await;
    assert_eq!(opened.fields[0].form, Form::Clear);

    let same = plan(&h, shipped()).await;
    assert_eq!(shifts(&same), Vec::<String>::new());
    assert_eq!(
        (same.effect.reads, same.effect.fields, same.effect.same),
        (3, 6, 6)
    );
    assert_eq!(
        (same.effect.differ, same.effect.lose, same.effect.gain),
        (0, 0, 0)
    );
    assert!(!same.change.loosens() && same.cases.iter().all(|case| case.holds()));

    let tighter = plan(&h, &with_forbid(NO_NAMES)).await;
    assert_eq!(
        shifts(&tighter),
        [
            "service-adviser customer.name masked>withheld 2 1",
            "service-adviser customer.name clear>withheld 1 1",
        ]
    );
    assert_eq!((tighter.effect.lose, tighter.effect.gain), (1, 0));
    assert_eq!(tighter.effect.shifts[0].would.1, "test-shut");
    assert!(!tighter.change.loosens());

    // In force, the same change the other way round lets more be seen than was recorded since.
    apply(&h.vault, None, Some(&with_forbid(NO_NAMES)))
        .await
        .unwrap();
    h.read(&adviser, subject, "repair-service", &fields, &[])
        .await;
    let looser = plan(&h, shipped()).await;
    assert_eq!(
        shifts(&looser),
        ["service-adviser customer.name withheld>masked 1 1"]
    );
    // What older policies decided otherwise is left out, and counted.
    assert_eq!((looser.effect.differ, looser.effect.gain), (3, 1));
    assert!(looser.change.loosens());
}

async fn what_a_fact_or_a_grant_or_an_older_policy_decided_is_not_judged_anew(engine: Engine) {
    let h = Harness::new(engine).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    account(&h, &adviser, true).await;
    // Somebody else's order: the tie refuses.
    let subject = h.customer("zhang.wei").await.subject;
    let refused = h
        .read(&adviser, subject, "repair-service", &["customer.name"], &[])
        .await;
    assert!(refused.refusal.is_some());
    // Whoever has no account any more has no roles that could be judged.
    let gone = h.strong_staff("gone", "service-adviser");
    let theirs = h.customer_of("13900139000", "gone").await.subject;
    h.read(&gone, theirs, "repair-service", &["customer.name"], &[])
        .await;
    let plan = plan(&h, &with_forbid(NO_NAMES)).await;
    assert_eq!(shifts(&plan), Vec::<String>::new());
    let effect = &plan.effect;
    assert_eq!((effect.reads, effect.same, effect.differ), (2, 1, 1));
}

async fn only_the_last_thirty_days_count(engine: Engine) {
    let h = Harness::new(engine).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    account(&h, &adviser, true).await;
    let subject = h.customer("li.na").await.subject;
    h.read(&adviser, subject, "repair-service", &["customer.name"], &[])
        .await;
    let day = 24 * 60 * 60;
    h.world.pass((PREVIEW_DAYS - 1) * day);
    assert_eq!(plan(&h, shipped()).await.effect.reads, 1);
    h.world.pass(2 * day);
    let later = plan(&h, shipped()).await.effect;
    assert_eq!((later.reads, later.entries), (0, 0));
    h.read(&adviser, subject, "repair-service", &["customer.name"], &[])
        .await;
    let now = plan(&h, shipped()).await.effect;
    assert_eq!((now.reads, now.entries, now.looked_at), (1, 1, 1));
}

async fn policies_with_a_failing_case_do_not_come_into_force(engine: Engine) {
    let h = Harness::new(engine).await;
    let operator = Caller::operator();
    let wrong =
        "//? role=service-adviser purpose=repair-service field=customer.name expect=clear\n";
    let text = format!("{wrong}{}", shipped());
    let planned = plan(&h, &text).await;
    let failed: Vec<_> = planned.cases.iter().filter(|case| !case.holds()).collect();
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0].case.line, failed[0].form), (1, Form::Masked));
    let refused = h.vault.apply(&operator, None, Some(&text)).await;
    assert!(
        matches!(&refused, Err(ApplyError::Cases(failed)) if failed.len() == 1),
        "{refused:?}"
    );
    // A stricter statement that breaks a shipped case is refused as well, and nothing changed.
    let breaking = with_forbid(
        "forbid (principal in Role::\"service-adviser\", action, resource == Field::\"customer.source\");",
    );
    let refused = h.vault.apply(&operator, None, Some(&breaking)).await;
    assert!(matches!(refused, Err(ApplyError::Cases(_))), "{refused:?}");
    assert_eq!(h.vault.policy_history().await.unwrap().len(), 1);
    // A case that is gone needs somebody else.
    let without: String = shipped()
        .lines()
        .filter(|line| !line.starts_with("//? role=\"system-admin\""))
        .map(|line| format!("{line}\n"))
        .collect();
    let refused = h.vault.apply(&operator, None, Some(&without)).await;
    assert!(
        matches!(refused, Err(ApplyError::NeedsApproval)),
        "{refused:?}"
    );
    // One more does not.
    let more = "//? role=audit-admin purpose=repair-service field=customer.name expect=withheld\n";
    let applied = h
        .vault
        .apply(&operator, None, Some(&format!("{more}{}", shipped())))
        .await;
    assert_eq!(applied.unwrap().policy_version, 2);
}

async fn the_way_of_a_deployment_is_told_by_counts_and_entries(engine: Engine) {
    let h = Harness::new(engine).await;
    let empty = h.vault.setup().await.unwrap();
    assert_eq!((empty.register_version, empty.policy_version), (1, 1));
    let Setup {
        system,
        business,
        imports,
        read,
        verified,
        backup,
        ..
    } = empty;
    assert_eq!(
        (system, business, imports),
        (SiloState::default(), SiloState::default(), 0)
    );
    assert!(read.is_none() && verified.is_none() && backup.is_none());

    account(&h, &h.staff("root", "system-admin"), true).await;
    account(&h, &h.staff("second", "system-admin"), false).await;
    account(&h, &h.staff("zhou.min", "protection-officer"), true).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    account(&h, &adviser, true).await;
    let subject = h.customer("li.na").await.subject;
    h.read(&adviser, subject, "repair-service", &["customer.name"], &[])
        .await;
    let setup = h.vault.setup().await.unwrap();
    assert_eq!(
        setup.system,
        SiloState {
            active: 2,
            ready: 1
        }
    );
    assert_eq!(
        (
            setup.officers.ready,
            setup.business.ready,
            setup.audit.ready
        ),
        (1, 1, 0)
    );
    let size = h.vault.store().ledger_head().await.unwrap().size;
    assert_eq!(
        setup.read,
        Some((size - 1, Some("repair-service".to_owned())))
    );
}
