//! What scans of other systems found is held against the register, decided about, and learned from.

use shouxin_ledger::Kind;
use shouxin_model::Caller;
use shouxin_vault::discoveries::{
    Class, DiscoveryError, Finding, FindingFilter, FindingState, Reason, Scan, ScannedKind,
    ScannedPlace, ScannedTopic, Severity, SourceKind, Task, Unread, Verdict,
};
use shouxin_vault::{Duty, DutyClocks, DutyKind, DutyScope};

use crate::support::{Engine, Harness, after_sales, on_both_engines};

on_both_engines! {
    a_scan_is_held_against_the_register_and_the_same_one_again_changes_nothing
    a_finding_goes_once_the_register_declares_its_place
    decisions_are_entries_and_what_grew_is_raised_again
    what_was_dismissed_in_three_places_is_a_pattern_that_somebody_else_accepts
    what_is_accepted_until_a_day_is_open_after_it
    what_the_register_declares_and_no_scan_finds_is_told_after_a_season
    a_page_goes_on_where_the_one_before_ended
    names_of_places_do_not_lie_open_in_the_store
    two_scans_at_once_leave_one_state
    what_could_not_be_read_is_not_gone
    what_was_confirmed_is_a_duty_until_the_register_declares_it_or_it_is_dismissed
}

/// A scan of `crm-db`: (path, kind or topic in small letters, cells of 100, rows).
fn scan(h: &Harness, found: &[(&str, &str, u64, u64)]) -> Scan {
    scan_of(h, "crm-db", found)
}

fn scan_of(h: &Harness, source: &str, found: &[(&str, &str, u64, u64)]) -> Scan {
    let mut places: Vec<ScannedPlace> = Vec::new();
    for (path, what, cells, rows) in found {
        let path: Vec<String> = path.split('|').map(str::to_owned).collect();
        if places.iter().all(|place| place.path != path) {
            places.push(ScannedPlace {
                path: path.clone(),
                rows: Some(*rows),
                sampled: 100,
                declared_type: Some("text".to_owned()),
                kinds: Vec::new(),
                topics: Vec::new(),
            });
        }
        let place = places.iter_mut().find(|place| place.path == path).unwrap();
        if what.starts_with(char::is_uppercase) {
            let share = *cells as f64 / 100.0;
            place.kinds.push(ScannedKind {
                kind: (*what).to_owned(),
                cells: *cells,
                low: (share - 0.05).max(0.0),
                high: (share + 0.05).min(1.0),
                confidence: 0.9,
            });
        } else if !what.is_empty() {
            let topic = (*what).to_owned();
            place.topics.push(ScannedTopic {
                topic,
                cells: *cells,
            });
        }
    }
    Scan {
        source: source.to_owned(),
        kind: SourceKind::Postgresql,
        scanned_at: h.vault.now(),
        detector: "rules 1, names 1".to_owned(),
        places,
        unread: Vec::new(),
    }
}

async fn all(h: &Harness) -> Vec<Finding> {
    let filter = FindingFilter::default();
    h.vault.findings(&filter, None, 500).await.unwrap().findings
}

/// Every finding: its place, kind, class, severity, state.
async fn told(h: &Harness) -> Vec<String> {
    let all = all(h).await;
    let line = |finding: &Finding| {
        format!(
            "{} {} {} {} {}",
            finding.path.join("|"),
            finding.what.word(),
            finding.class.map_or("-", Class::word),
            finding.severity.word(),
            finding.state.word()
        )
    };
    let mut lines: Vec<_> = all.iter().map(line).collect();
    lines.sort();
    lines
}

async fn one(h: &Harness, path: &str) -> Finding {
    let mut all = all(h).await;
    all.retain(|finding| finding.path.join("|") == path);
    assert_eq!(all.len(), 1, "{path}");
    all.remove(0)
}

fn declared(place: &str, field: &str) -> String {
    let path: Vec<String> = place.split('|').map(|part| format!("\"{part}\"")).collect();
    format!(
        "\n[[source]]\nname = \"crm-db\"\ntitle = {{ zh = \"客户系统\", en = \"CRM\" }}\nowner = \"Sales\"\n\
         [[source.place]]\npath = [{}]\nfield = \"{field}\"\n",
        path.join(", ")
    )
}

async fn with_register(engine: Engine, more: &str) -> Harness {
    let profile = shouxin_register::profile("after-sales").unwrap();
    let register = format!("{}{more}", profile.register_toml);
    Harness::with(engine, &register, profile.policies).await
}

async fn a_scan_is_held_against_the_register_and_the_same_one_again_changes_nothing(
    engine: Engine,
) {
    let h = with_register(engine, &declared("public|person|phone", "customer.mobile")).await;
    let scan = scan(
        &h,
        &[
            ("public|person|phone", "PHONE", 90, 1000),
            ("public|person|phone", "ID_CARD", 5, 1000),
            ("public|person|note", "PHONE", 40, 1000),
            ("public|person|note", "health", 3, 1000),
            ("public|person|size", "", 0, 1000),
        ],
    );
    let caller = Caller::operator();
    let first = h.vault.take_scan(&caller, &scan).await.unwrap();
    assert_eq!((first.places, first.raised, first.repeated), (3, 3, false));
    let expected = [
        "public|person|note PHONE undeclared medium open",
        "public|person|note health undeclared high open",
        "public|person|phone ID_CARD drift high open",
    ];
    assert_eq!(told(&h).await, expected);
    let (entry, _) = h.vault.entry(first.entry).await.unwrap();
    assert_eq!(entry.kind, Kind::Discovery);
    let said = format!("{:?}", entry.extra);
    assert!(
        said.contains("scan-taken-in") && !said.contains("person"),
        "{said}"
    );

    let head = h.vault.store().ledger_head().await.unwrap().size;
    let again = h.vault.take_scan(&caller, &scan).await.unwrap();
    assert_eq!((again.entry, again.repeated), (first.entry, true));
    assert_eq!(h.vault.store().ledger_head().await.unwrap().size, head);

    let mut older = scan.clone();
    older.scanned_at = older.scanned_at.plus_seconds(-60);
    let refused = h.vault.take_scan(&caller, &older).await;
    assert!(matches!(refused, Err(DiscoveryError::Older)));

    let heat = h.vault.scanned_source("crm-db").await.unwrap();
    assert_eq!((heat.source.places, heat.source.holding), (3, 2));
    assert_eq!(heat.source.owner.as_deref(), Some("Sales"));
    let cells: usize = heat.places.iter().map(|place| place.cells.len()).sum();
    assert_eq!(cells, 4, "what is declared is shown as well");
    for adviser in ["service-adviser", "auditor", "legal-reviewer"] {
        let caller = h.staff("somebody", adviser);
        let refused = h.vault.take_scan(&caller, &scan).await;
        assert!(matches!(refused, Err(DiscoveryError::Role)), "{adviser}");
    }
}

async fn a_finding_goes_once_the_register_declares_its_place(engine: Engine) {
    let h = Harness::new(engine).await;
    let found = [("public|people|tel", "PHONE", 80, 1000)];
    h.vault
        .take_scan(&Caller::operator(), &scan(&h, &found))
        .await
        .unwrap();
    assert_eq!(
        told(&h).await,
        ["public|people|tel PHONE undeclared medium open"]
    );
    let finding = one(&h, "public|people|tel").await;
    let (officer, task) = (h.staff("officer", "protection-officer"), Task::Declare);
    h.vault
        .decide_finding(&officer, finding.id, Verdict::Confirm { task })
        .await
        .unwrap();
    assert_eq!(
        one(&h, "public|people|tel").await.state,
        FindingState::Confirmed
    );

    let profile = shouxin_register::profile("after-sales").unwrap();
    let register = format!(
        "{}{}",
        profile.register_toml,
        declared("public|people|tel", "customer.mobile")
    );
    crate::support::apply(&h.vault, Some(&register), None)
        .await
        .unwrap();
    let resolved = one(&h, "public|people|tel").await;
    assert_eq!(
        (resolved.state, resolved.class),
        (FindingState::Resolved, None)
    );
    assert_eq!(resolved.matched.owner.as_deref(), Some("Sales"));
}

async fn decisions_are_entries_and_what_grew_is_raised_again(engine: Engine) {
    let h = Harness::new(engine).await;
    let officer = h.staff("officer", "protection-officer");
    let dismiss = Verdict::Dismiss {
        reason: Reason::NotPersonal,
        until: None,
    };
    let at = "public|orders|code";
    let send = async |cells: u64, rows: u64| {
        h.world.pass(3600);
        let scan = scan(&h, &[(at, "QQ", cells, rows)]);
        h.vault.take_scan(&Caller::operator(), &scan).await.unwrap()
    };
    send(40, 1000).await;
    let id = one(&h, at).await.id;
    let entry = h
        .vault
        .decide_finding(&officer, id, dismiss.clone())
        .await
        .unwrap();
    let (said, _) = h.vault.entry(entry).await.unwrap();
    assert_eq!(said.actor, officer.actor());
    let twice = h.vault.decide_finding(&officer, id, dismiss.clone()).await;
    assert!(matches!(twice, Err(DiscoveryError::State("dismissed"))));

    // As much again, and a little more, stays dismissed.
    assert_eq!(send(45, 1100).await.raised_again, 0);
    assert_eq!(one(&h, at).await.state, FindingState::Dismissed);
    // Twice the rows is material.
    assert_eq!(send(45, 2400).await.raised_again, 1);
    let open = one(&h, at).await;
    assert_eq!((open.state, open.id), (FindingState::Open, id));

    h.vault.decide_finding(&officer, id, dismiss).await.unwrap();
    h.vault.reopen_finding(&officer, id).await.unwrap();
    let nothing = h.vault.reopen_finding(&officer, id).await;
    assert!(matches!(nothing, Err(DiscoveryError::State("open"))));
    let (_, acts) = h.vault.finding(id).await.unwrap();
    let did: Vec<_> = acts.iter().map(|act| act.did.as_str()).collect();
    assert_eq!(
        did,
        [
            "raised",
            "dismissed",
            "raised-again",
            "dismissed",
            "reopened"
        ]
    );
    for act in &acts {
        let (entry, _) = h.vault.entry(act.entry).await.unwrap();
        assert_eq!(
            (entry.kind, entry.actor),
            (Kind::Discovery, act.actor.clone())
        );
    }
    let auditor = h.staff("auditor", "auditor");
    let refused = h.vault.reopen_finding(&auditor, id).await;
    assert!(matches!(refused, Err(DiscoveryError::Role)));
    // What is gone is resolved, and back again when it is.
    h.world.pass(60);
    let gone = scan(&h, &[("public|orders|other", "", 0, 10)]);
    assert_eq!(
        h.vault
            .take_scan(&Caller::operator(), &gone)
            .await
            .unwrap()
            .gone,
        1
    );
    assert_eq!(told(&h).await, Vec::<String>::new());
    send(45, 2400).await;
    assert_eq!(one(&h, at).await.state, FindingState::Open);
}

async fn what_was_dismissed_in_three_places_is_a_pattern_that_somebody_else_accepts(
    engine: Engine,
) {
    let h = Harness::new(engine).await;
    let places: Vec<String> = (0..6).map(|n| format!("public|t{n}|Batch_No")).collect();
    let found: Vec<_> = places
        .iter()
        .map(|path| (path.as_str(), "WAYBILL", 30, 500))
        .collect();
    let operator = Caller::operator();
    h.vault
        .take_scan(&operator, &scan(&h, &found))
        .await
        .unwrap();
    let officer = h.staff("officer", "protection-officer");
    let reviewer = h.staff("reviewer", "legal-reviewer");
    let dismiss = async |path: &str| {
        let id = one(&h, path).await.id;
        let (reason, until) = (Reason::TestData, None);
        let verdict = Verdict::Dismiss { reason, until };
        h.vault.decide_finding(&officer, id, verdict).await.unwrap();
    };
    dismiss(&places[0]).await;
    dismiss(&places[1]).await;
    assert!(h.vault.patterns().await.unwrap().0.is_empty());
    dismiss(&places[2]).await;
    let (proposed, _) = h.vault.patterns().await.unwrap();
    assert_eq!(
        (
            proposed[0].column.as_str(),
            proposed[0].places,
            proposed[0].closes
        ),
        ("batch_no", 3, 3)
    );
    let own = h
        .vault
        .accept_pattern(&officer, "batch_no", "WAYBILL")
        .await;
    assert!(matches!(own, Err(DiscoveryError::OwnPattern)));
    let other = h.vault.accept_pattern(&reviewer, "batch_no", "PHONE").await;
    assert!(matches!(other, Err(DiscoveryError::NotFound)));
    let accepted = h
        .vault
        .accept_pattern(&reviewer, "batch_no", "WAYBILL")
        .await;
    let (id, entry) = accepted.unwrap();
    let (entry, _) = h.vault.entry(entry).await.unwrap();
    assert!(!format!("{:?}", entry.extra).contains("batch"));
    let suppressed = one(&h, &places[4]).await;
    assert_eq!(
        (suppressed.state, suppressed.suppression),
        (FindingState::Suppressed, Some(id))
    );
    let (proposed, held) = h.vault.patterns().await.unwrap();
    assert_eq!((proposed.len(), held[0].holds), (0, 3));
    // A new place of the pattern is not raised either.
    h.world.pass(60);
    let more = scan_of(&h, "erp", &[("x|BATCH_NO", "WAYBILL", 9, 100)]);
    h.vault.take_scan(&operator, &more).await.unwrap();
    assert_eq!(one(&h, "x|BATCH_NO").await.state, FindingState::Suppressed);

    h.vault.end_suppression(&officer, id).await.unwrap();
    assert_eq!(one(&h, &places[4]).await.state, FindingState::Open);
    let gone = h.vault.end_suppression(&officer, id).await;
    assert!(matches!(gone, Err(DiscoveryError::NotFound)));
    // It may be accepted again.
    h.vault
        .accept_pattern(&reviewer, "batch_no", "WAYBILL")
        .await
        .unwrap();
}

async fn what_is_accepted_until_a_day_is_open_after_it(engine: Engine) {
    let h = Harness::new(engine).await;
    h.vault
        .take_scan(&Caller::operator(), &scan(&h, &[("a|b", "EMAIL", 20, 100)]))
        .await
        .unwrap();
    let officer = h.staff("officer", "protection-officer");
    let id = one(&h, "a|b").await.id;
    let now = h.vault.now();
    let accept = |days: Option<i64>| Verdict::Dismiss {
        reason: Reason::Accepted,
        until: days.map(|days| now.plus_seconds(days * 86_400)),
    };
    for wrong in [None, Some(0), Some(-1), Some(400)] {
        let refused = h.vault.decide_finding(&officer, id, accept(wrong)).await;
        assert!(
            matches!(refused, Err(DiscoveryError::Invalid { .. })),
            "{wrong:?}"
        );
    }
    h.vault
        .decide_finding(&officer, id, accept(Some(30)))
        .await
        .unwrap();
    assert_eq!(one(&h, "a|b").await.state, FindingState::Dismissed);
    h.world.pass(31 * 86_400);
    assert_eq!(one(&h, "a|b").await.state, FindingState::Open);
}

async fn what_the_register_declares_and_no_scan_finds_is_told_after_a_season(engine: Engine) {
    let h = with_register(engine, &declared("public|person|phone", "customer.mobile")).await;
    let empty = |h: &Harness| scan(h, &[("public|person|phone", "", 0, 10)]);
    let operator = Caller::operator();
    h.vault.take_scan(&operator, &empty(&h)).await.unwrap();
    assert_eq!(told(&h).await, Vec::<String>::new());
    h.world.pass(91 * 86_400);
    h.vault.take_scan(&operator, &empty(&h)).await.unwrap();
    assert_eq!(
        told(&h).await,
        ["public|person|phone absent not-found info open"]
    );
    h.world.pass(60);
    let there = scan(&h, &[("public|person|phone", "PHONE", 9, 10)]);
    h.vault.take_scan(&operator, &there).await.unwrap();
    assert_eq!(told(&h).await, Vec::<String>::new());
    // It counts anew from when it is gone again.
    h.world.pass(60);
    h.vault.take_scan(&operator, &empty(&h)).await.unwrap();
    assert_eq!(told(&h).await, Vec::<String>::new());
}

async fn a_page_goes_on_where_the_one_before_ended(engine: Engine) {
    let h = Harness::new(engine).await;
    let places: Vec<String> = (0..11).map(|n| format!("t{n}|c")).collect();
    let kinds = ["ID_CARD", "EMAIL", "IP"];
    let found: Vec<_> = places
        .iter()
        .enumerate()
        .map(|(n, path)| (path.as_str(), kinds[n % 3], 30, 500))
        .collect();
    h.vault
        .take_scan(&Caller::operator(), &scan(&h, &found))
        .await
        .unwrap();
    let filter = FindingFilter::default();
    let (mut after, mut met) = (None, Vec::new());
    loop {
        let page = h.vault.findings(&filter, after, 4).await.unwrap();
        assert_eq!(page.total, 11);
        after = page.findings.last().map(Finding::place);
        met.extend(
            page.findings
                .iter()
                .map(|finding| (finding.id, finding.severity)),
        );
        if !page.more {
            break;
        }
    }
    assert_eq!(met.len(), 11);
    assert!(
        met.windows(2)
            .all(|pair| pair[0].1 >= pair[1].1 && pair[0].0 != pair[1].0)
    );
    let filter = FindingFilter {
        severity: Some(Severity::High),
        ..filter
    };
    let page = h.vault.findings(&filter, None, 50).await.unwrap();
    assert_eq!(page.total, 4);
    let count = |name: &str, value: &str| {
        let facet = page
            .facets
            .iter()
            .find(|one| one.name == name && one.value == value);
        facet.map_or(0, |facet| facet.count)
    };
    // A filter does not narrow its own facet.
    assert_eq!(
        (
            count("severity", "medium"),
            count("what", "ID_CARD"),
            count("what", "IP")
        ),
        (4, 4, 0)
    );
}

async fn names_of_places_do_not_lie_open_in_the_store(engine: Engine) {
    let h = Harness::new(engine).await;
    let found = [("complaints/wang-xiaoming.csv|remark", "PHONE", 30, 500)];
    let mut scan = scan(&h, &found);
    scan.kind = SourceKind::Files;
    scan.unread = vec![unread("complaints/wang-xiaoming.docx", "encrypted")];
    h.vault.take_scan(&Caller::operator(), &scan).await.unwrap();
    for table in shouxin_store::tables() {
        let rows = h
            .vault
            .store()
            .query_all(vec![table.page(None, 1000)])
            .await
            .unwrap();
        for row in rows.into_iter().flatten() {
            for value in row.into_values() {
                let text = match &value {
                    shouxin_store::Value::Text(text) => text.as_bytes(),
                    shouxin_store::Value::Bytes(bytes) => bytes,
                    _ => continue,
                };
                let planted = b"wang-xiaoming";
                let open = text.windows(planted.len()).any(|part| part == planted);
                assert!(!open, "{}", table.name);
            }
        }
    }
}

async fn two_scans_at_once_leave_one_state(engine: Engine) {
    let h = Harness::new(engine).await;
    let scans: Vec<Scan> = (0..4)
        .map(|n| {
            let path = format!("t|c{n}");
            let mut one = scan(
                &h,
                &[(path.as_str(), "EMAIL", 30, 500), ("t|all", "EMAIL", 3, 50)],
            );
            one.scanned_at = one.scanned_at.plus_seconds(n);
            one
        })
        .collect();
    let tasks: Vec<_> = scans
        .into_iter()
        .map(|scan| {
            let vault = h.vault.clone();
            tokio::spawn(async move { vault.take_scan(&Caller::operator(), &scan).await })
        })
        .collect();
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) | Err(DiscoveryError::Older | DiscoveryError::Vault(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    // Whichever came last: its places and no others are there, each once.
    let heat = h.vault.scanned_source("crm-db").await.unwrap();
    assert_eq!(heat.places.len(), 2);
    let open = all(&h)
        .await
        .into_iter()
        .filter(|one| one.state == FindingState::Open);
    assert_eq!(open.count(), 2);
}

async fn what_could_not_be_read_is_not_gone(engine: Engine) {
    let register = format!(
        "{}[[source.place]]\npath = [\"public\", \"car\", \"vin\"]\nfield = \"vehicle.vin\"\n",
        declared("public|person|phone", "customer.mobile")
    );
    let h = with_register(engine, &register).await;
    let found = [
        ("public|copy|tel", "PHONE", 40, 1000),
        ("public|old|tel", "PHONE", 40, 1000),
        ("public|person|phone", "PHONE", 90, 1000),
        ("public|car|vin", "VIN", 90, 1000),
    ];
    let officer = h.staff("zhou.min", "protection-officer");
    h.vault
        .take_scan(&officer, &scan(&h, &found))
        .await
        .unwrap();
    h.world.pass(60);
    // One table is gone, two could not be read.
    let mut next = scan(&h, &[("public|person|phone", "PHONE", 90, 1000)]);
    next.unread = vec![
        unread("public|copy", "database"),
        unread("public|car", "database"),
    ];
    let taken = h.vault.take_scan(&officer, &next).await.unwrap();
    assert_eq!((taken.gone, taken.unread), (1, 2));
    let open = |told: &[String]| -> Vec<String> {
        let open = told.iter().filter(|line| line.ends_with("open"));
        open.cloned().collect()
    };
    let now = told(&h).await;
    assert_eq!(open(&now), ["public|copy|tel PHONE undeclared medium open"]);
    // Nobody says of the car's number that it is not where the register declares it.
    h.world.pass(100 * 86_400);
    let mut later = scan(&h, &[("public|person|phone", "PHONE", 90, 1000)]);
    later.unread = next.unread.clone();
    h.vault.take_scan(&officer, &later).await.unwrap();
    assert_eq!(open(&told(&h).await), open(&now));
    let sources = h.vault.scanned_sources().await.unwrap();
    assert_eq!(sources[0].unread, later.unread);
    // Read again, and not there: now it is gone.
    h.world.pass(60);
    let last = scan(&h, &[("public|person|phone", "PHONE", 90, 1000)]);
    assert_eq!(h.vault.take_scan(&officer, &last).await.unwrap().gone, 1);
    assert!(open(&told(&h).await).is_empty());
    assert_eq!(h.vault.scanned_sources().await.unwrap()[0].unread, []);

    for (place, why) in [("public|", "damaged"), ("public", "not a word")] {
        let mut wrong = last.clone();
        wrong.unread = vec![unread(place, why)];
        let refused = h.vault.take_scan(&officer, &wrong).await;
        assert!(
            matches!(refused, Err(DiscoveryError::Invalid { .. })),
            "{place} {why}"
        );
    }
}

fn unread(path: &str, why: &str) -> Unread {
    Unread {
        path: path.split('|').map(str::to_owned).collect(),
        why: why.to_owned(),
    }
}

async fn what_was_confirmed_is_a_duty_until_the_register_declares_it_or_it_is_dismissed(
    engine: Engine,
) {
    let h = with_register(engine, "").await;
    let officer = h.staff("zhou.min", "protection-officer");
    let found = [
        ("public|copy|tel", "PHONE", 40, 1000),
        ("public|张三|mail", "EMAIL", 40, 1000),
    ];
    h.vault
        .take_scan(&officer, &scan(&h, &found))
        .await
        .unwrap();
    let scope = DutyScope {
        declared: true,
        ..DutyScope::default()
    };
    let duties = async |caller: &Caller, scope| -> Vec<Duty> {
        let clocks = DutyClocks::default();
        let mut all = h.vault.duties(caller, scope, clocks).await.unwrap();
        all.retain(|duty| duty.kind == DutyKind::FindingConfirmed);
        all
    };
    assert_eq!(duties(&officer, scope).await, []);
    let confirm = Verdict::Confirm {
        task: Task::Declare,
    };
    for path in ["public|copy|tel", "public|张三|mail"] {
        let id = one(&h, path).await.id;
        let done = h.vault.decide_finding(&officer, id, confirm.clone()).await;
        done.unwrap();
    }
    let now = h.vault.now();
    let told = duties(&officer, scope).await;
    assert_eq!(told.len(), 2);
    assert!(!format!("{told:?}").contains("张三"));
    let phone = one(&h, "public|copy|tel").await.id.to_string();
    let duty = told.iter().find(|duty| duty.about == Some(phone.clone()));
    let duty = duty.unwrap();
    assert_eq!(duty.what.as_deref(), Some("crm-db"));
    assert_eq!(duty.ends_at, now.plus_seconds(30 * 86_400));
    assert!(duties(&officer, DutyScope::default()).await.is_empty());

    let id = one(&h, "public|张三|mail").await.id;
    let dismiss = Verdict::Dismiss {
        reason: Reason::TestData,
        until: None,
    };
    h.vault.decide_finding(&officer, id, dismiss).await.unwrap();
    assert_eq!(duties(&officer, scope).await.len(), 1);

    let profile = shouxin_register::profile("after-sales").unwrap();
    let declares = format!(
        "{}{}",
        profile.register_toml,
        declared("public|copy|tel", "customer.mobile")
    );
    crate::support::apply(&h.vault, Some(&declares), None)
        .await
        .unwrap();
    assert_eq!(duties(&officer, scope).await, []);
}

#[test]
fn the_register_refuses_places_that_hold_nothing_declared() {
    let text = after_sales("regimes = ", "regimes = ") + &declared("a|b", "customer.moblie");
    let findings = shouxin_register::parse("register.toml", &text).unwrap_err();
    assert_eq!(findings[0].code, "unknown-field");
}
