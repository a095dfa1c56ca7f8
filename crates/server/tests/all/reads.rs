//! Reads, searches and decisions: what is answered, to whom, and who is cut.

use serde_json::json;
use shouxin_model::SubjectId;

use crate::support::Harness;

#[tokio::test]
async fn a_dry_run_says_what_a_read_would_decide_and_opens_nothing() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let path = format!("/api/v1/subjects/{subject}/reads");
    let body =
        json!({"fields": ["customer.name", "customer.resident_id"], "purpose": "repair-service"});
    for query in ["?explain", "?explain=true"] {
        let answer = h
            .post(&adviser, &format!("{path}{query}"), body.clone())
            .await;
        let explained = answer.ok();
        assert_eq!(explained["refused"], false);
        assert_eq!(explained["fields"][0]["form"], "masked");
        assert_eq!(explained["fields"][1]["form"], "withheld");
        assert!(
            !answer.text().contains("欧阳") && !answer.text().contains("values"),
            "{}",
            answer.text()
        );
    }
    let other = h.staff("wang.wei", &["service-adviser"]).await;
    let refused = h.post(&other, &format!("{path}?explain"), body).await.ok();
    assert_eq!(
        (
            refused["refused"].as_bool(),
            refused["because"][0]["layer"].as_str()
        ),
        (Some(true), Some("relation"))
    );
}

#[tokio::test]
async fn a_batch_answers_refuses_and_misses_each_subject_by_itself() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let writer = h.writer().await;
    let (mine, _) = h.customer(&writer, "li.na").await;
    let (other, _) = h
        .write(
            &writer,
            None,
            "customer",
            json!({"name": "张三", "mobile": "13800138009"}),
        )
        .await;
    let nobody = "sub_00000000000000000000000000";
    let body = json!({"subjects": [mine, other, nobody], "fields": ["customer.name"], "purpose": "repair-service"});
    let answer = h.post(&adviser, "/api/v1/reads", body).await.ok();
    let outcomes: Vec<&str> = answer["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["answered", "refused", "not-found"]);
    assert_eq!(
        answer["outcomes"][0]["fields"][0]["values"][0]["value"],
        "欧阳*"
    );
    let rule = answer["outcomes"][1]["rules"][0].as_str().unwrap();
    assert_eq!(answer["rules"][rule]["layer"], "relation");
}

#[tokio::test]
async fn a_decision_is_shown_to_its_caller_and_to_auditors_only_and_without_values() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let body =
        json!({"fields": ["customer.name"], "purpose": "repair-service", "reason": "回访客户"});
    let read = h
        .post(&adviser, &format!("/api/v1/subjects/{subject}/reads"), body)
        .await
        .ok();
    let path = format!("/api/v1/reads/{}", read["read"].as_str().unwrap());
    let decision = h.get(&adviser, &path).await;
    let field = &decision.ok()["fields"][0];
    assert_eq!(
        [&field["field"], &field["form"], &field["rule"]],
        ["customer.name", "masked", "adviser-contact"]
    );
    assert_eq!(field["because"]["layer"], "policy");
    assert!(
        !decision.text().contains("欧阳") && !decision.text().contains("回访"),
        "{}",
        decision.text()
    );
    let other = h.staff("wang.wei", &["service-adviser"]).await;
    h.get(&other, &path).await.problem(404, "not-found");
    let audit = h.staff("audit", &["audit-admin"]).await;
    h.get(&audit, &path).await.ok();
}

#[tokio::test]
async fn a_search_finds_one_s_own_customer_and_keeps_nothing_of_what_was_looked_for() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let body = json!({"field": "customer.mobile", "mode": "last4", "value": "8000", "purpose": "repair-service"});
    let found = h
        .post(&adviser, "/api/v1/searches", body.clone())
        .await
        .ok();
    assert_eq!(found["matches"][0]["subject"], subject.as_str());
    let other = h.staff("wang.wei", &["service-adviser"]).await;
    assert_eq!(
        h.post(&other, "/api/v1/searches", body).await.ok()["matches"],
        json!([])
    );
    // Nobody may search a field in a mode that it does not offer.
    let body = json!({"field": "customer.mobile", "mode": "surname", "value": "8000", "purpose": "repair-service"});
    assert!([403, 422].contains(&h.post(&adviser, "/api/v1/searches", body).await.status));
}

#[tokio::test]
async fn a_pseudonym_that_an_officer_was_given_leads_the_adviser_back() {
    let h = Harness::new().await;
    let writer = h.writer().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let values = json!({"values": [
        {"kind": "mobile", "value": "+86 138 0013 8000"}, {"kind": "name", "value": "欧阳明"},
    ]});
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    h.step_up(&officer).await;
    let given = h.post(&officer, "/api/v1/pseudonyms", values).await;
    assert!(!given.text().contains("8000") && !given.text().contains("欧阳"));
    let given = given.ok();
    let pseudonym = given["pseudonyms"][0].as_str().unwrap();
    assert!(
        given["pseudonyms"][1]
            .as_str()
            .unwrap()
            .starts_with("NAME_")
    );
    let search = json!({"field": "customer.mobile", "mode": "exact", "value": pseudonym, "purpose": "repair-service"});
    let found = h.post(&adviser, "/api/v1/searches", search).await.ok();
    assert_eq!(found["matches"][0]["subject"], subject.as_str());
    // An adviser gives none, and a text has none.
    let one = json!({"values": [{"kind": "mobile", "value": "13800138000"}]});
    assert_eq!(
        h.post(&adviser, "/api/v1/pseudonyms", one).await.status,
        403
    );
    let text = json!({"values": [{"kind": "free_text", "value": "13800138000"}]});
    let refused = h.post(&officer, "/api/v1/pseudonyms", text).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("values[0]") && !refused.text().contains("8000"));
}

#[tokio::test]
async fn a_spent_quota_is_429_until_midnight_in_china() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let body = json!({"field": "customer.mobile", "mode": "last4", "value": "8000", "purpose": "repair-contact"});
    for _ in 0..80 {
        h.post(&adviser, "/api/v1/searches", body.clone())
            .await
            .ok();
    }
    let spent = h.post(&adviser, "/api/v1/searches", body.clone()).await;
    spent.problem(429, "quota-spent");
    // It is 10:00 in China.
    assert_eq!(spent.header("retry-after"), (14 * 3600).to_string());
    h.world.pass(14 * 3600);
    let adviser = h.staff("li.na.again", &["service-adviser"]).await;
    h.post(&adviser, "/api/v1/searches", body).await.ok();
}

#[tokio::test]
async fn who_walks_ids_is_cut_and_everyone_else_is_not() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let body = json!({"fields": ["customer.name"], "purpose": "repair-service"});
    for n in 0..21 {
        let path = format!("/api/v1/subjects/{}/reads", SubjectId::from_bytes([n; 16]));
        let missed = h.post(&adviser, &path, body.clone()).await;
        missed.problem(404, "subject-not-found");
    }
    let path = format!("/api/v1/subjects/{subject}/reads");
    h.post(&adviser, &path, body.clone())
        .await
        .problem(429, "walking");
    let other = h.staff("wang.wei", &["service-adviser"]).await;
    h.post(&other, &path, body)
        .await
        .problem(403, "read-refused");
}

#[tokio::test]
async fn a_key_reads_what_its_scopes_name_and_never_clear() {
    let h = Harness::new().await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let path = format!("/api/v1/subjects/{subject}/reads");
    let key = h
        .key(
            &["warranty-clerk"],
            &["warranty-settlement"],
            &["customer.name", "vehicle.*"],
        )
        .await;
    let fields = ["customer.name", "vehicle.vin", "work_order.number"];
    let body =
        json!({"fields": fields, "purpose": "warranty-settlement", "clear": ["customer.name"]});
    let answer = h.post(&key, &path, body).await.ok();
    assert_ne!(answer["fields"][0]["form"], "clear");
    assert_eq!(answer["fields"][2]["form"], "withheld");
    assert_eq!(answer["fields"][2]["because"][0]["layer"], "key");
    let body = json!({"fields": ["customer.name"], "purpose": "recall-notice"});
    let refused = h.post(&key, &path, body).await.problem(403, "read-refused");
    assert_eq!(refused["because"][0]["layer"], "key");
}

#[tokio::test]
async fn what_was_done_about_a_person_is_told_by_role_and_by_id_only_to_those_who_watch() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let reads = format!("/api/v1/subjects/{subject}/reads");
    let body = json!({"fields": ["customer.name"], "purpose": "repair-service"});
    let read = h.post(&adviser, &reads, body).await.ok();
    let path = format!("/api/v1/subjects/{subject}/overview");
    let own = h
        .get(&adviser, &format!("{path}?purpose=repair-service"))
        .await
        .ok();
    let acts = own["acts"].as_array().unwrap();
    let mine = acts
        .iter()
        .find(|act| act["index"] == read["entry"])
        .unwrap();
    assert_eq!(mine["own"], true);
    assert_eq!(mine["roles"], json!(["service-adviser"]));
    assert!(acts.iter().all(|act| act.get("actor").is_none()), "{own}");
    assert_eq!(own["days"][0]["masked"], 1);

    let watcher = h.staff("zhao", &["audit-admin"]).await;
    let watched = h.get(&watcher, &path).await.ok();
    let act = watched["acts"].as_array().unwrap().iter();
    let act = act
        .clone()
        .find(|act| act["index"] == read["entry"])
        .unwrap();
    assert_eq!(act["own"], false);
    assert!(act["actor"].as_str().unwrap().starts_with("stf_"));

    // Nobody else: neither without a tie nor without a purpose.
    let other = h.staff("wang.wei", &["service-adviser"]).await;
    h.get(&other, &format!("{path}?purpose=repair-service"))
        .await
        .problem(403, "read-refused");
    for query in [
        "",
        "?purpose=repair-service&days=0",
        "?purpose=repair-service&days=91",
        "?limit=101",
    ] {
        h.get(&adviser, &format!("{path}{query}"))
            .await
            .problem(400, "invalid-parameter");
    }
    h.get(
        &adviser,
        "/api/v1/subjects/sub_00000000000000000000000000/overview?purpose=repair-service",
    )
    .await
    .problem(404, "subject-not-found");
}

#[tokio::test]
async fn a_text_is_told_with_its_pieces_and_one_kind_is_opened_in_its_place() {
    let h = Harness::new().await;
    let officer = h.staff("zhou", &["protection-officer"]).await;
    h.step_up(&officer).await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let text = "请打13800138000,不是12345678901";
    let values = json!({"at": "2026-11-20T10:00:00Z", "channel": "hotline", "topic": "progress", "transcript": text});
    h.write(&writer, Some(&subject), "call", values).await;
    let path = format!("/api/v1/subjects/{subject}/reads");
    let mut body = json!({"fields": ["call.transcript"], "purpose": "rights-answer"});
    let masked = h.post(&officer, &path, body.clone()).await.ok();
    let field = &masked["fields"][0];
    assert_eq!(
        (&field["form"], &field["revealable"]),
        (&json!("masked"), &json!(true))
    );
    let value = &field["values"][0];
    assert_eq!(value["value"], "请打138****8000,不是12345678901");
    assert_eq!(
        value["pieces"],
        json!([{"start": 2, "end": 13, "kind": "mobile", "number": 1, "form": "masked"}])
    );
    let piece = &masked["pieces"][0];
    assert_eq!(
        (&piece["kind"], &piece["form"], &piece["revealable"]),
        (&json!("mobile"), &json!("masked"), &json!(true))
    );
    body["clear"] = json!(["call.transcript"]);
    body["clear_pieces"] = json!(["mobile"]);
    let clear = h.post(&officer, &path, body.clone()).await.ok();
    let value = &clear["fields"][0]["values"][0];
    assert_eq!(value["value"], text);
    assert_eq!(value["pieces"][0]["form"], "clear");
    assert_eq!(
        value["marks"],
        json!([{"start": 2, "end": 13, "kind": "mobile"}])
    );
    // Many at once are answered alike.
    body["subjects"] = json!([subject]);
    let many = h.post(&officer, "/api/v1/reads", body.clone()).await.ok();
    let outcome = &many["outcomes"][0];
    assert_eq!(outcome["fields"][0]["values"][0]["value"], text);
    assert_eq!(
        (&outcome["pieces"][0]["kind"], &outcome["pieces"][0]["form"]),
        (&json!("mobile"), &json!("clear"))
    );
    body["clear_pieces"] = json!(["mobile", "mobile"]);
    let twice = h.post(&officer, "/api/v1/reads", body).await;
    assert_eq!(
        twice.problem(422, "invalid-value")["places"][0]["at"],
        "clear_pieces"
    );
}

#[tokio::test]
async fn an_earlier_decision_says_what_its_rules_say() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let path = format!("/api/v1/subjects/{subject}/reads");
    let body =
        json!({"fields": ["customer.name", "customer.resident_id"], "purpose": "repair-service"});
    let read = h.post(&adviser, &path, body).await.ok();
    let told = h
        .get(
            &adviser,
            &format!("/api/v1/reads/{}", read["read"].as_str().unwrap()),
        )
        .await
        .ok();
    for asked in read["fields"].as_array().unwrap() {
        let fields = told["fields"].as_array().unwrap();
        let field = fields
            .iter()
            .find(|one| one["field"] == asked["field"])
            .unwrap();
        assert_eq!(field["because"], asked["because"][0]);
    }
}
