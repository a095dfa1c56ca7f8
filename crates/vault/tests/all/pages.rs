//! What people say on pages: visitors, hosts' customers, the counter.

use shouxin_model::text::Language;
use shouxin_model::{Caller, SubjectId, Through};
use shouxin_store::{Tx, params};
use shouxin_vault::said::Kind;
use shouxin_vault::{
    AnswerError, COUNTER_SECONDS, Choice, ChoiceError, ChoiceTaken, CounterError, CounterRequest,
    CounterState, SnapshotError, VISIT_SECONDS,
};

use crate::support::{Engine, Harness, on_both_engines};

on_both_engines! {
    a_visitor_s_words_are_joined_to_the_customer_once_and_the_newer_wins
    a_choice_takes_nothing_sensitive_as_part_of_all_and_honours_privacy_control
    tokens_name_one_person_for_their_time_and_nothing_else
    a_customer_at_the_counter_answers_once
    a_counter_is_for_whoever_is_tied_and_for_its_time
    a_visitor_who_does_not_come_back_is_erased_and_a_customer_never_is
}

const SHOP: &str = include_str!("../../../../corpus/notices/web-shop.toml");
const PLAIN: &str = "marketing-contact";
const SENSITIVE: &str = "roadside-rescue";

async fn harness(engine: Engine) -> Harness {
    let h = Harness::new(engine).await;
    let founded = h.vault.found_notices(&[SHOP]).await;
    assert_eq!(founded.unwrap(), 1);
    h
}

fn choice(h: &Harness, on: &[&str], off: &[&str]) -> Choice {
    let notice = h.vault.notice_in_force("web-shop").unwrap();
    let words = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Choice {
        shown: h.vault.snapshot(&notice, "zh"),
        on: words(on),
        off: words(off),
        all: false,
        gpc: false,
        through: Through::Web,
        place: Some("https://shop.example.com".to_owned()),
    }
}

async fn say(h: &Harness, caller: &Caller, subject: SubjectId, choice: &Choice) -> ChoiceTaken {
    let weighed = h.vault.weigh(choice).unwrap();
    h.vault.say(caller, subject, choice, weighed).await.unwrap()
}

async fn on_now(h: &Harness, subject: SubjectId) -> Vec<String> {
    let answered = h.vault.answered(subject, "web-shop", 1).await.unwrap();
    answered.unwrap().on
}

async fn a_visitor_s_words_are_joined_to_the_customer_once_and_the_newer_wins(engine: Engine) {
    let h = harness(engine).await;
    let visitor = h.vault.make_visitor().await.unwrap();
    let before = h
        .vault
        .answered(visitor, "web-shop", 1)
        .await
        .unwrap()
        .unwrap();
    assert!(before.this_version.is_none() && before.on.is_empty());
    let taken = say(
        &h,
        &Caller::page(None),
        visitor,
        &choice(&h, &[PLAIN], &[SENSITIVE]),
    )
    .await;
    let (entry, _) = h.vault.entry(taken.entries[0]).await.unwrap();
    assert_eq!((entry.kind, entry.actor.as_str()), (Kind::Consent, "page"));
    let said = h
        .vault
        .answered(visitor, "web-shop", 1)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(said.this_version, Some(h.vault.now()));
    assert_eq!(
        (said.on, said.off),
        (vec![PLAIN.to_owned()], vec![SENSITIVE.to_owned()])
    );

    // The host learns who it was.
    let (host, customer) = (
        h.staff("host", "service-adviser"),
        h.customer("li.na").await.subject,
    );
    h.world.pass(60);
    let join = async || {
        h.vault
            .join_visitor(&host, customer, visitor)
            .await
            .unwrap()
    };
    assert_eq!(join().await, 2);
    assert_eq!(on_now(&h, customer).await, [PLAIN]);
    let sql = "SELECT collected_at, received_at, through, place, notice_version FROM consent_event \
               WHERE subject = $1 AND purpose = $2";
    let rows = h
        .vault
        .store()
        .query(sql, params![customer, PLAIN])
        .await
        .unwrap();
    let (collected, received) = (rows[0].moment(0).unwrap(), rows[0].moment(1).unwrap());
    assert_eq!(received.seconds_since(collected), 60);
    assert_eq!(rows[0].text(2).unwrap(), "web");
    assert_eq!(
        rows[0].opt_text(3).unwrap(),
        Some("https://shop.example.com")
    );
    assert_eq!(join().await, 0);

    // What the customer said later stands against what the browser said before.
    h.world.pass(60);
    say(&h, &host, customer, &choice(&h, &[], &[PLAIN])).await;
    assert_eq!(join().await, 0);
    assert!(on_now(&h, customer).await.is_empty());
    // And what the browser says after that counts again.
    h.world.pass(60);
    say(&h, &Caller::page(None), visitor, &choice(&h, &[PLAIN], &[])).await;
    assert_eq!(join().await, 1);
    assert_eq!(on_now(&h, customer).await, [PLAIN]);
    assert!(
        h.vault
            .examine(&Caller::operator(), |_| {})
            .await
            .unwrap()
            .findings
            .is_empty()
    );
}

async fn a_choice_takes_nothing_sensitive_as_part_of_all_and_honours_privacy_control(
    engine: Engine,
) {
    let h = harness(engine).await;
    let refused = |choice: Choice| h.vault.weigh(&choice).unwrap_err().to_string();
    let all = |on: &[&str], off: &[&str]| Choice {
        all: true,
        ..choice(&h, on, off)
    };
    assert_eq!(
        refused(all(&[PLAIN, SENSITIVE], &[])),
        ChoiceError::Bundled(1).to_string()
    );
    assert_eq!(
        refused(choice(&h, &[], &[])),
        ChoiceError::Nothing.to_string()
    );
    assert_eq!(
        refused(choice(&h, &[PLAIN], &[PLAIN])),
        ChoiceError::Twice("off", 0).to_string()
    );
    let unasked = refused(choice(&h, &["repair-service"], &[]));
    assert_eq!(unasked, ChoiceError::NotAsked("on", 0).to_string());
    let forged = Choice {
        shown: "e30.AAAA".to_owned(),
        ..choice(&h, &[PLAIN], &[])
    };
    assert_eq!(refused(forged), SnapshotError::Forged.to_string());

    let visitor = h.vault.make_visitor().await.unwrap();
    let page = Caller::page(None);
    let objecting = Choice {
        gpc: true,
        ..choice(&h, &[PLAIN, SENSITIVE], &[])
    };
    let taken = say(&h, &page, visitor, &objecting).await;
    assert_eq!(
        (taken.on, taken.off),
        (vec![PLAIN.to_owned()], vec![SENSITIVE.to_owned()])
    );
    let single = say(&h, &page, visitor, &choice(&h, &[SENSITIVE], &[])).await;
    assert_eq!(single.on, [SENSITIVE]);
    let sql = "SELECT place, form, state FROM consent_event WHERE subject = $1 AND purpose = $2 ORDER BY epoch";
    let rows = h
        .vault
        .store()
        .query(sql, params![visitor, SENSITIVE])
        .await
        .unwrap();
    let told = |n: usize| (rows[n].opt_text(0).unwrap(), rows[n].text(2).unwrap());
    assert_eq!(
        told(0),
        (Some("https://shop.example.com Sec-GPC=1"), "refused")
    );
    assert_eq!(told(1), (Some("https://shop.example.com"), "given"));
    assert_eq!(rows[1].text(1).unwrap(), "separate");
}

async fn tokens_name_one_person_for_their_time_and_nothing_else(engine: Engine) {
    let h = harness(engine).await;
    let (host, customer) = (
        h.staff("host", "service-adviser"),
        h.customer("li.na").await.subject,
    );
    let opened = h.vault.open_visit(&host, customer).await.unwrap();
    let visit = h.vault.visit(&opened.token).unwrap();
    assert_eq!((visit.subject, visit.opener), (customer, host.actor()));
    let visitor = h.vault.make_visitor().await.unwrap();
    let token = h.vault.visitor_token(visitor).unwrap();
    assert_eq!(h.vault.visitor(&token).await.unwrap(), Some(visitor));
    // One is not taken for the other, nor is what was changed.
    assert_eq!(h.vault.visit(&token), None);
    assert!(!h.vault.is_visitor_token(&opened.token));
    let altered = token.replacen(
        &token[..1],
        if token.starts_with('0') { "1" } else { "0" },
        1,
    );
    assert_eq!(h.vault.visitor(&altered).await.unwrap(), None);
    for text in ["", "x", &token[1..], "€"] {
        assert_eq!(h.vault.visitor(text).await.unwrap(), None);
    }
    h.world.pass(VISIT_SECONDS - 1);
    assert!(h.vault.visit(&opened.token).is_some());
    h.world.pass(1);
    assert_eq!(h.vault.visit(&opened.token), None);
    let officer = h.strong_staff("wang.min", "protection-officer");
    h.vault
        .erase(&officer, visitor, "asked-by-subject")
        .await
        .unwrap();
    assert_eq!(h.vault.visitor(&token).await.unwrap(), None);
    assert!(h.vault.is_visitor_token(&token));
    assert!(h.vault.open_visit(&host, visitor).await.is_err());
}

fn at_counter(purposes: &[&str]) -> CounterRequest {
    CounterRequest {
        purpose: "repair-service".to_owned(),
        notice: "web-shop".to_owned(),
        purposes: purposes.iter().map(|name| (*name).to_owned()).collect(),
        language: Language::Chinese,
    }
}

async fn a_customer_at_the_counter_answers_once(engine: Engine) {
    let h = harness(engine).await;
    let mut adviser = h.staff("li.na", "service-adviser");
    adviser.site = Some("s1".to_owned());
    let subject = h.customer("li.na").await.subject;
    let request = at_counter(&[PLAIN, SENSITIVE]);
    let opened = h
        .vault
        .open_counter(&adviser, subject, request)
        .await
        .unwrap();
    let state = async || {
        h.vault
            .counter(&adviser, subject, opened.id)
            .await
            .unwrap()
            .unwrap()
    };
    assert_eq!(state().await, CounterState::Waiting);
    let page = h.vault.counter_page(&opened.token).await.unwrap().unwrap();
    assert_eq!(page.asked.len(), 2);
    let answers = |words: &[(&str, bool)]| -> Vec<(String, bool)> {
        words
            .iter()
            .map(|(name, yes)| ((*name).to_owned(), *yes))
            .collect()
    };
    // Each question, and no other.
    for wrong in [
        answers(&[(PLAIN, true)]),
        answers(&[(PLAIN, true), (PLAIN, false)]),
        answers(&[(PLAIN, true), (SENSITIVE, true), ("other", true)]),
    ] {
        let refused = h.vault.answer_counter(&opened.token, &wrong).await;
        assert!(matches!(refused, Err(AnswerError::Unanswered)));
    }
    let right = answers(&[(PLAIN, true), (SENSITIVE, false)]);
    let both = tokio::join!(
        h.vault.answer_counter(&opened.token, &right),
        h.vault.answer_counter(&opened.token, &right)
    );
    let taken = match both {
        (Ok((_, taken)), Err(AnswerError::Over)) | (Err(AnswerError::Over), Ok((_, taken))) => {
            taken
        }
        other => panic!("{other:?}"),
    };
    let CounterState::Answered(answer) = state().await else {
        panic!("answered")
    };
    assert_eq!(
        (answer.on, answer.off),
        (vec![PLAIN.to_owned()], vec![SENSITIVE.to_owned()])
    );
    assert_eq!(answer.entries, taken.entries);
    assert!(h.vault.counter_page(&opened.token).await.unwrap().is_none());
    let sql = "SELECT through, place, actor FROM consent_event WHERE subject = $1 AND purpose = $2";
    let rows = h
        .vault
        .store()
        .query(sql, params![subject, PLAIN])
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].text(0).unwrap(), "counter");
    assert_eq!(rows[0].opt_text(1).unwrap(), Some("s1"));
    assert_eq!(rows[0].text(2).unwrap(), adviser.actor());

    // Erasure takes the page with it.
    let pages = async || {
        let sql = "SELECT 1 FROM counter_session WHERE subject = $1";
        h.vault
            .store()
            .query(sql, params![subject])
            .await
            .unwrap()
            .len()
    };
    assert_eq!(pages().await, 1);
    let officer = h.strong_staff("wang.min", "protection-officer");
    h.vault
        .erase(&officer, subject, "asked-by-subject")
        .await
        .unwrap();
    assert_eq!(pages().await, 0);
}

async fn a_counter_is_for_whoever_is_tied_and_for_its_time(engine: Engine) {
    let h = harness(engine).await;
    let (adviser, other) = (
        h.staff("li.na", "service-adviser"),
        h.staff("wu.lei", "service-adviser"),
    );
    let subject = h.customer("li.na").await.subject;
    let refused = h
        .vault
        .open_counter(&other, subject, at_counter(&[PLAIN]))
        .await;
    let Err(CounterError::Refused { entry, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(h.vault.entry(entry).await.unwrap().0.kind, Kind::Refusal);
    for (request, n) in [
        (at_counter(&[]), 0),
        (at_counter(&[PLAIN, "repair-service"]), 1),
    ] {
        let refused = h.vault.open_counter(&adviser, subject, request).await;
        assert!(
            matches!(refused, Err(CounterError::NotAsked(at)) if at == n),
            "{refused:?}"
        );
    }
    let opened = h
        .vault
        .open_counter(&adviser, subject, at_counter(&[PLAIN]))
        .await
        .unwrap();
    assert_eq!(
        h.vault.counter(&other, subject, opened.id).await.unwrap(),
        None
    );
    h.world.pass(COUNTER_SECONDS);
    let late = h
        .vault
        .answer_counter(&opened.token, &[(PLAIN.to_owned(), true)])
        .await;
    assert!(matches!(late, Err(AnswerError::Over)));
    let state = h.vault.counter(&adviser, subject, opened.id).await.unwrap();
    assert_eq!(state, Some(CounterState::Expired));

    // A row that somebody gives to another customer is found.
    let opened = h
        .vault
        .open_counter(&adviser, subject, at_counter(&[PLAIN]))
        .await
        .unwrap();
    let mut tx = Tx::new();
    tx.run(
        "UPDATE counter_session SET asked_sealed = (SELECT asked_sealed FROM counter_session WHERE id <> $1) \
         WHERE id = $1",
        params![opened.id],
    );
    h.vault.store().commit(tx).await.unwrap();
    assert!(h.vault.counter_page(&opened.token).await.is_err());

    h.world.pass(COUNTER_SECONDS + 86_401);
    h.vault.tidy_counters().await.unwrap();
    let rows = h
        .vault
        .store()
        .query("SELECT 1 FROM counter_session", params![])
        .await;
    assert!(rows.unwrap().is_empty());
}

async fn a_visitor_who_does_not_come_back_is_erased_and_a_customer_never_is(engine: Engine) {
    let h = harness(engine).await;
    let customer = h.customer("li.na").await.subject;
    let (silent, speaking) = (
        h.vault.make_visitor().await.unwrap(),
        h.vault.make_visitor().await.unwrap(),
    );
    let page = Caller::page(None);
    let erased = async |days| h.vault.erase_old_visitors(days).await.unwrap();
    for visitor in [silent, speaking] {
        say(&h, &page, visitor, &choice(&h, &[], &[PLAIN])).await;
    }
    let day = 86_400;
    h.world.pass(395 * day);
    say(&h, &page, speaking, &choice(&h, &[PLAIN], &[])).await;
    assert_eq!(erased(396).await, 0);
    let token = h.vault.visitor_token(silent).unwrap();
    assert_eq!(h.vault.visitor(&token).await.unwrap(), Some(silent));
    h.world.pass(day);
    assert_eq!(erased(396).await, 1);
    assert_eq!(h.vault.visitor(&token).await.unwrap(), None);
    let said = h.vault.answered(speaking, "web-shop", 1).await.unwrap();
    assert_eq!(said.unwrap().on, [PLAIN]);
    let size = h.vault.store().ledger_head().await.unwrap().size;
    let (entry, _) = h.vault.entry(size - 1).await.unwrap();
    let why = ("reason".to_owned(), "keeping-period-over".to_owned());
    assert_eq!(
        (entry.kind, entry.extra.contains(&why)),
        (Kind::Erasure, true)
    );

    // Somebody writes into the store that a customer is a visitor: nobody is erased for it.
    let mut tx = Tx::new();
    tx.run(
        "UPDATE subject SET source = 'web-visitor', created_at = 0 WHERE id = $1",
        params![customer],
    );
    tx.run("DELETE FROM record WHERE subject = $1", params![customer]);
    h.vault.store().commit(tx).await.unwrap();
    let refused = h.vault.erase_old_visitors(396).await;
    assert!(refused.is_err(), "{refused:?}");
    let sql = "SELECT state FROM subject WHERE id = $1";
    let rows = h.vault.store().query(sql, params![customer]).await.unwrap();
    assert_eq!(rows[0].text(0).unwrap(), "active");
}
