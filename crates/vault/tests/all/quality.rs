//! Detection is checked by two people on texts of the deployment; nothing but offsets and kinds is kept.

use shouxin_ledger::Kind;
use shouxin_model::{Caller, FieldRef, QualityCheckId, QualityTextId};
use shouxin_vault::quality::{Look, NewQualityCheck, QualityError, QualityText, Span, Standing};

use crate::support::{Engine, Harness, on_both_engines, record};

on_both_engines! {
    two_people_mark_a_third_settles_and_the_ledger_holds_what_came_of_it
    nobody_marks_twice_or_after_two_others_and_nobody_settles_their_own_alone
    a_look_is_a_read_and_who_may_not_read_sees_nothing
    what_cannot_be_checked_is_refused
    an_erased_person_and_a_changed_text_are_left_out
    no_word_of_a_text_stays_in_the_store
}

const FIELD: &str = "complaint.content";
const PURPOSE: &str = "complaint-handling";

/// So many complaints of as many people, each with a number to be reached at.
async fn complaints(h: &Harness, count: usize) {
    for n in 0..count {
        let (mobile, number) = (format!("138001380{n:02}"), format!("C-{n}"));
        let content = format!("车修了三次还是漏油，请回电{mobile}，多谢");
        h.write(&[
            ("customer", &[("name", "张三"), ("mobile", &mobile)]),
            (
                "complaint",
                &[
                    ("number", &number),
                    ("content", &content),
                    ("state", "received"),
                    ("region", "east"),
                ],
            ),
        ])
        .await;
    }
}

fn new(size: u32) -> NewQualityCheck {
    NewQualityCheck {
        purpose: PURPOSE.to_owned(),
        fields: vec![FIELD.parse().unwrap()],
        size,
    }
}

struct Office {
    h: Harness,
    officer: Caller,
    deputy: Caller,
    reviewer: Caller,
}

async fn office(engine: Engine, count: usize) -> Office {
    let h = Harness::new(engine).await;
    complaints(&h, count).await;
    Office {
        officer: h.strong_staff("zhou.min", "protection-officer"),
        deputy: h.strong_staff("deputy", "protection-officer"),
        reviewer: h.strong_staff("he.jing", "legal-reviewer"),
        h,
    }
}

impl Office {
    async fn begin(&self, size: u32) -> QualityCheckId {
        self.h
            .vault
            .begin_quality_check(&self.officer, &new(size))
            .await
            .unwrap()
            .0
    }

    async fn next(&self, caller: &Caller, check: QualityCheckId) -> Option<QualityText> {
        match self.h.vault.next_quality_text(caller, check).await.unwrap() {
            Look::Text(text) => Some(*text),
            Look::Done => None,
            Look::Refused(because, _) => panic!("{because:?}"),
        }
    }

    /// Marks every text that is left for this person: all numbers, or all but every `but`th.
    async fn mark_all(&self, caller: &Caller, check: QualityCheckId, but: u64) -> Vec<Standing> {
        let mut standings = Vec::new();
        while let Some(text) = self.next(caller, check).await {
            let spans = if text.place % but == 0 {
                Vec::new()
            } else {
                number_in(&text)
            };
            let marked = self
                .h
                .vault
                .mark_quality_text(caller, check, text.id, &spans)
                .await;
            standings.push(marked.unwrap());
        }
        standings
    }
}

/// The number in a text, as a person marks it.
fn number_in(text: &QualityText) -> Vec<Span> {
    let chars: Vec<char> = text.text.expose().chars().collect();
    let start = chars.iter().position(char::is_ascii_digit).unwrap();
    let start = u32::try_from(start).unwrap();
    vec![span(start, start + 11, "PHONE")]
}

fn span(start: u32, end: u32, kind: &str) -> Span {
    let kind = kind.to_owned();
    Span { start, end, kind }
}

async fn two_people_mark_a_third_settles_and_the_ledger_holds_what_came_of_it(engine: Engine) {
    let o = office(engine, 8).await;
    let vault = &o.h.vault;
    let check = o.begin(8).await;
    let first = o.mark_all(&o.officer, check, u64::MAX).await;
    assert_eq!(first, [Standing::Half; 8]);
    let unfinished = vault.close_quality_check(&o.officer, check).await;
    assert!(matches!(unfinished, Err(QualityError::Unfinished)));
    // The other overlooks every fourth.
    let second = o.mark_all(&o.deputy, check, 4).await;
    assert_eq!(
        second
            .iter()
            .filter(|one| **one == Standing::Disputed)
            .count(),
        2
    );
    assert!(o.next(&o.reviewer, check).await.is_none());
    for _ in 0..2 {
        let Look::Text(text) = vault
            .next_quality_dispute(&o.reviewer, check, false)
            .await
            .unwrap()
        else {
            panic!("a dispute is left");
        };
        assert_eq!(text.marks, [Vec::new(), number_in(&text)]);
        let gold = number_in(&text);
        vault
            .settle_quality_text(&o.reviewer, check, text.id, &gold, false)
            .await
            .unwrap();
    }
    let (certificate, entry) = vault.close_quality_check(&o.officer, check).await.unwrap();
    assert_eq!(
        (
            certificate.agreed,
            certificate.settled_by_third,
            certificate.settled_jointly
        ),
        (6, 2, 0)
    );
    assert_eq!((certificate.annotators, certificate.measures.texts), (2, 8));
    assert_eq!(certificate.annotator_roles, ["protection-officer"]);
    let measures = &certificate.measures;
    assert_eq!(measures.personal_chars, 88);
    // The detector finds eleven digits after 回电.
    assert_eq!(measures.left.unwrap().share, 0.0);
    assert!(
        measures.left.unwrap().high > 0.1,
        "eight numbers prove little"
    );
    let kappa = measures.kappa.unwrap();
    assert!(kappa.share > 0.5 && kappa.share < 1.0, "{kappa:?}");

    let stored = vault.quality_check(&o.officer, check).await.unwrap();
    assert_eq!(
        (stored.certificate.is_some(), stored.entry),
        (true, Some(entry))
    );
    let json = stored.certified.unwrap();
    let digest = data_encoding::BASE64URL_NOPAD.encode(&shouxin_vault::sha256(json.as_bytes()));
    let (said, _) = vault.entry(entry).await.unwrap();
    assert_eq!(said.kind, Kind::Quality);
    assert!(
        said.extra.contains(&("certificate".to_owned(), digest)),
        "{:?}",
        said.extra
    );
    let again = vault.close_quality_check(&o.officer, check).await;
    assert!(matches!(again, Err(QualityError::State)));
}

async fn nobody_marks_twice_or_after_two_others_and_nobody_settles_their_own_alone(engine: Engine) {
    let o = office(engine, 4).await;
    let vault = &o.h.vault;
    let check = o.begin(4).await;
    let text = o.next(&o.officer, check).await.unwrap();
    let spans = number_in(&text);
    // Not looked at, not marked.
    let unseen = vault
        .mark_quality_text(&o.deputy, check, text.id, &spans)
        .await;
    assert!(matches!(unseen, Err(QualityError::State)));
    for wrong in [
        vec![span(0, 9_999, "PHONE")],
        vec![span(3, 3, "PHONE")],
        vec![span(0, 3, "NUMBER")],
        vec![span(0, 3, "PHONE"), span(2, 5, "QQ")],
    ] {
        let refused = vault
            .mark_quality_text(&o.officer, check, text.id, &wrong)
            .await;
        assert!(matches!(refused, Err(QualityError::Marks)), "{wrong:?}");
    }
    vault
        .mark_quality_text(&o.officer, check, text.id, &spans)
        .await
        .unwrap();
    let twice = vault
        .mark_quality_text(&o.officer, check, text.id, &spans)
        .await;
    assert!(matches!(twice, Err(QualityError::State)));

    let same = o.next(&o.deputy, check).await.unwrap();
    assert_eq!(same.id, text.id);
    // While two hold it, a third is given another.
    let other = o.next(&o.reviewer, check).await.unwrap();
    assert_ne!(other.id, text.id);
    vault
        .mark_quality_text(&o.deputy, check, text.id, &[])
        .await
        .unwrap();
    let own = vault
        .settle_quality_text(&o.officer, check, text.id, &spans, false)
        .await;
    assert!(matches!(own, Err(QualityError::State)));
    let strange = vault
        .settle_quality_text(&o.reviewer, check, text.id, &spans, true)
        .await;
    assert!(matches!(strange, Err(QualityError::State)));
    vault
        .settle_quality_text(&o.deputy, check, text.id, &spans, true)
        .await
        .unwrap();
    let nowhere = QualityTextId::from_bytes([9; 16]);
    let missing = vault
        .mark_quality_text(&o.officer, check, nowhere, &spans)
        .await;
    assert!(matches!(missing, Err(QualityError::NotFound)));
}

async fn a_look_is_a_read_and_who_may_not_read_sees_nothing(engine: Engine) {
    let o = office(engine, 4).await;
    let check = o.begin(4).await;
    let text = o.next(&o.officer, check).await.unwrap();
    let (entry, _) = o.h.vault.entry(text.entry).await.unwrap();
    assert_eq!((entry.kind, entry.actor), (Kind::Reveal, o.officer.actor()));
    let adviser = o.h.strong_staff("li.na", "service-adviser");
    let look = o.h.vault.next_quality_text(&adviser, check).await.unwrap();
    let Look::Refused(_, entry) = look else {
        panic!("{look:?}");
    };
    let (entry, _) = o.h.vault.entry(entry).await.unwrap();
    assert_eq!(entry.kind, Kind::Refusal);
    let operator =
        o.h.vault
            .next_quality_text(&Caller::operator(), check)
            .await;
    assert!(matches!(operator, Err(QualityError::Role)));
}

async fn what_cannot_be_checked_is_refused(engine: Engine) {
    let o = office(engine, 3).await;
    let vault = &o.h.vault;
    let begin = async |new: NewQualityCheck| vault.begin_quality_check(&o.officer, &new).await;
    assert!(matches!(begin(new(4)).await, Err(QualityError::TooFew(3))));
    assert!(matches!(begin(new(3)).await, Err(QualityError::Size)));
    assert!(matches!(begin(new(401)).await, Err(QualityError::Size)));
    let with = |fields: &[&str]| NewQualityCheck {
        fields: fields
            .iter()
            .map(|field| field.parse::<FieldRef>().unwrap())
            .collect(),
        ..new(4)
    };
    assert!(matches!(begin(with(&[])).await, Err(QualityError::Size)));
    assert!(matches!(
        begin(with(&[FIELD, FIELD])).await,
        Err(QualityError::Size)
    ));
    // No free text, and a free text that the purpose does not have.
    assert!(matches!(
        begin(with(&[FIELD, "customer.mobile"])).await,
        Err(QualityError::Field(1))
    ));
    let mut purpose = new(4);
    purpose.purpose = "nothing".to_owned();
    assert!(matches!(begin(purpose).await, Err(QualityError::Purpose)));
    let refused = vault.begin_quality_check(&o.reviewer, &new(4)).await;
    assert!(matches!(refused, Err(QualityError::Role)));
}

async fn an_erased_person_and_a_changed_text_are_left_out(engine: Engine) {
    let o = office(engine, 6).await;
    let vault = &o.h.vault;
    let check = o.begin(6).await;
    let text = o.next(&o.officer, check).await.unwrap();
    let spans = number_in(&text);
    vault
        .mark_quality_text(&o.officer, check, text.id, &spans)
        .await
        .unwrap();
    let subject = |place: u64| async move {
        let sql = "SELECT subject FROM quality_text WHERE check_id = $1 AND place = $2";
        let place = i64::try_from(place).unwrap();
        let rows = vault
            .store()
            .query(sql, shouxin_store::params![check, place])
            .await
            .unwrap();
        rows[0].id(0, shouxin_model::SubjectId::from_slice).unwrap()
    };
    let (changed, erased) = (subject(text.place).await, subject(text.place % 6 + 1).await);
    o.h.vault
        .erase(&Caller::operator(), erased, "request-of-the-subject")
        .await
        .unwrap();
    let number = format!("C-{}", number_of(&spans, &text));
    let record = record(
        "complaint",
        &[("number", &number), ("content", "换了别的话，没有号码")],
    );
    vault
        .write(&Caller::operator(), Some(changed), vec![record])
        .await
        .unwrap();
    let deputy = o.mark_all(&o.deputy, check, u64::MAX).await;
    assert_eq!(deputy.len(), 4, "one is erased, one has changed");
    let stands = vault.quality_check(&o.deputy, check).await.unwrap();
    assert_eq!((stands.texts, stands.skipped, stands.mine), (5, 1, 4));
}

/// Which of the complaints a text is: the last two digits of its number.
fn number_of(spans: &[Span], text: &QualityText) -> u32 {
    let chars: Vec<char> = text.text.expose().chars().collect();
    let end = spans[0].end as usize;
    let digits: String = chars[end - 2..end].iter().collect();
    digits.parse().unwrap()
}

async fn no_word_of_a_text_stays_in_the_store(engine: Engine) {
    let o = office(engine, 4).await;
    let check = o.begin(4).await;
    o.mark_all(&o.officer, check, u64::MAX).await;
    o.mark_all(&o.deputy, check, 2).await;
    for table in shouxin_store::tables()
        .iter()
        .filter(|table| table.name.starts_with("quality"))
    {
        let rows =
            o.h.vault
                .store()
                .query_all(vec![table.page(None, 1000)])
                .await
                .unwrap();
        assert!(!rows[0].is_empty(), "{}", table.name);
        for value in rows.into_iter().flatten().flat_map(|row| row.into_values()) {
            let shouxin_store::Value::Text(text) = value else {
                continue;
            };
            assert!(
                !text.contains("138001380") && !text.contains("漏油"),
                "{}",
                table.name
            );
        }
    }
}
