//! What subjects said over time: what counted when, what became of it, and that nobody can alter it unseen.

use shouxin_ledger::{EntryProof, Kind, Receipt, ReceiptError};
use shouxin_model::text::Language;
use shouxin_model::{
    Caller, ConsentForm, ConsentTurn, ConsentWord, ContactChannel, EvidenceGrade, Personal,
    SubjectId, Through,
};
use shouxin_store::{Tx, Value, params};
use shouxin_vault::audiences::{AudienceError, AudienceOf, AudienceRequest, WhyNot};
use shouxin_vault::evidence::{EvidenceError, Look};
use shouxin_vault::{ConsentError, MayAsk, ReceiptForm, Statement, VaultError};

use crate::support::{Engine, Harness, case_of, on_both_engines, record, request, shown};

on_both_engines! {
    what_counted_at_any_past_moment_is_known
    an_altered_event_is_found_by_whoever_looks_back
    several_words_are_taken_down_together_or_not_at_all
    what_makes_no_sense_is_refused_and_says_why
    consent_for_one_time_opens_once
    of_two_readers_of_one_time_one_wins
    consent_within_a_window_counts_within_it_as_often_as_one_likes
    the_end_of_a_consent_is_told_once
    who_refused_is_left_alone_until_the_cool_down_is_over
    a_receipt_proves_itself_and_nothing_altered_does
    evidence_opens_for_a_purpose_and_dies_with_its_subject
    an_audience_holds_who_agreed_and_counts_the_others
    an_audience_for_a_part_goes_by_the_narrowest_words
}

const MARKETING: &str = "marketing-contact";

fn said(purpose: &str, word: ConsentWord) -> Statement {
    Statement::new(purpose, word, ConsentForm::General)
}

async fn take(h: &Harness, subject: SubjectId, said: Statement) -> u64 {
    let taken = h
        .vault
        .take_down(&Caller::operator(), subject, &[said])
        .await;
    taken.unwrap()[0].epoch
}

/// The purpose, part, channel and state of each word, and whether it counted.
async fn as_of(h: &Harness, subject: SubjectId, seconds: Option<i64>) -> Vec<String> {
    let at = seconds.map(|seconds| crate::support::start().plus_seconds(seconds));
    let found = h
        .vault
        .consents_as_of(&Caller::operator(), subject, at)
        .await
        .unwrap()
        .unwrap();
    let stands = found.stands.iter().map(|one| {
        let event = &one.held.event;
        let part = event.part.as_deref().unwrap_or("*");
        let channel = event.channel.map_or("*", ContactChannel::word);
        let counts = if one.counts { "counts" } else { "does not" };
        format!("{part} {channel} {} {counts}", event.turn.word())
    });
    stands.collect()
}

async fn what_counted_at_any_past_moment_is_known(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let given = || said(MARKETING, ConsentWord::Given);
    h.world.pass(10);
    let until = Some(h.vault.now().plus_seconds(50));
    take(&h, subject, Statement { until, ..given() }).await;
    h.world.pass(10);
    let no_calls = Statement {
        channel: Some(ContactChannel::Phone),
        ..said(MARKETING, ConsentWord::Refused)
    };
    take(&h, subject, no_calls).await;
    h.world.pass(10);
    let no_mobile = Statement {
        part: Some("customer.mobile".to_owned()),
        ..said(MARKETING, ConsentWord::Refused)
    };
    take(&h, subject, no_mobile).await;
    h.world.pass(60);
    take(&h, subject, said(MARKETING, ConsentWord::Withdrawn)).await;
    h.world.pass(10);
    assert_eq!(as_of(&h, subject, Some(9)).await, Vec::<String>::new());
    assert_eq!(as_of(&h, subject, Some(10)).await, ["* * given counts"]);
    let with_calls = ["* * given counts", "* phone refused does not"];
    assert_eq!(as_of(&h, subject, Some(20)).await, with_calls);
    let with_part = [
        "* * given counts",
        "* phone refused does not",
        "customer.mobile * refused does not",
    ];
    assert_eq!(as_of(&h, subject, Some(59)).await, with_part);
    let ended = [
        "* * given does not",
        "* phone refused does not",
        "customer.mobile * refused does not",
    ];
    assert_eq!(as_of(&h, subject, Some(60)).await, ended);
    assert_eq!(as_of(&h, subject, None).await, ["* * withdrawn does not"]);
    // Each entry holds the digest of its event.
    let (_, events) = h
        .vault
        .consent_events(&Caller::operator(), subject)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(events.len(), 4);
    for held in events {
        let (entry, _) = h.vault.entry(held.entry).await.unwrap();
        let digest = ("event".to_owned(), held.event.digest_text());
        assert!(entry.extra.contains(&digest), "{entry:?}");
    }
}

async fn an_altered_event_is_found_by_whoever_looks_back(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    for word in [
        ConsentWord::Given,
        ConsentWord::Withdrawn,
        ConsentWord::Given,
        ConsentWord::Refused,
    ] {
        h.world.pass(5);
        take(&h, subject, said(MARKETING, word)).await;
    }
    let change = async |sql: &'static str| {
        let mut tx = Tx::new();
        tx.run(sql, params![subject]);
        h.vault.store().commit(tx).await.unwrap();
    };
    let is_found = async |what: &str| {
        let operator = Caller::operator();
        let looked = h.vault.consents_as_of(&operator, subject, None).await;
        assert!(
            matches!(looked, Err(VaultError::Corrupt(_))),
            "{what}: {looked:?}"
        );
        let events = h.vault.consent_events(&operator, subject).await;
        assert!(matches!(events, Err(VaultError::Corrupt(_))), "{what}");
        let examined = h.vault.examine(&operator, |_| {}).await.unwrap();
        let told = examined.findings.iter().map(|one| one.text().en);
        assert!(
            told.into_iter().any(|text| text.contains("consent_event")),
            "{what}"
        );
    };
    assert!(
        h.vault
            .examine(&Caller::operator(), |_| {})
            .await
            .unwrap()
            .findings
            .is_empty()
    );
    let alterations = [
        (
            "a word is altered",
            "UPDATE consent_event SET through = 'paper' WHERE subject = $1 AND epoch = 2",
            "UPDATE consent_event SET through = 'api' WHERE subject = $1 AND epoch = 2",
        ),
        (
            "a word is taken away",
            "UPDATE consent_event SET epoch = 77 WHERE subject = $1 AND epoch = 1",
            "UPDATE consent_event SET epoch = 1 WHERE subject = $1 AND epoch = 77",
        ),
        (
            "the last word is another",
            "UPDATE consent_event SET state = 'given' WHERE subject = $1 AND epoch = 4",
            "UPDATE consent_event SET state = 'refused' WHERE subject = $1 AND epoch = 4",
        ),
        (
            "two words are exchanged",
            "UPDATE consent_event SET epoch = CASE epoch WHEN 1 THEN -2 WHEN 2 THEN -1 ELSE epoch END \
             WHERE subject = $1",
            "UPDATE consent_event SET epoch = CASE epoch WHEN -2 THEN 1 WHEN -1 THEN 2 ELSE epoch END \
             WHERE subject = $1",
        ),
    ];
    for (what, alter, back) in alterations {
        change(alter).await;
        if what == "two words are exchanged" {
            change("UPDATE consent_event SET epoch = -epoch WHERE subject = $1 AND epoch < 0")
                .await;
        }
        is_found(what).await;
        if what == "two words are exchanged" {
            change("UPDATE consent_event SET epoch = -epoch WHERE subject = $1 AND epoch < 3")
                .await;
            let back = "UPDATE consent_event SET epoch = CASE epoch WHEN -2 THEN 1 WHEN -1 THEN 2 ELSE epoch END \
                        WHERE subject = $1";
            change(back).await;
        } else {
            change(back).await;
        }
        assert_eq!(
            as_of(&h, subject, None).await,
            ["* * refused does not"],
            "{what}"
        );
    }
    change("DELETE FROM consent_event WHERE subject = $1 AND epoch = 4").await;
    is_found("the last word is gone").await;
}

async fn several_words_are_taken_down_together_or_not_at_all(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let (operator, given) = (Caller::operator(), ConsentWord::Given);
    let size = h.vault.store().ledger_head().await.unwrap().size;
    let both = [said(MARKETING, given), said("gossip", given)];
    let refused = h.vault.take_down(&operator, subject, &both).await;
    assert!(matches!(refused, Err(ConsentError::UnknownPurpose)));
    assert_eq!(h.vault.store().ledger_head().await.unwrap().size, size);
    assert_eq!(as_of(&h, subject, None).await, Vec::<String>::new());
    let both = [said(MARKETING, given), said("roadside-rescue", given)];
    let taken = h.vault.take_down(&operator, subject, &both).await.unwrap();
    assert_eq!([taken[0].epoch, taken[1].epoch], [1, 2]);
    assert_eq!(taken[1].entry, taken[0].entry + 1);
}

async fn what_makes_no_sense_is_refused_and_says_why(engine: Engine) {
    let h = Harness::new(engine).await;
    let written = h.customer("li.na").await;
    let given = || said(MARKETING, ConsentWord::Given);
    let at = |seconds| Some(h.vault.now().plus_seconds(seconds));
    let once = ConsentForm::Once;
    let guardian = ConsentForm::Guardian;
    let senseless = [
        (
            "collected_at",
            Statement {
                collected_at: at(1),
                ..given()
            },
        ),
        (
            "expires_at",
            Statement {
                until: at(0),
                ..given()
            },
        ),
        (
            "expires_at",
            Statement {
                from: at(20),
                until: at(10),
                ..given()
            },
        ),
        (
            "expires_at",
            Statement {
                until: at(10),
                ..said(MARKETING, ConsentWord::Withdrawn)
            },
        ),
        (
            "form",
            Statement {
                form: once,
                ..given()
            },
        ),
        (
            "form",
            Statement {
                form: guardian,
                ..given()
            },
        ),
        (
            "through",
            Statement {
                through: Through::System,
                ..given()
            },
        ),
    ];
    for (place, statement) in senseless {
        let refused = h
            .vault
            .take_down(&Caller::operator(), written.subject, &[statement])
            .await;
        let Err(ConsentError::Senseless(at, why)) = refused else {
            panic!("{place}: {refused:?}");
        };
        assert_eq!(at, place);
        assert!(!why.zh.is_empty() && !why.en.is_empty());
    }
    let part = |part: &str| Statement {
        part: Some(part.to_owned()),
        ..given()
    };
    for unknown in ["customer.resident_id", "work_order.*", "*", "customer"] {
        let refused = h
            .vault
            .take_down(&Caller::operator(), written.subject, &[part(unknown)])
            .await;
        assert!(
            matches!(refused, Err(ConsentError::UnknownPart)),
            "{unknown}"
        );
    }
    let vouched = Statement {
        form: guardian,
        place: Some("sh-03".to_owned()),
        ..given()
    };
    take(&h, written.subject, vouched).await;
    let case = Some(case_of(&written));
    take(
        &h,
        written.subject,
        Statement {
            form: once,
            case,
            ..given()
        },
    )
    .await;
    take(&h, written.subject, part("customer.*")).await;
}

/// A customer who asked for rescue under an open order of `li.na`, with the order.
async fn rescue(h: &Harness) -> (SubjectId, shouxin_model::RecordId) {
    let written = h.customer("li.na").await;
    let rescue = record(
        "rescue",
        &[("number", "R-1"), ("place", "上海市浦东新区世纪大道100号")],
    );
    h.vault
        .write(&Caller::operator(), Some(written.subject), vec![rescue])
        .await
        .unwrap();
    (written.subject, case_of(&written))
}

async fn consent_for_one_time_opens_once(engine: Engine) {
    let h = Harness::new(engine).await;
    let (subject, case) = rescue(&h).await;
    let adviser = h.staff("li.na", "service-adviser");
    let once = Statement::new("roadside-rescue", ConsentWord::Given, ConsentForm::Once);
    take(
        &h,
        subject,
        Statement {
            case: Some(case),
            ..once
        },
    )
    .await;
    let rule = async |case, field: &str| {
        let request = shouxin_vault::ReadRequest {
            case,
            ..request(&[subject], "roadside-rescue", &[field], &[])
        };
        let read = h.vault.read(&adviser, &request).await.unwrap();
        shown(&read[0])[0].split(' ').nth(2).unwrap().to_owned()
    };
    // What opens nothing spends nothing.
    assert_eq!(rule(None, "rescue.place").await, "consent-other-case");
    assert_eq!(
        rule(Some(case), "rescue.place").await,
        "adviser-rescue-place"
    );
    assert_eq!(rule(Some(case), "rescue.place").await, "consent-spent");
    let (_, events) = h
        .vault
        .consent_events(&Caller::operator(), subject)
        .await
        .unwrap()
        .unwrap();
    let turns: Vec<_> = events.iter().map(|held| held.event.turn).collect();
    assert_eq!(turns, [ConsentTurn::Given, ConsentTurn::Spent]);
    // Right after the read that spent it, in the same commit.
    let read = h.vault.entry(events[1].entry - 1).await.unwrap().0;
    assert_eq!(read.kind, Kind::Read);
    assert_eq!(read.at, events[1].event.received_at.micros());
    // Asked again, they may agree again.
    let once = Statement::new("roadside-rescue", ConsentWord::Given, ConsentForm::Once);
    take(
        &h,
        subject,
        Statement {
            case: Some(case),
            ..once
        },
    )
    .await;
    assert_eq!(
        rule(Some(case), "rescue.place").await,
        "adviser-rescue-place"
    );
    let examined = h.vault.examine(&Caller::operator(), |_| {}).await.unwrap();
    assert_eq!(examined.findings, []);
}

async fn of_two_readers_of_one_time_one_wins(engine: Engine) {
    let h = Harness::new(engine).await;
    let (subject, case) = rescue(&h).await;
    for _ in 0..10 {
        let once = Statement::new("roadside-rescue", ConsentWord::Given, ConsentForm::Once);
        take(
            &h,
            subject,
            Statement {
                case: Some(case),
                ..once
            },
        )
        .await;
        let readers = (0..8).map(|_| {
            let (vault, caller) = (h.vault.clone(), h.staff("li.na", "service-adviser"));
            tokio::spawn(async move {
                let request = shouxin_vault::ReadRequest {
                    case: Some(case),
                    ..request(&[subject], "roadside-rescue", &["rescue.place"], &[])
                };
                let read = vault.read(&caller, &request).await.unwrap();
                !read[0].fields[0].values.is_empty()
            })
        });
        let mut won = 0;
        for reader in readers.collect::<Vec<_>>() {
            won += usize::from(reader.await.unwrap());
        }
        assert_eq!(won, 1);
    }
}

async fn consent_within_a_window_counts_within_it_as_often_as_one_likes(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let adviser = h.staff("li.na", "service-adviser");
    // An update of the car's software between two and four in the night.
    let at = |seconds| Some(h.vault.now().plus_seconds(seconds));
    let window = Statement {
        form: ConsentForm::Once,
        from: at(7_200),
        until: at(14_400),
        ..said(MARKETING, ConsentWord::Given)
    };
    take(&h, subject, window).await;
    let rule = async || {
        let read = h
            .read(&adviser, subject, MARKETING, &["customer.name"], &[])
            .await;
        shown(&read)[0].split(' ').nth(2).unwrap().to_owned()
    };
    assert_eq!(rule().await, "consent-not-yet");
    h.world.pass(7_200);
    assert_eq!(rule().await, "adviser-marketing");
    assert_eq!(rule().await, "adviser-marketing");
    h.world.pass(7_200);
    assert_eq!(rule().await, "consent-expired");
}

async fn the_end_of_a_consent_is_told_once(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let adviser = h.staff("li.na", "service-adviser");
    let until = Some(h.vault.now().plus_seconds(60));
    take(
        &h,
        subject,
        Statement {
            until,
            ..said(MARKETING, ConsentWord::Given)
        },
    )
    .await;
    assert_eq!(h.vault.end_expired_consents().await.unwrap(), 0);
    h.world.pass(60);
    let rule = async || {
        let read = h
            .read(&adviser, subject, MARKETING, &["customer.name"], &[])
            .await;
        shown(&read)[0].split(' ').nth(2).unwrap().to_owned()
    };
    // Reads do not wait for it to be told.
    assert_eq!(rule().await, "consent-expired");
    assert_eq!(h.vault.end_expired_consents().await.unwrap(), 1);
    assert_eq!(h.vault.end_expired_consents().await.unwrap(), 0);
    assert_eq!(rule().await, "consent-expired");
    assert_eq!(as_of(&h, subject, None).await, ["* * expired does not"]);
    let (_, events) = h
        .vault
        .consent_events(&Caller::operator(), subject)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(events.last().unwrap().event.turn, ConsentTurn::Expired);
    assert_eq!(events.last().unwrap().event.epoch, 2);
    let examined = h.vault.examine(&Caller::operator(), |_| {}).await.unwrap();
    assert_eq!(examined.findings, []);
}

async fn who_refused_is_left_alone_until_the_cool_down_is_over(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let ask = async |purpose: &str| {
        let named = [purpose.to_owned()];
        let asked = h
            .vault
            .may_ask(&Caller::operator(), subject, &named, 180)
            .await;
        asked.unwrap()[0].may
    };
    assert_eq!(ask(MARKETING).await, MayAsk::Yes);
    assert_eq!(ask("repair-service").await, MayAsk::OtherBasis);
    take(&h, subject, said(MARKETING, ConsentWord::Refused)).await;
    let again = h.vault.now().plus_seconds(180 * 86_400);
    assert_eq!(ask(MARKETING).await, MayAsk::Refused(again));
    h.world.pass(180 * 86_400 - 1);
    assert_eq!(ask(MARKETING).await, MayAsk::Refused(again));
    h.world.pass(1);
    assert_eq!(ask(MARKETING).await, MayAsk::Yes);
    take(&h, subject, said(MARKETING, ConsentWord::Given)).await;
    assert_eq!(ask(MARKETING).await, MayAsk::Agreed);
    let all = h
        .vault
        .may_ask(&Caller::operator(), subject, &[], 180)
        .await;
    let all: Vec<_> = all.unwrap().into_iter().map(|one| one.purpose).collect();
    assert_eq!(all, ["roadside-rescue", MARKETING]);
}

async fn a_receipt_proves_itself_and_nothing_altered_does(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let adviser = h.staff("li.na", "service-adviser");
    let look = async || {
        h.read(&adviser, subject, MARKETING, &["customer.name"], &[])
            .await
            .entry
    };
    take(&h, subject, said(MARKETING, ConsentWord::Given)).await;
    look().await;
    let last = look().await;
    let epoch = take(&h, subject, said(MARKETING, ConsentWord::Withdrawn)).await;
    let first = look().await;
    look().await;
    let receipt = async |epoch, form| {
        let operator = Caller::operator();
        h.vault
            .receipt(&operator, subject, epoch, form, Language::Chinese)
            .await
    };
    // Nothing is signed yet that covers it.
    let early = receipt(epoch, ReceiptForm::Kantara).await;
    assert!(matches!(early, Err(ConsentError::NoEvent)));
    h.vault.sign_checkpoint(None).await.unwrap();
    let keys = h.vault.ledger_keys();
    for form in [ReceiptForm::Iso27560, ReceiptForm::Kantara] {
        let made = receipt(epoch, form).await.unwrap().unwrap();
        let text = serde_json::to_vec_pretty(&made.json()).unwrap();
        let checked = Receipt::parse(&text).unwrap().verify(&keys).unwrap();
        assert_eq!(
            (&*checked.purpose, &*checked.state),
            (MARKETING, "withdrawn")
        );
        let index = |look: &Option<EntryProof>| look.as_ref().map(|look| look.index);
        assert_eq!(index(&checked.proof.last_allowed), Some(last));
        assert_eq!(index(&checked.proof.first_denied), Some(first));
        let strangers = Harness::seeded(
            Engine::Sqlite,
            shouxin_register::profile("after-sales")
                .unwrap()
                .register_toml,
            shouxin_register::profile("after-sales").unwrap().policies,
            8,
        )
        .await;
        let others = strangers.vault.ledger_keys();
        let unsigned = Receipt::parse(&text).unwrap().verify(&others);
        assert!(
            matches!(unsigned, Err(ReceiptError::Signature(_))),
            "{unsigned:?}"
        );
        // Whatever is altered, somebody notices.
        let whole = String::from_utf8(text).unwrap();
        for (from, to) in [
            (MARKETING, "recall-notice"),
            ("withdrawn", "given"),
            ("\"index\": ", "\"index\": 1"),
            ("shouxin-receipt/1", "shouxin-receipt/2"),
        ] {
            assert!(whole.contains(from), "{from}");
            let altered = whole.replacen(from, to, 1);
            let checked = Receipt::parse(altered.as_bytes()).and_then(|one| one.verify(&keys));
            assert!(checked.is_err(), "{from} -> {to}");
        }
    }
    let given = receipt(1, ReceiptForm::Iso27560).await.unwrap().unwrap();
    let given = given.verify(&keys).unwrap();
    assert_eq!(given.proof.last_allowed, None);
    let none = receipt(3, ReceiptForm::Iso27560).await;
    assert!(matches!(none, Err(ConsentError::NoEvent)));
}

async fn evidence_opens_for_a_purpose_and_dies_with_its_subject(engine: Engine) {
    let h = Harness::new(engine).await;
    let subject = h.customer("li.na").await.subject;
    let operator = Caller::operator();
    let scan = Personal::new(b"%PDF-1.7 signed by hand".to_vec());
    let pdf = "application/pdf";
    let stored = h
        .vault
        .store_evidence(&operator, subject, pdf, &scan)
        .await
        .unwrap();
    let second = h
        .vault
        .store_evidence(&operator, subject, pdf, &scan)
        .await
        .unwrap();
    assert_eq!(stored.hash, second.hash);
    let wrong = h
        .vault
        .store_evidence(&operator, subject, "text/html", &scan)
        .await;
    assert!(matches!(wrong, Err(EvidenceError::Media(_))));
    let empty = Personal::new(Vec::new());
    let empty = h
        .vault
        .store_evidence(&operator, subject, pdf, &empty)
        .await;
    assert!(matches!(empty, Err(EvidenceError::Size)));
    let (entry, _) = h.vault.entry(stored.entry).await.unwrap();
    let hash = data_encoding::BASE64URL_NOPAD.encode(&stored.hash);
    assert!(entry.extra.contains(&("sha256".to_owned(), hash)));
    // Nothing of it lies in the clear.
    let sql = "SELECT sealed FROM evidence WHERE subject = $1";
    let rows = h.vault.store().query(sql, params![subject]).await.unwrap();
    let plain = |bytes: &[u8]| bytes.windows(6).any(|part| part == b"signed");
    assert!(rows.iter().all(|row| !plain(row.bytes(0).unwrap())));
    let paper = Statement {
        evidence: Some((stored.id, stored.hash)),
        through: Through::Paper,
        ..Statement::new(MARKETING, ConsentWord::Given, ConsentForm::Written)
    };
    take(&h, subject, paper).await;
    let officer = h.strong_staff("wang.min", "protection-officer");
    let adviser = h.strong_staff("li.na", "service-adviser");
    let open = async |caller: &Caller, id, purpose: &str| {
        h.vault
            .open_evidence(caller, subject, id, purpose)
            .await
            .unwrap()
    };
    let Look::Opened(opened) = open(&officer, stored.id, "rights-answer").await else {
        panic!("it opens");
    };
    assert_eq!(opened.content.expose(), scan.expose());
    let (look, _) = h.vault.entry(opened.entry).await.unwrap();
    assert_eq!(look.kind, Kind::Reveal);
    assert!(
        look.extra
            .contains(&("evidence".to_owned(), stored.id.to_string()))
    );
    let refused = open(&adviser, stored.id, "rights-answer").await;
    assert!(matches!(refused, Look::Refused(..)), "{refused:?}");
    // It opens under no other id: what is sealed for one place is refused in another.
    let mut tx = Tx::new();
    let moved = "UPDATE evidence SET sealed = (SELECT sealed FROM evidence WHERE subject = $1 AND id = $2) \
                 WHERE subject = $1 AND id = $3";
    tx.run(moved, params![subject, stored.id, second.id]);
    h.vault.store().commit(tx).await.unwrap();
    let forged = h
        .vault
        .open_evidence(&officer, subject, second.id, "rights-answer")
        .await;
    assert!(forged.is_err());
    let told = async || {
        let examined = h.vault.examine(&operator, |_| {}).await.unwrap();
        let finds = examined
            .findings
            .iter()
            .map(|one| one.text().en.into_owned());
        finds.collect::<Vec<_>>()
    };
    assert!(told().await[0].contains("evidence"), "{:?}", told().await);
    let mut tx = Tx::new();
    tx.run("DELETE FROM evidence WHERE id = $1", params![second.id]);
    h.vault.store().commit(tx).await.unwrap();
    assert_eq!(told().await, Vec::<String>::new());
    h.vault.rotate_keys(&operator, None, None).await.unwrap();
    while h.vault.work().await.unwrap() {}
    let Look::Opened(again) = open(&officer, stored.id, "rights-answer").await else {
        panic!("it opens under the next epoch");
    };
    assert_eq!(again.content.expose(), scan.expose());
    h.vault
        .erase(&officer, subject, "asked-by-subject")
        .await
        .unwrap();
    assert!(matches!(
        open(&officer, stored.id, "rights-answer").await,
        Look::Missing
    ));
    let rows = h.vault.store().query(sql, params![subject]).await.unwrap();
    assert!(rows.is_empty());
}

async fn an_audience_holds_who_agreed_and_counts_the_others(engine: Engine) {
    let h = Harness::new(engine).await;
    let mut people = Vec::new();
    for i in 0..10 {
        people.push(
            h.customer_of(&format!("1380013800{i}"), "li.na")
                .await
                .subject,
        );
    }
    // As an answer lists them.
    people.sort_unstable();
    let given = || said(MARKETING, ConsentWord::Given);
    let sms = Some(ContactChannel::Sms);
    let at = |seconds| Some(h.vault.now().plus_seconds(seconds));
    // 0: agrees to all, 1: to messages alone, twice a month, 2: to all but messages, 3: for a minute,
    // 4: later, 5: without proof, 6: restricted, 7: refused, 8: was never asked,
    // 9: as 2, and restricted.
    take(&h, people[0], given()).await;
    let twice = Statement {
        channel: sms,
        most_per_month: Some(2),
        ..given()
    };
    take(&h, people[1], twice).await;
    let no_messages = || Statement {
        channel: sms,
        ..said(MARKETING, ConsentWord::Refused)
    };
    for person in [people[2], people[9]] {
        take(&h, person, given()).await;
        take(&h, person, no_messages()).await;
    }
    take(
        &h,
        people[3],
        Statement {
            until: at(60),
            ..given()
        },
    )
    .await;
    take(
        &h,
        people[4],
        Statement {
            from: at(3_600),
            ..given()
        },
    )
    .await;
    take(
        &h,
        people[5],
        Statement {
            grade: EvidenceGrade::Unproven,
            ..given()
        },
    )
    .await;
    take(&h, people[6], given()).await;
    for person in [people[6], people[9]] {
        h.vault
            .put_restriction(&Caller::operator(), person, "request")
            .await
            .unwrap();
    }
    take(&h, people[7], said(MARKETING, ConsentWord::Refused)).await;
    let ask_by = async |channel, of: AudienceOf| {
        let request = AudienceRequest {
            purpose: MARKETING.to_owned(),
            part: None,
            channel,
            of,
        };
        h.vault
            .audience(&Caller::operator(), &request)
            .await
            .unwrap()
    };
    let ask = async |of| ask_by(sms, of).await;
    let all = |after, limit| AudienceOf::Everybody { after, limit };
    let named = ask(AudienceOf::Named(people.clone())).await;
    let everybody = ask(all(None, 100)).await;
    let reached = [(people[0], None), (people[1], Some(2)), (people[3], None)];
    let counts = [
        (WhyNot::Missing, 1),
        (WhyNot::Refused, 2),
        (WhyNot::NotYet, 1),
        (WhyNot::Unproven, 1),
        (WhyNot::Restricted, 2),
    ];
    for audience in [&named, &everybody] {
        assert_eq!(audience.subjects, reached);
        assert_eq!(
            audience.others.clone().into_iter().collect::<Vec<_>>(),
            counts
        );
        assert!(!audience.more);
        let (entry, _) = h.vault.entry(audience.entry).await.unwrap();
        assert_eq!(entry.purpose.as_deref(), Some(MARKETING));
        assert!(entry.extra.contains(&("found".to_owned(), "3".to_owned())));
        assert_eq!(entry.subject, None);
    }
    for channel in [None, Some(ContactChannel::Email)] {
        let named = ask_by(channel, AudienceOf::Named(people.clone())).await;
        let everybody = ask_by(channel, all(None, 100)).await;
        assert_eq!(named.subjects, everybody.subjects, "{channel:?}");
        assert_eq!(named.others, everybody.others, "{channel:?}");
        assert_eq!(named.others[&WhyNot::Restricted], 2);
    }
    h.world.pass(60);
    let later = ask(all(None, 1)).await;
    assert_eq!(
        (later.subjects.as_slice(), later.more),
        (&reached[..1], true)
    );
    let rest = ask(all(Some(people[0]), 10)).await;
    assert_eq!(
        (rest.subjects.as_slice(), rest.more),
        (&reached[1..2], false)
    );
    // Whoever was altered is in no audience.
    let mut tx = Tx::new();
    let forged = "UPDATE consent SET state = 'given' WHERE subject = $1";
    tx.run(forged, vec![Value::from(people[7])]);
    h.vault.store().commit(tx).await.unwrap();
    for of in [all(None, 100), AudienceOf::Named(people.clone())] {
        let audience = ask(of).await;
        assert_eq!(audience.subjects, [reached[0], reached[1]]);
        assert_eq!(audience.others[&WhyNot::Altered], 1);
    }
    let request = AudienceRequest {
        purpose: "repair-service".to_owned(),
        part: None,
        channel: None,
        of: AudienceOf::Named(people),
    };
    let other = h.vault.audience(&Caller::operator(), &request).await;
    assert!(matches!(other, Err(AudienceError::OtherBasis)));
}

async fn an_audience_for_a_part_goes_by_the_narrowest_words(engine: Engine) {
    let h = Harness::new(engine).await;
    let mut people = Vec::new();
    for i in 0..7 {
        let mobile = format!("1380013800{i}");
        people.push(h.customer_of(&mobile, "li.na").await.subject);
    }
    people.sort_unstable();
    let word = |word, part: &str, channel| Statement {
        part: (!part.is_empty()).then(|| part.to_owned()),
        channel,
        ..said(MARKETING, word)
    };
    let (yes, no) = (ConsentWord::Given, ConsentWord::Refused);
    let (sms, mobile) = (Some(ContactChannel::Sms), "customer.mobile");
    // 0: all. 1: all but the mobile. 2: the mobile alone. 3: nothing of the collection but the mobile. 4: the mobile,
    // and no messages: neither is narrower. 5: all, and the mobile not by message. 6: said nothing.
    let words = [
        (0, word(yes, "", None)),
        (1, word(yes, "", None)),
        (1, word(no, mobile, None)),
        (2, word(yes, mobile, None)),
        (3, word(no, "customer.*", None)),
        (3, word(yes, mobile, None)),
        (4, word(yes, mobile, None)),
        (4, word(no, "", sms)),
        (5, word(yes, "", None)),
        (5, word(no, mobile, sms)),
    ];
    for (who, one) in words {
        take(&h, people[who], one).await;
    }
    let ask = async |part: Option<&str>, channel, of: &AudienceOf| {
        let request = AudienceRequest {
            purpose: MARKETING.to_owned(),
            part: part.map(str::to_owned),
            channel,
            of: of.clone(),
        };
        h.vault.audience(&Caller::operator(), &request).await
    };
    let everybody = AudienceOf::Everybody {
        after: None,
        limit: 100,
    };
    for of in [AudienceOf::Named(people.clone()), everybody] {
        let found = async |part, channel| {
            let audience = ask(part, channel, &of).await.unwrap();
            let place = |id: &SubjectId| people.iter().position(|one| one == id).unwrap();
            let who: Vec<usize> = audience.subjects.iter().map(|(id, _)| place(id)).collect();
            (who, audience.others.into_iter().collect::<Vec<_>>())
        };
        let but = |missing, refused| vec![(WhyNot::Missing, missing), (WhyNot::Refused, refused)];
        assert_eq!(found(Some(mobile), sms).await, (vec![0, 2, 3], but(1, 3)));
        assert_eq!(
            found(Some(mobile), None).await,
            (vec![0, 2, 3, 4, 5], but(1, 1))
        );
        assert_eq!(
            found(Some("customer.*"), None).await,
            (vec![0, 1, 5], but(3, 1))
        );
        assert_eq!(
            found(None, None).await,
            (vec![0, 1, 5], vec![(WhyNot::Missing, 4)])
        );
    }
    let page = AudienceOf::Everybody {
        after: Some(people[0]),
        limit: 1,
    };
    let next = ask(Some(mobile), sms, &page).await.unwrap();
    assert_eq!((next.subjects[0].0, next.more), (people[2], true));
    let (entry, _) = h.vault.entry(next.entry).await.unwrap();
    assert!(
        entry
            .extra
            .contains(&("part".to_owned(), mobile.to_owned()))
    );
    let stray = ask(Some("work_order.number"), None, &page).await;
    assert!(
        matches!(stray, Err(AudienceError::UnknownPart)),
        "{stray:?}"
    );
}
