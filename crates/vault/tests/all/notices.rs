//! Notices: published, enforced, shown, and found when they were altered.

use data_encoding::BASE64URL_NOPAD;
use shouxin_model::{Caller, ConsentForm, ConsentWord, EvidenceGrade, SubjectId};
use shouxin_store::{Tx, params};
use shouxin_vault::approvals::Decision;
use shouxin_vault::said::Kind;
use shouxin_vault::{
    ConsentError, NoticeError, OpenVaultError, ShownNotice, SnapshotError, Statement, Vault,
};

use crate::support::{Engine, Harness, on_both_engines, shown};

on_both_engines! {
    a_notice_is_published_and_binds_its_purpose
    a_widened_notice_stops_old_consents_and_a_reworded_one_does_not
    what_counted_in_the_past_is_judged_by_the_notice_of_then
    widening_needs_somebody_else_and_exactly_what_they_saw
    a_notice_comes_into_force_when_its_time_has_come
    a_token_proves_what_was_shown_until_it_is_stale_or_superseded
    paper_counts_under_the_version_that_was_in_force_when_it_was_signed
    a_dropped_purpose_opens_nothing_by_consent
    what_would_stop_is_told_before_and_stops_after
    drafts_are_kept_and_go_with_publication
    what_is_approved_is_bound_to_the_figures_that_were_seen
    altered_rows_are_found
}

const MARKETING: &str = include_str!("../../../../profiles/after-sales/notices/marketing.toml");

/// The marketing notice with `from` replaced by `to`.
fn marketing(from: &str, to: &str) -> String {
    assert!(MARKETING.contains(from), "{from}");
    MARKETING.replacen(from, to, 1)
}

fn reworded() -> String {
    marketing("这完全由您决定。", "由您决定。")
}

/// One more recipient, a processor: more is done with the data than before.
fn widened() -> String {
    let more = "\n[[recipient]]\nname = \"sender\"\nkind = \"processor\"\n\
        title = { zh = \"短信公司\", en = \"Sender Ltd\" }\n\
        contact = { zh = \"邮箱 sender@example.com\", en = \"mail sender@example.com\" }\n\
        text = { zh = \"替我们发短信。\", en = \"It sends text messages for us.\" }\n";
    let named = marketing(
        "name = \"marketing-contact\"\n",
        "name = \"marketing-contact\"\nrecipients = [\"sender\"]\n",
    );
    named + more
}

async fn harness(engine: Engine) -> (Harness, Caller) {
    let h = Harness::new(engine).await;
    assert_eq!(h.vault.found_notices(&[MARKETING]).await.unwrap(), 1);
    let officer = h.strong_staff("zhao.min", "protection-officer");
    (h, officer)
}

fn shown_of(vault: &Vault) -> ShownNotice {
    let notice = vault.notice_in_force("marketing").unwrap();
    vault.shown(&vault.snapshot(&notice, "zh")).unwrap()
}

fn agreed(notice: Option<ShownNotice>) -> Statement {
    Statement {
        notice,
        ..Statement::new(
            "marketing-contact",
            ConsentWord::Given,
            ConsentForm::General,
        )
    }
}

async fn say(vault: &Vault, subject: SubjectId, said: Statement) -> Result<(), ConsentError> {
    let caller = Caller::operator();
    vault.take_down(&caller, subject, &[said]).await.map(|_| ())
}

/// The rule behind a read of the customer's name for marketing.
async fn rule(h: &Harness, vault: &Vault, subject: SubjectId) -> String {
    let caller = h.staff("li.na", "service-adviser");
    let request = crate::support::request(&[subject], "marketing-contact", &["customer.name"], &[]);
    let outcome = vault.read(&caller, &request).await.unwrap();
    shown(&outcome[0])[0].split(' ').nth(2).unwrap().to_owned()
}

/// Proposed by one, approved by another, published.
async fn approved(h: &Harness, officer: &Caller, text: &str) {
    let proposed = h
        .vault
        .propose_notice(officer, text, None, "new sender")
        .await
        .unwrap();
    let lawyer = h.strong_staff("qian.hua", "legal-reviewer");
    h.vault
        .decide_approval(
            &lawyer,
            proposed.id,
            proposed.digest,
            Decision::Approve,
            None,
        )
        .await
        .unwrap();
    h.vault
        .publish_approved_notice(officer, text, None, proposed.id)
        .await
        .unwrap();
}

async fn a_notice_is_published_and_binds_its_purpose(engine: Engine) {
    let (h, _) = harness(engine).await;
    let notice = h.vault.notice_of_purpose("marketing-contact").unwrap();
    assert_eq!((notice.name.as_str(), notice.version), ("marketing", 1));
    assert_eq!(notice.hash, notice.bound.hash());
    assert!(h.vault.notice_of_purpose("repair-service").is_none());
    let head = h.vault.store().ledger_head().await.unwrap();
    let (entry, _) = h.vault.entry(head.size - 1).await.unwrap();
    assert_eq!(entry.kind, Kind::Notice);
    assert!(
        entry
            .extra
            .contains(&("notice".to_owned(), "marketing@1".to_owned()))
    );

    let subject = h.customer("li.na").await.subject;
    let none = say(&h.vault, subject, agreed(None)).await;
    assert!(matches!(none, Err(ConsentError::NotShown)), "{none:?}");
    say(&h.vault, subject, agreed(Some(shown_of(&h.vault))))
        .await
        .unwrap();
    assert_eq!(rule(&h, &h.vault, subject).await, "adviser-marketing");
    // Who refuses is never held up, and what was taken over from before needs no text.
    let refused = Statement {
        word: ConsentWord::Refused,
        ..agreed(None)
    };
    say(&h.vault, subject, refused).await.unwrap();
    assert_eq!(rule(&h, &h.vault, subject).await, "consent-withdrawn");
    let old = Statement {
        grade: EvidenceGrade::Partial,
        ..agreed(None)
    };
    say(&h.vault, subject, old).await.unwrap();
    assert_eq!(rule(&h, &h.vault, subject).await, "adviser-marketing");
    // A purpose that the notice does not tell of, a hash that is not its, a version that never was.
    let rescue = Statement {
        purpose: "roadside-rescue".to_owned(),
        form: ConsentForm::Separate,
        ..agreed(Some(shown_of(&h.vault)))
    };
    let told = say(&h.vault, subject, rescue).await;
    assert!(matches!(told, Err(ConsentError::NotTold)), "{told:?}");
    for wrong in [
        ShownNotice {
            hash: [0; 32],
            ..shown_of(&h.vault)
        },
        ShownNotice {
            version: 2,
            ..shown_of(&h.vault)
        },
    ] {
        let said = say(&h.vault, subject, agreed(Some(wrong))).await;
        assert!(matches!(said, Err(ConsentError::UnknownNotice)), "{said:?}");
    }
}

async fn a_widened_notice_stops_old_consents_and_a_reworded_one_does_not(engine: Engine) {
    let (h, officer) = harness(engine).await;
    let subject = h.customer("li.na").await.subject;
    say(&h.vault, subject, agreed(Some(shown_of(&h.vault))))
        .await
        .unwrap();
    // A second node where the engine lets several in; else the same.
    let other = match engine {
        Engine::Postgres => h.node().await,
        Engine::Sqlite => h.vault.clone(),
    };
    assert_eq!(rule(&h, &other, subject).await, "adviser-marketing");
    let published = h
        .vault
        .publish_notice(&officer, &reworded(), None)
        .await
        .unwrap();
    assert_eq!((published.version, published.publication), (2, Some(2)));
    assert_eq!(rule(&h, &other, subject).await, "adviser-marketing");
    approved(&h, &officer, &widened()).await;
    // The other node was told nothing: the very next read obeys.
    assert_eq!(rule(&h, &other, subject).await, "consent-outdated");
    say(&other, subject, agreed(Some(shown_of(&other))))
        .await
        .unwrap();
    assert_eq!(rule(&h, &h.vault, subject).await, "adviser-marketing");
    let h = match engine {
        Engine::Sqlite => {
            drop(other);
            h.reopen().await
        }
        Engine::Postgres => h,
    };
    assert_eq!(rule(&h, &h.vault, subject).await, "adviser-marketing");
    let versions = h.vault.notice_versions(Some("marketing")).await.unwrap();
    let numbers: Vec<u32> = versions.iter().map(|one| one.published.version).collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert!(versions[0].until.is_none() && versions[1].until == versions[0].from);
    let changes = h.vault.notice_difference("marketing", 2, 3).await.unwrap();
    assert!(changes.widens_purpose("marketing-contact"));
}

async fn what_counted_in_the_past_is_judged_by_the_notice_of_then(engine: Engine) {
    let (h, officer) = harness(engine).await;
    let subject = h.customer("li.na").await.subject;
    let first = shown_of(&h.vault);
    let mut moments = vec![h.vault.now()];
    let mut later = || {
        h.world.pass(60);
        moments.push(h.vault.now());
    };
    later();
    say(&h.vault, subject, agreed(Some(first))).await.unwrap();
    later();
    approved(&h, &officer, &widened()).await;
    later();
    say(&h.vault, subject, agreed(Some(shown_of(&h.vault))))
        .await
        .unwrap();
    later();
    // Before a word, after it, widened, and asked again: each as it was then, whatever came later.
    let expected = [
        "1",
        "1 given covered",
        "2 given outdated",
        "2 given covered",
    ];
    for (at, expected) in moments.into_iter().zip(expected) {
        // What happened at a moment counts from then on: a second before the next step.
        let at = at.plus_seconds(1);
        let found = h
            .vault
            .consents_as_of(&officer, subject, Some(at))
            .await
            .unwrap()
            .unwrap();
        let told = &found.told["marketing-contact"];
        assert_eq!(told.0, "marketing");
        let words = found.stands.iter().map(|one| {
            let turn = one.held.event.turn.word();
            let covered = if one.outdated { "outdated" } else { "covered" };
            format!(" {turn} {covered}")
        });
        assert_eq!(format!("{}{}", told.1, words.collect::<String>()), expected);
    }
    let now = h.vault.consents_as_of(&officer, subject, None).await;
    assert!(!now.unwrap().unwrap().stands[0].outdated);
}

async fn widening_needs_somebody_else_and_exactly_what_they_saw(engine: Engine) {
    let (h, officer) = harness(engine).await;
    let adviser = h.strong_staff("li.na", "service-adviser");
    let refused = h.vault.publish_notice(&adviser, &reworded(), None).await;
    assert!(matches!(refused, Err(NoticeError::Role)), "{refused:?}");
    let alone = h.vault.publish_notice(&officer, &widened(), None).await;
    assert!(
        matches!(alone, Err(NoticeError::NeedsApproval)),
        "{alone:?}"
    );
    let needless = h
        .vault
        .propose_notice(&officer, &reworded(), None, "why")
        .await;
    assert!(matches!(needless, Err(NoticeError::Narrower)));
    let same = h.vault.publish_notice(&officer, MARKETING, None).await;
    assert!(matches!(same, Err(NoticeError::Nothing)), "{same:?}");

    let proposed = h
        .vault
        .propose_notice(&officer, &widened(), None, "new sender")
        .await
        .unwrap();
    assert!(proposed.body.contains("短信公司"));
    let lawyer = h.strong_staff("qian.hua", "legal-reviewer");
    h.vault
        .decide_approval(
            &lawyer,
            proposed.id,
            proposed.digest,
            Decision::Approve,
            None,
        )
        .await
        .unwrap();
    // Another text than the one that was approved.
    let other = widened().replace("短信公司", "广告公司");
    let swapped = h
        .vault
        .publish_approved_notice(&officer, &other, None, proposed.id)
        .await;
    assert!(
        matches!(swapped, Err(NoticeError::Approval(_))),
        "{swapped:?}"
    );
    let published = h
        .vault
        .publish_approved_notice(&officer, &widened(), None, proposed.id)
        .await
        .unwrap();
    let (entry, _) = h.vault.entry(published.entry).await.unwrap();
    let said = |word: &str| entry.extra.iter().find(|(key, _)| key == word).cloned();
    assert_eq!(said("approval").unwrap().1, proposed.id.to_string());
    assert_eq!(said("scope").unwrap().1, "marketing-contact 1");
}

async fn a_notice_comes_into_force_when_its_time_has_come(engine: Engine) {
    let (h, officer) = harness(engine).await;
    let later = h.vault.now().plus_seconds(3_600);
    let past = h.vault.now().plus_seconds(-1);
    let refused = h
        .vault
        .publish_notice(&officer, &reworded(), Some(past))
        .await;
    assert!(matches!(refused, Err(NoticeError::Past)), "{refused:?}");
    let published = h
        .vault
        .publish_notice(&officer, &reworded(), Some(later))
        .await
        .unwrap();
    assert_eq!(published.publication, None);
    assert_eq!(h.vault.bring_notices_into_force().await.unwrap(), 0);
    assert_eq!(h.vault.notice_in_force("marketing").unwrap().version, 1);
    h.world.pass(3_600);
    assert_eq!(h.vault.bring_notices_into_force().await.unwrap(), 1);
    assert_eq!(h.vault.bring_notices_into_force().await.unwrap(), 0);
    assert_eq!(h.vault.notice_in_force("marketing").unwrap().version, 2);
    // One that is replaced before its time never comes into force.
    let third = marketing("这完全由您决定。", "您说了算。");
    let later = h.vault.now().plus_seconds(3_600);
    h.vault
        .publish_notice(&officer, &third, Some(later))
        .await
        .unwrap();
    h.vault
        .publish_notice(&officer, MARKETING, None)
        .await
        .unwrap();
    h.world.pass(3_600);
    assert_eq!(h.vault.bring_notices_into_force().await.unwrap(), 0);
    assert_eq!(h.vault.notice_in_force("marketing").unwrap().version, 4);
    let versions = h.vault.notice_versions(Some("marketing")).await.unwrap();
    let replaced: Vec<bool> = versions.iter().map(|one| one.replaced).collect();
    assert_eq!(replaced, [false, true, false, false]);
}

async fn a_token_proves_what_was_shown_until_it_is_stale_or_superseded(engine: Engine) {
    let (h, officer) = harness(engine).await;
    let notice = h.vault.notice_in_force("marketing").unwrap();
    let token = h.vault.snapshot(&notice, "en");
    let shown = h.vault.shown(&token).unwrap();
    assert_eq!((shown.version, shown.language.as_str()), (1, "en"));
    assert_eq!(shown.hash, notice.hash);
    let (claim, mark) = token.split_once('.').unwrap();
    let mut other = mark.to_owned();
    let last = if other.ends_with('A') { 'B' } else { 'A' };
    other.replace_range(..1, &last.to_string());
    for forged in [
        String::new(),
        "a.b".to_owned(),
        claim.to_owned(),
        format!("{claim}."),
        format!("{claim}.{other}"),
        format!("{mark}.{claim}"),
        format!("{token}.{mark}"),
        "x".repeat(100_000),
    ] {
        assert_eq!(
            h.vault.shown(&forged),
            Err(SnapshotError::Forged),
            "{forged}"
        );
    }
    h.world.pass(24 * 3_600 - 1);
    assert!(h.vault.shown(&token).is_ok());
    h.world.pass(1);
    assert_eq!(h.vault.shown(&token), Err(SnapshotError::Stale));
    let token = h.vault.snapshot(&notice, "zh");
    h.vault
        .publish_notice(&officer, &reworded(), None)
        .await
        .unwrap();
    assert_eq!(h.vault.shown(&token), Err(SnapshotError::Superseded));
}

async fn paper_counts_under_the_version_that_was_in_force_when_it_was_signed(engine: Engine) {
    let (h, officer) = harness(engine).await;
    let subject = h.customer("li.na").await.subject;
    let first = shown_of(&h.vault);
    let signed = h.vault.now().plus_seconds(60);
    h.world.pass(3_600);
    approved(&h, &officer, &widened()).await;
    let on = |at| Statement {
        collected_at: Some(at),
        ..agreed(Some(first.clone()))
    };
    // Signed while version 1 was in force: taken down, and no longer enough.
    say(&h.vault, subject, on(signed)).await.unwrap();
    assert_eq!(rule(&h, &h.vault, subject).await, "consent-outdated");
    for at in [h.vault.now(), signed.plus_seconds(-3_600)] {
        let said = say(&h.vault, subject, on(at)).await;
        assert!(matches!(said, Err(ConsentError::NotInForce)), "{said:?}");
    }
    say(&h.vault, subject, agreed(Some(shown_of(&h.vault))))
        .await
        .unwrap();
    assert_eq!(rule(&h, &h.vault, subject).await, "adviser-marketing");
}

async fn a_dropped_purpose_opens_nothing_by_consent(engine: Engine) {
    let (h, officer) = harness(engine).await;
    let subject = h.customer("li.na").await.subject;
    say(&h.vault, subject, agreed(Some(shown_of(&h.vault))))
        .await
        .unwrap();
    // The same notice, about recalls alone: nobody is asked for consent to them.
    let told = MARKETING.split("[[switch]]").next().unwrap();
    let other = told.replace("marketing-contact", "recall-notice");
    approved(&h, &officer, &other).await;
    assert_eq!(rule(&h, &h.vault, subject).await, "consent-outdated");
    // And nobody can agree to it by that notice any more.
    let said = say(&h.vault, subject, agreed(Some(shown_of(&h.vault)))).await;
    assert!(matches!(said, Err(ConsentError::NotTold)), "{said:?}");
}

async fn what_would_stop_is_told_before_and_stops_after(engine: Engine) {
    let (h, officer) = harness(engine).await;
    let mut subjects = Vec::new();
    for n in 0..3 {
        let subject = h
            .customer_of(&format!("1380013800{n}"), "li.na")
            .await
            .subject;
        say(&h.vault, subject, agreed(Some(shown_of(&h.vault))))
            .await
            .unwrap();
        subjects.push(subject);
    }
    for subject in &subjects[..2] {
        assert_eq!(rule(&h, &h.vault, *subject).await, "adviser-marketing");
    }
    h.world.pass(2 * 86_400);
    let plan = h.vault.plan_notice(&reworded()).await.unwrap();
    let effect = &plan.effect.purposes[0];
    assert_eq!((effect.asks_again, effect.reads), (false, 0));
    assert_eq!((effect.covered_before, effect.covered_after), (3, 3));
    assert_eq!((plan.version, plan.in_force), (2, Some(1)));
    let plan = h.vault.plan_notice(&widened()).await.unwrap();
    let effect = &plan.effect.purposes[0];
    assert_eq!((effect.asks_again, effect.reads), (true, 2));
    assert_eq!((effect.covered_before, effect.covered_after), (3, 0));
    assert_eq!((plan.effect.days, plan.effect.reads_a_day()), (2, 1));
    assert_eq!(plan.effect.looked_at, plan.effect.entries);
    approved(&h, &officer, &widened()).await;
    for subject in subjects {
        assert_eq!(rule(&h, &h.vault, subject).await, "consent-outdated");
    }
}

async fn drafts_are_kept_and_go_with_publication(engine: Engine) {
    let (h, officer) = harness(engine).await;
    let vault = &h.vault;
    let save = async |text: &str, revision| {
        vault
            .save_notice_draft(&officer, "marketing", text, revision)
            .await
    };
    assert_eq!(save("not yet", 0).await.unwrap(), 1);
    assert!(matches!(save("again", 0).await, Err(NoticeError::Changed)));
    assert_eq!(save(&reworded(), 1).await.unwrap(), 2);
    assert!(matches!(save("late", 1).await, Err(NoticeError::Changed)));
    let draft = vault.notice_draft("marketing").await.unwrap().unwrap();
    assert_eq!((draft.revision, draft.source), (2, reworded()));
    // What was refused left no entry; what was saved, its digest and not its text.
    let digest = BASE64URL_NOPAD.encode(&shouxin_vault::sha256(reworded().as_bytes()));
    let saved = ["did=draft-saved", "notice=marketing", "revision=2"];
    let saved: Vec<String> = saved.map(str::to_owned).into_iter().collect();
    let told = last_told(vault).await;
    assert_eq!(told[..3], saved);
    assert_eq!(told[3..], [format!("text={digest}")]);
    let size = vault.store().ledger_head().await.unwrap().size;
    assert!(matches!(save("late", 1).await, Err(NoticeError::Changed)));
    assert_eq!(vault.store().ledger_head().await.unwrap().size, size);
    vault
        .publish_notice(&officer, &reworded(), None)
        .await
        .unwrap();
    assert_eq!(vault.notice_draft("marketing").await.unwrap(), None);
    save("anew", 0).await.unwrap();
    vault
        .delete_notice_draft(&officer, "marketing")
        .await
        .unwrap();
    let dropped = ["did=draft-deleted", "notice=marketing"];
    assert_eq!(last_told(vault).await, dropped);
    let gone = vault.delete_notice_draft(&officer, "marketing").await;
    assert!(matches!(gone, Err(NoticeError::NotFound)));
}

/// What the newest entry tells beside who and when.
async fn last_told(vault: &Vault) -> Vec<String> {
    let head = vault.store().ledger_head().await.unwrap();
    let (entry, _) = vault.entry(head.size - 1).await.unwrap();
    assert_eq!(entry.kind, Kind::Notice);
    let told = entry.extra.iter();
    told.map(|(word, text)| format!("{word}={text}")).collect()
}

async fn what_is_approved_is_bound_to_the_figures_that_were_seen(engine: Engine) {
    let (h, officer) = harness(engine).await;
    let lawyer = h.strong_staff("qian.hua", "legal-reviewer");
    let mut subjects = Vec::new();
    for n in 0..11 {
        let mobile = format!("138001380{n:02}");
        subjects.push(h.customer_of(&mobile, "li.na").await.subject);
    }
    let (last, first) = subjects.split_last().unwrap();
    for subject in first {
        say(&h.vault, *subject, agreed(Some(shown_of(&h.vault))))
            .await
            .unwrap();
    }
    rule(&h, &h.vault, first[0]).await;
    let proposed = h
        .vault
        .propose_notice(&officer, &widened(), None, "new sender")
        .await
        .unwrap();
    let body: serde_json::Value = serde_json::from_str(&proposed.body).unwrap();
    let seen = &body["simulation"];
    let purpose = &seen["purposes"][0];
    assert_eq!(purpose["purpose"], "marketing-contact");
    assert_eq!(purpose["asks_again"], true);
    assert_eq!(purpose["covered_before"], 10);
    assert_eq!(purpose["covered_after"], 0);
    assert_eq!(purpose["reads"], 1);
    assert_eq!(seen["reads_a_day"], 1);
    // One more agrees, and another read happens: the figures are those that were seen.
    say(&h.vault, *last, agreed(Some(shown_of(&h.vault))))
        .await
        .unwrap();
    rule(&h, &h.vault, *last).await;
    h.vault
        .decide_approval(
            &lawyer,
            proposed.id,
            proposed.digest,
            Decision::Approve,
            None,
        )
        .await
        .unwrap();
    let published = h
        .vault
        .publish_approved_notice(&officer, &widened(), None, proposed.id)
        .await
        .unwrap();
    assert_eq!(published.version, 2);
}

async fn altered_rows_are_found(engine: Engine) {
    // Widening taken back, fields added, the text exchanged, a publication taken away.
    let alterations = [
        "UPDATE notice_scope SET scope = 7 WHERE publication = 1",
        "UPDATE notice_scope SET fields = '[]' WHERE publication = 1",
        "DELETE FROM notice_scope WHERE publication = 1",
        "UPDATE notice_publication SET in_force_at = in_force_at - 1 WHERE publication = 1",
        "DELETE FROM notice_publication WHERE publication = 1",
        "UPDATE notice SET source = 'other' WHERE version = 1",
        "UPDATE notice SET bound = '{}' WHERE version = 1",
        "DELETE FROM notice WHERE version = 1",
    ];
    for alteration in alterations {
        let (h, _) = harness(engine).await;
        let mut tx = Tx::new();
        tx.run(alteration, params![]);
        h.vault.store().commit(tx).await.unwrap();
        h.vault.close().await;
        let opened = h.open().await;
        assert!(
            matches!(opened, Err(OpenVaultError::Corrupt(_))),
            "{alteration}: {opened:?}"
        );
    }
}
