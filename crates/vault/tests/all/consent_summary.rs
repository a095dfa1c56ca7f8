//! Who agreed to what, in numbers: counted from the ledger, held against what counts, too coarse to point at anyone.

use shouxin_model::{
    Caller, ConsentForm, ConsentTurn, ConsentWord, EvidenceGrade, SubjectId, Through,
};
use shouxin_vault::Statement;
use shouxin_vault::Vault;
use shouxin_vault::sums::{ConsentSummary, PurposeSummary, Said, Step};

use crate::support::{Engine, Harness, on_both_engines};

on_both_engines! {
    the_end_of_the_last_period_is_what_counts_now
    groups_under_ten_are_not_told_and_nothing_is_finer_than_ten
    a_part_of_the_ledger_that_is_still_to_be_counted_is_told
}

const MARKETING: &str = "marketing-contact";

async fn people(h: &Harness, count: u64) -> Vec<SubjectId> {
    let mut people = Vec::new();
    for at in 0..count {
        let mobile = format!("138{:08}", 138_000 + at);
        people.push(h.customer_of(&mobile, "li.na").await.subject);
    }
    people
}

async fn say(
    h: &Harness,
    people: &[SubjectId],
    word: ConsentWord,
    change: impl Fn(&mut Statement),
) {
    for subject in people {
        let mut said = Statement::new(MARKETING, word, ConsentForm::General);
        // Nothing was shown: taken over from before.
        said.grade = EvidenceGrade::Partial;
        change(&mut said);
        h.vault
            .take_down(&Caller::operator(), *subject, &[said])
            .await
            .unwrap();
    }
}

async fn summary(vault: &Vault, days: i64) -> ConsentSummary {
    let to = vault.now();
    let from = to.plus_seconds(-86_400 * (days - 1));
    let found = vault.consent_summary(from, to, Step::Day).await.unwrap();
    found.unwrap()
}

fn marketing(summary: &ConsentSummary) -> &PurposeSummary {
    let mut purposes = summary.purposes.iter();
    purposes.find(|one| one.purpose == MARKETING).unwrap()
}

fn line(said: &Said) -> String {
    let of = |turn: &ConsentTurn| said.of(*turn).map_or("<10".to_owned(), |n| n.to_string());
    ConsentTurn::ALL
        .iter()
        .map(of)
        .collect::<Vec<_>>()
        .join(" ")
}

async fn the_end_of_the_last_period_is_what_counts_now(engine: Engine) {
    let h = Harness::new(engine).await;
    let all = people(&h, 72).await;
    say(&h, &all[..40], ConsentWord::Given, |said| {
        said.through = Through::Counter
    })
    .await;
    say(&h, &all[40..60], ConsentWord::Refused, |_| ()).await;
    h.world.pass(86_400);
    say(&h, &all[..10], ConsentWord::Withdrawn, |said| {
        said.through = Through::Web
    })
    .await;
    // About one way of being reached: said, but no word about the whole.
    say(&h, &all[60..71], ConsentWord::Given, |said| {
        said.channel = Some(shouxin_model::ContactChannel::Sms);
    })
    .await;
    // Their time is over before anybody looks.
    let soon = h.vault.now().plus_seconds(3_600);
    say(&h, &all[10..20], ConsentWord::Given, |said| {
        said.until = Some(soon)
    })
    .await;
    h.world.pass(86_400);
    // Told of by the pass beside requests.
    assert_eq!(h.vault.end_expired_consents().await.unwrap(), 10);
    h.vault
        .erase(&Caller::operator(), all[59], "asked-by-subject")
        .await
        .unwrap();

    let found = summary(&h.vault, 3).await;
    assert_eq!(
        (found.behind, found.standing_known, found.subjects),
        (0, true, Some(70))
    );
    let one = marketing(&found);
    let periods: Vec<String> = one
        .periods
        .iter()
        .map(|period| format!("{} | {}", line(&period.said), line(&period.stands)))
        .collect();
    assert_eq!(
        periods,
        [
            "40 20 0 0 0 | 40 20 0 0 0",
            "20 0 10 0 0 | 30 20 10 0 0",
            "0 0 0 10 0 | 20 10 10 10 0"
        ]
    );
    assert_eq!(one.periods.last().unwrap().stands, one.now.stands);
    assert_eq!((one.now.missing, one.now.unproven), (Some(10), Some(20)));
    let ways: Vec<String> = one
        .ways
        .iter()
        .map(|(way, said, _)| format!("{} {}", way.word(), line(said)))
        .collect();
    assert_eq!(
        ways,
        [
            "web 0 0 10 0 0",
            "counter 40 0 0 0 0",
            "api 20 20 0 0 0",
            "system 0 0 0 10 0"
        ]
    );
    assert_eq!(
        one.grades,
        [(EvidenceGrade::Partial, Some(60), one.grades[0].2)]
    );
    let (entry, _) = h.vault.entry(one.grades[0].2).await.unwrap();
    assert_eq!(entry.purpose.as_deref(), Some(MARKETING));

    // Whoever counts anew counts the same.
    let h = h.reopen().await;
    let again = summary(&h.vault, 3).await;
    assert_eq!(
        format!("{:?}", again.purposes),
        format!("{:?}", found.purposes)
    );
}

async fn groups_under_ten_are_not_told_and_nothing_is_finer_than_ten(engine: Engine) {
    let h = Harness::new(engine).await;
    let all = people(&h, 21).await;
    say(&h, &all[..9], ConsentWord::Given, |_| ()).await;
    let nine = summary(&h.vault, 1).await;
    let one = marketing(&nine);
    assert_eq!(line(&one.now.stands), "<10 0 0 0 0");
    assert_eq!(line(&one.periods[0].said), "<10 0 0 0 0");
    // Twelve others said nothing; twenty less than twenty of twenty-one do not give the nine away.
    assert_eq!((one.now.missing, nine.subjects), (Some(10), Some(20)));

    // One more word is not seen within the minute; then nine have become ten, and no number says more than that.
    say(&h, &all[9..10], ConsentWord::Given, |_| ()).await;
    let same = summary(&h.vault, 1).await;
    assert_eq!(line(&marketing(&same).now.stands), "<10 0 0 0 0");
    h.world.pass(60);
    let ten = summary(&h.vault, 1).await;
    assert_eq!(line(&marketing(&ten).now.stands), "10 0 0 0 0");
    say(&h, &all[10..19], ConsentWord::Given, |_| ()).await;
    h.world.pass(60);
    let nineteen = summary(&h.vault, 1).await;
    assert_eq!(line(&marketing(&nineteen).now.stands), "10 0 0 0 0");
    assert_eq!(line(&marketing(&nineteen).periods[0].stands), "10 0 0 0 0");
}

async fn a_part_of_the_ledger_that_is_still_to_be_counted_is_told(engine: Engine) {
    let h = Harness::new(engine).await;
    let all = people(&h, 12).await;
    say(&h, &all, ConsentWord::Given, |_| ()).await;
    let size = h.vault.store().ledger_head().await.unwrap().size;
    assert_eq!(h.vault.follow_consents(5).await.unwrap(), size - 5);
    let found = summary(&h.vault, 1).await;
    assert_eq!((found.counted_to, found.behind), (size, 0));
    assert_eq!(line(&marketing(&found).periods[0].stands), "10 0 0 0 0");
}
