//! What customers said, over HTTP: taken down, looked back at, proved, and whom it lets one reach.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use serde_json::{Value, json};
use shouxin_vault::said::shouxin_ledger::Receipt;

use crate::support::{Harness, Person, request};

const MARKETING: &str = "marketing-contact";

async fn officer(h: &Harness) -> Person {
    let officer = h.staff("wang.min", &["protection-officer"]).await;
    h.step_up(&officer).await;
    officer
}

#[tokio::test]
async fn several_words_are_taken_down_at_once_and_once() {
    let h = Harness::new().await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let officer = officer(&h).await;
    let path = format!("/api/v1/subjects/{subject}/consents");
    let said = json!({"consents": [
        {"purpose": MARKETING, "state": "given", "form": "general", "through": "call-centre",
            "place": "recording-2026-11-21/0042", "most_per_month": 2},
        {"purpose": MARKETING, "state": "refused", "form": "general", "channel": "phone"},
    ]});
    let post = async |key: &str| {
        let request = request(&officer, "POST", &path)
            .header("idempotency-key", key)
            .header("content-type", "application/json");
        h.send(request.body(Body::from(said.to_string())).unwrap())
            .await
    };
    let first = post("one").await.expect(201);
    assert_eq!(first["taken"][1]["epoch"], 2);
    assert_eq!(post("one").await.expect(201), first);
    let shown = h.get(&officer, &path).await.expect(200);
    let purposes = shown["purposes"].as_array().unwrap();
    let of = |name: &str| purposes.iter().find(|one| one["purpose"] == name).unwrap();
    let words = of(MARKETING)["words"].as_array().unwrap();
    let counts: Vec<_> = words
        .iter()
        .map(|word| (word["event"]["state"].clone(), word["counts"].clone()))
        .collect();
    assert_eq!(
        counts,
        [
            (json!("given"), json!(true)),
            (json!("refused"), json!(false))
        ]
    );
    assert_eq!(words[0]["event"]["most_per_month"], 2);
    assert_eq!(of("repair-service")["needs_consent"], false);
    assert_eq!(of("repair-service")["basis"]["pipl"], "contract");
    let events = h.get(&officer, &format!("{path}/events")).await.expect(200);
    assert_eq!(events["events"].as_array().unwrap().len(), 2);
    assert_eq!(events["events"][0]["by"], "staff");
    let entry = &events["events"][0]["entry"];
    let entry = h
        .get(&officer, &format!("/api/v1/ledger/entries/{entry}"))
        .await;
    assert!(
        entry
            .expect(200)
            .to_string()
            .contains(events["events"][0]["digest"].as_str().unwrap())
    );
    // All of it or nothing.
    let half = json!({"consents": [
        {"purpose": MARKETING, "state": "withdrawn", "form": "general"},
        {"purpose": "gossip", "state": "given", "form": "general"},
    ]});
    h.post(&officer, &path, half)
        .await
        .refused("unknown-purpose");
    let after = h.get(&officer, &format!("{path}/events")).await.expect(200);
    assert_eq!(after["events"].as_array().unwrap().len(), 2);
    let past = format!("{path}?as_of=2020-01-01T00:00:00Z");
    let past = h.get(&officer, &past).await.expect(200);
    assert!(
        past["purposes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["words"] == json!([]))
    );
    let future = format!("{path}?as_of=2999-01-01T00:00:00Z");
    h.get(&officer, &future)
        .await
        .problem(400, "invalid-parameter");
    let nobody = "/api/v1/subjects/sub_06fs8k0000000000000000000g/consents";
    h.get(&officer, nobody).await.refused("subject-not-found");
}

#[tokio::test]
async fn what_makes_no_sense_says_where_in_both_languages() {
    let h = Harness::new().await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let officer = officer(&h).await;
    let path = format!("/api/v1/subjects/{subject}/consents/{MARKETING}");
    let given = |more: Value| {
        let mut body = json!({"state": "given", "form": "general"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    for (at, more) in [
        (
            "collected_at",
            json!({"collected_at": "2999-01-01T00:00:00Z"}),
        ),
        ("expires_at", json!({"expires_at": "2001-01-01T00:00:00Z"})),
        ("form", json!({"form": "once"})),
        ("form", json!({"form": "guardian"})),
        ("through", json!({"through": "system"})),
        ("place", json!({"place": "Zhang San called us"})),
        ("most_per_month", json!({"most_per_month": 0})),
        (
            "evidence",
            json!({"evidence": "evd_06fs8k0000000000000000000g"}),
        ),
        (
            "notice",
            json!({"notice": {"name": "m", "version": 1, "language": "fr", "hash": "00"}}),
        ),
    ] {
        let body = given(more);
        for (language, han) in [("zh-CN", true), ("en", false)] {
            let request =
                request(&officer, "PUT", &path).header("content-type", "application/json");
            let mut request = request.body(Body::from(body.to_string())).unwrap();
            let language = HeaderValue::from_static(language);
            request
                .headers_mut()
                .insert(header::ACCEPT_LANGUAGE, language);
            let answer = h.send(request).await;
            let problem = answer.problem(422, "invalid-value");
            assert_eq!(problem["places"][0]["at"], at, "{problem}");
            let message = problem["places"][0]["message"].as_str().unwrap();
            let is_han = message
                .chars()
                .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert_eq!(is_han, han, "{message}");
        }
    }
    let part = given(json!({"part": "customer.resident_id"}));
    h.call(&officer, "PUT", &path, Some(part))
        .await
        .refused("unknown-field-name");
    let fine = given(json!({}));
    let done = h.call(&officer, "PUT", &path, Some(fine)).await.expect(200);
    assert_eq!(done["next"], "reads-open");
    let no = json!({"state": "withdrawn", "form": "general"});
    let done = h
        .call(&officer, "PUT", &path, Some(no.clone()))
        .await
        .expect(200);
    assert_eq!(done["next"], "reads-stop");
    let contract = format!("/api/v1/subjects/{subject}/consents/repair-service");
    let done = h
        .call(&officer, "PUT", &contract, Some(no))
        .await
        .expect(200);
    assert_eq!(done["next"], "nothing-changes");
}

#[tokio::test]
async fn a_service_says_and_hears_what_its_key_names() {
    let h = Harness::new().await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let officer = officer(&h).await;
    let shop = h.key(&[], &[MARKETING], &["customer.*"]).await;
    let at = |purpose: &str| format!("/api/v1/subjects/{subject}/consents/{purpose}");
    let given = json!({"state": "given", "form": "separate", "through": "web"});
    h.call(&shop, "PUT", &at(MARKETING), Some(given.clone()))
        .await
        .expect(200);
    h.call(&shop, "PUT", &at("roadside-rescue"), Some(given.clone()))
        .await
        .refused("operation-not-permitted");
    h.call(&officer, "PUT", &at("roadside-rescue"), Some(given))
        .await
        .expect(200);
    let path = format!("/api/v1/subjects/{subject}/consents");
    for listed in [path.clone(), format!("{path}/events")] {
        let shown = h.get(&shop, &listed).await.expect(200).to_string();
        assert!(
            shown.contains(MARKETING) && !shown.contains("roadside-rescue"),
            "{shown}"
        );
    }
    let asked = h.get(&shop, &format!("{path}/questions")).await.expect(200);
    assert_eq!(
        asked,
        json!({"questions": [{"purpose": MARKETING, "may_ask": false, "why": "agreed"}]})
    );
    let reach = |purpose: &str| json!({"purpose": purpose, "channel": "sms", "all": true});
    let found = h
        .post(&shop, "/api/v1/audiences", reach(MARKETING))
        .await
        .expect(200);
    assert_eq!(found["subjects"], json!([{"subject": subject}]));
    h.post(&shop, "/api/v1/audiences", reach("roadside-rescue"))
        .await
        .refused("unknown-purpose");
    let neither = json!({"purpose": MARKETING});
    h.post(&shop, "/api/v1/audiences", neither)
        .await
        .refused("invalid-value");
}

#[tokio::test]
async fn a_receipt_of_a_withdrawal_shows_the_first_read_that_was_denied() {
    let h = Harness::new().await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let (officer, adviser) = (
        officer(&h).await,
        h.staff("li.na", &["service-adviser"]).await,
    );
    let put = async |state: &str| {
        let path = format!("/api/v1/subjects/{subject}/consents/{MARKETING}");
        let body = json!({"state": state, "form": "general"});
        h.call(&officer, "PUT", &path, Some(body)).await.expect(200)["epoch"].clone()
    };
    let read = async || {
        let body = json!({"fields": ["customer.name"], "purpose": MARKETING});
        let path = format!("/api/v1/subjects/{subject}/reads");
        h.post(&adviser, &path, body).await.json()["entry"].clone()
    };
    put("given").await;
    let allowed = read().await;
    let epoch = put("withdrawn").await;
    let denied = read().await;
    let keys = h.app.vault().ledger_keys();
    let path = format!("/api/v1/subjects/{subject}/consents/events/{epoch}/receipt");
    for form in ["", "?form=kantara"] {
        let made = h.get(&officer, &format!("{path}{form}")).await.expect(200);
        let checked = Receipt::parse(made.to_string().as_bytes())
            .unwrap()
            .verify(&keys)
            .unwrap();
        assert_eq!(json!(checked.proof.last_allowed.unwrap().index), allowed);
        assert_eq!(json!(checked.proof.first_denied.unwrap().index), denied);
        let text = made.to_string();
        assert!(
            !text.contains("13800") && !text.contains("wang.min"),
            "{text}"
        );
    }
    let page = h.get(&officer, &format!("{path}?form=page")).await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let text = page.text();
    assert!(text.contains("<h1>") && !text.contains("<script"), "{text}");
    h.get(&officer, &format!("{path}?form=pdf"))
        .await
        .problem(400, "invalid-parameter");
    let none = format!("/api/v1/subjects/{subject}/consents/events/9/receipt");
    h.get(&officer, &none).await.refused("not-found");
}

#[tokio::test]
async fn evidence_goes_in_and_comes_out_for_a_purpose_only() {
    let h = Harness::new().await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let officer = officer(&h).await;
    let path = format!("/api/v1/subjects/{subject}/evidence");
    let send = async |media: &str, bytes: Vec<u8>| {
        let request = request(&officer, "POST", &path).header("content-type", media);
        h.send(request.body(Body::from(bytes)).unwrap()).await
    };
    let stored = send("application/pdf", b"%PDF-1.7 signed".to_vec())
        .await
        .expect(201);
    send("text/html", b"<p>".to_vec())
        .await
        .refused("invalid-value");
    send("application/pdf", vec![7; 5 * 1024 * 1024 + 1])
        .await
        .refused("too-large");
    let id = stored["evidence"].as_str().unwrap();
    let word = json!({"state": "given", "form": "written", "through": "paper", "evidence": id});
    let consent = format!("/api/v1/subjects/{subject}/consents/{MARKETING}");
    h.call(&officer, "PUT", &consent, Some(word))
        .await
        .expect(200);
    let look = format!("{path}/{id}/reads");
    let opened = h
        .post(&officer, &look, json!({"purpose": "rights-answer"}))
        .await;
    assert_eq!(opened.text(), "%PDF-1.7 signed");
    assert_eq!(opened.header("content-disposition"), "attachment");
    h.post(&officer, &look, json!({"purpose": "repair-service"}))
        .await
        .refused("read-refused");
    let other = format!("{path}/evd_06fs8k0000000000000000000g/reads");
    h.post(&officer, &other, json!({"purpose": "rights-answer"}))
        .await
        .refused("not-found");
}

#[tokio::test]
async fn old_consents_come_in_with_the_grade_that_they_deserve() {
    let h = Harness::new().await;
    let writer = h.writer().await;
    let mobile = |n: u32| format!("1380013800{n}");
    for n in 0..4 {
        let record =
            json!({"collection": "customer", "values": {"name": "测试", "mobile": mobile(n)}});
        h.post(&writer, "/api/v1/records", record).await.expect(201);
    }
    let officer = officer(&h).await;
    let rows = [
        format!(
            "{},{MARKETING},given,general,2024-05-01,crm-2019,",
            mobile(0)
        ),
        format!("{},{MARKETING},given,general,,crm-2019,", mobile(1)),
        format!(
            "{},{MARKETING},refused,general,2024-05-01,,form-17",
            mobile(2)
        ),
        format!("{},gossip,given,general,2024-05-01,crm-2019,", mobile(3)),
        format!(
            "{},{MARKETING},perhaps,general,2024-05-01,crm-2019,",
            mobile(3)
        ),
        format!(
            "{},{MARKETING},given,general,2024-05-01,crm-2019,",
            mobile(9)
        ),
        format!(
            "{},{MARKETING},given,general,2023-05-01,crm-2019,",
            mobile(0)
        ),
        format!(
            "{},{MARKETING},given,general,2024-05-01,told by Zhang San,",
            mobile(3)
        ),
    ];
    let table = format!(
        "key,purpose,word,form,date,source,evidence\n{}\n",
        rows.join("\n")
    );
    let request = request(
        &officer,
        "POST",
        "/api/v1/consents/imports?field=customer.mobile",
    )
    .header("content-type", "text/csv");
    let done = h
        .send(request.body(Body::from(table)).unwrap())
        .await
        .expect(200);
    let outcomes: Vec<_> = done["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| match row["grade"].as_str() {
            Some(grade) => format!("{} {grade}", row["outcome"].as_str().unwrap()),
            None => row["outcome"].as_str().unwrap().to_owned(),
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            "taken partial",
            "taken unproven",
            "taken unproven",
            "unknown-purpose",
            "unclear",
            "nobody",
            "newer",
            "unclear"
        ]
    );
    assert!(!done.to_string().contains("13800"));
    let reach = json!({"purpose": MARKETING, "all": true});
    let found = h
        .post(&officer, "/api/v1/audiences", reach)
        .await
        .expect(200);
    assert_eq!(found["subjects"].as_array().unwrap().len(), 1);
    assert_eq!(found["others"]["unproven"], 1);
    assert_eq!(found["others"]["refused"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_agreed_is_told_in_numbers_that_point_at_nobody_and_to_whom_it_is_for() {
    const SUMMARY: &str = "/api/v1/consents/summary";
    let h = Harness::new().await;
    let writer = h.writer().await;
    let officer = officer(&h).await;
    for at in 0..12 {
        let values = json!({"name": "张三", "mobile": format!("138{:08}", 138_000 + at)});
        let record = json!({"collection": "customer", "values": values});
        let written = h.post(&writer, "/api/v1/records", record).await.ok();
        let subject = written["subject"].as_str().unwrap();
        let path = format!("/api/v1/subjects/{subject}/consents/{MARKETING}");
        let state = if at < 10 { "given" } else { "refused" };
        let said = json!({"state": state, "form": "general", "through": "counter"});
        h.call(&officer, "PUT", &path, Some(said)).await.expect(200);
    }
    let found = h.get(&officer, SUMMARY).await.expect(200);
    assert_eq!(found["begins"].as_array().unwrap().len(), 30);
    assert_eq!(
        (&found["subjects"], &found["behind"]),
        (&json!(10), &json!(0))
    );
    let mut purposes = found["purposes"].as_array().unwrap().iter();
    let one = purposes.find(|one| one["purpose"] == MARKETING).unwrap();
    let counts = json!({"given": 10, "refused": null, "withdrawn": 0, "expired": 0, "spent": 0});
    assert_eq!(one["now"]["stands"], counts);
    assert_eq!(
        one["periods"][29],
        json!({"said": counts, "stands": counts})
    );
    assert_eq!(
        (&one["ways"][0]["through"], &one["ways"][0]["said"]),
        (&json!("counter"), &counts)
    );
    // Numbers alone: nobody's id or pseudonym is in it.
    assert!(!found.to_string().contains("sub_"));
    let week = format!("{SUMMARY}?from=2026-11-20&to=2026-11-21&step=week");
    let week = h.get(&officer, &week).await.expect(200);
    assert_eq!(week["begins"], json!(["2026-11-15T16:00:00.000Z"]));
    assert_eq!(week["ends"], "2026-11-22T16:00:00.000Z");

    for wrong in [
        "from=2026-11-22&to=2026-11-21",
        "from=2020-01-01&to=2026-11-21",
        "from=2026-1-1",
        "from=2026-02-30",
        "to=20261121T0",
        "step=hour",
        "purpose=marketing-contact",
    ] {
        h.get(&officer, &format!("{SUMMARY}?{wrong}"))
            .await
            .problem(400, "invalid-parameter");
    }
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    h.get(&adviser, SUMMARY)
        .await
        .refused("operation-not-permitted");
    let auditor = h.staff("audit", &["auditor"]).await;
    h.get(&auditor, SUMMARY).await.expect(200);
}
