//! What cannot be accepted: each is a problem that names the place and repeats nothing.

use axum::body::Body;
use serde_json::json;

use crate::support::{Harness, Person, request};

#[tokio::test]
async fn bad_bodies_are_problems_that_name_the_place() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let writer = h.writer().await;
    let read = "/api/v1/subjects/sub_00000000000000000000000000/reads";
    let good = r#""fields":["customer.name"],"purpose":"repair-service""#;
    let deep = format!("{{{good},\"clear\":{}1{}}}", "[".repeat(40), "]".repeat(40));
    let long = format!("{{{good},\"reason\":\"{}\"}}", "长".repeat(201));
    let subjects = format!(
        "[{}]",
        vec!["\"sub_00000000000000000000000000\""; 1001].join(",")
    );
    let twice = r#"["sub_00000000000000000000000000","sub_00000000000000000000000000"]"#;
    for (path, body, status, code, at) in [
        (read, format!("{{{good}"), 400, "invalid-json", "line 1, column"),
        (read, String::new(), 400, "invalid-json", "line 1, column 0"),
        (read, format!("{{{good},\"phone\":\"13800138000\"}}"), 400, "unknown-field", "phone"),
        (read, format!("{{{good},\"13800138000\":1}}"), 400, "unknown-field", "?"),
        (read, format!("{{{good},\"purpose\":\"13800138000\"}}"), 400, "duplicate-key", "purpose"),
        (read, deep, 400, "too-deep", "clear[0]"),
        (read, format!("{{{good},\"reason\":\"\\u0000\"}}"), 400, "broken-unicode", "reason"),
        (read, format!("{{{good},\"reason\":\"\\ud800\"}}"), 400, "broken-unicode", "line 1"),
        (read, format!("{{{good},\"reason\":13800138000}}"), 422, "invalid-value", "reason"),
        (read, long, 422, "invalid-value", "reason"),
        (read, format!("{{{good},\"reason\":\" \"}}"), 422, "invalid-value", "reason"),
        (read, format!("{{{good},\"case\":\"13800138000\"}}"), 422, "invalid-value", "case"),
        (read, format!("{{{good},\"clear\":[\"customer.mobile\"]}}"), 422, "invalid-value", "clear"),
        (read, format!("{{{good},\"clear\":[\"customer.name\",\"customer.name\"]}}"), 422, "invalid-value", "clear"),
        (read, r#"{"fields":["13800138000"],"purpose":"repair-service"}"#.to_owned(), 422, "invalid-value", "fields[0]"),
        (read, r#"{"fields":[],"purpose":"repair-service"}"#.to_owned(), 422, "invalid-value", "fields"),
        (read, r#"{"fields":["a.b","a.b"],"purpose":"repair-service"}"#.to_owned(), 422, "invalid-value", "fields"),
        (read, r#"{"fields":["customer.shoe"],"purpose":"repair-service"}"#.to_owned(), 422, "unknown-field-name", "fields"),
        (read, r#"{"fields":["customer.name"],"purpose":"13800138000"}"#.to_owned(), 422, "unknown-purpose", "purpose"),
        (read, r#"{"fields":["customer.name"]}"#.to_owned(), 422, "invalid-value", "body"),
        (read, "[]".to_owned(), 422, "invalid-value", "body"),
        ("/api/v1/reads", format!("{{{good},\"subjects\":{subjects}}}"), 422, "invalid-value", "subjects"),
        ("/api/v1/reads", format!("{{{good},\"subjects\":{twice}}}"), 422, "invalid-value", "subjects"),
        ("/api/v1/reads", format!("{{{good},\"subjects\":[]}}"), 422, "invalid-value", "subjects"),
        ("/api/v1/reads", format!("{{{good},\"subjects\":[\"sub_00000000000000000000000000\"],\
            \"clear\":[\"customer.name\",\"customer.name\"]}}"), 422, "invalid-value", "clear"),
        ("/api/v1/searches", r#"{"field":"customer.mobile","mode":"soundex","value":"1","purpose":"x"}"#.to_owned(), 422,
            "invalid-value", "mode"),
        ("/api/v1/searches", r#"{"field":"customer.mobile","mode":"exact","value":"1","purpose":"repair-service","limit":0}"#
            .to_owned(), 422, "invalid-value", "limit"),
        ("/api/v1/searches", r#"{"field":"customer.shoe","mode":"exact","value":"1","purpose":"repair-service"}"#.to_owned(),
            422, "unknown-field-name", "field"),
        ("/api/v1/counts", r#"{"purpose":"regional-performance","collection":"work_order","group_by":[]}"#.to_owned(), 422,
            "invalid-value", "group_by"),
        ("/api/v1/counts", r#"{"purpose":"regional-performance","collection":"work_order","group_by":["shoe"]}"#.to_owned(),
            422, "unknown-field-name", "group_by"),
        ("/api/v1/records", r#"{"collection":"shoe","values":{}}"#.to_owned(), 422, "unknown-field-name", "collection"),
        ("/api/v1/records", r#"{"collection":"customer","values":{"shoe":"1"}}"#.to_owned(), 422, "unknown-field-name",
            "values.shoe"),
        ("/api/v1/records", r#"{"collection":"customer","values":{"欧阳明":"1"}}"#.to_owned(), 422, "unknown-field-name",
            "values.?"),
        ("/api/v1/records", r#"{"collection":"customer","values":{"mobile":"1380013800"}}"#.to_owned(), 422,
            "invalid-value", "values.mobile"),
        ("/api/v1/records", r#"{"collection":"customer","values":{"member_level":"欧阳明"}}"#.to_owned(), 422,
            "invalid-value", "values.member_level"),
        ("/api/v1/imports", r#"{"mapping":"columns = 13800138000"}"#.to_owned(), 422, "import-refused", "mapping:"),
    ] {
        let person = if path.contains("records") || path.contains("imports") { &writer } else { &adviser };
        let request = request(person, "POST", path).header("content-type", "application/json");
        let answer = h.send(request.body(Body::from(body.clone())).unwrap()).await;
        let problem = answer.problem(status, code);
        let place = problem["places"][0]["at"].as_str().unwrap_or_default();
        assert!(place.starts_with(at), "{body}: {problem}");
        for value in ["13800138000", "1380013800", "欧阳明"] {
            assert!(!answer.text().contains(value), "{body}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn bodies_of_another_kind_or_length_are_refused() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let read = "/api/v1/subjects/sub_00000000000000000000000000/reads";
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        let request = request(&adviser, "POST", read).header("content-type", kind);
        h.send(request.body(Body::from("{}")).unwrap())
            .await
            .problem(415, "unsupported-media-type");
    }
    h.send(
        request(&adviser, "POST", read)
            .body(Body::from("{}"))
            .unwrap(),
    )
    .await
    .problem(415, "unsupported-media-type");
    let long = |bytes: usize| json!({"fields": ["customer.name"], "purpose": "x".repeat(bytes)});
    h.post(&adviser, read, long(65_000))
        .await
        .problem(422, "unknown-purpose");
    h.post(&adviser, read, long(66_000))
        .await
        .problem(413, "too-large");
    let many = |bytes: usize| json!({"subjects": [], "fields": [], "purpose": "x".repeat(bytes)});
    h.post(&adviser, "/api/v1/reads", many(200_000))
        .await
        .problem(422, "unknown-purpose");
    h.post(&adviser, "/api/v1/reads", many(270_000))
        .await
        .problem(413, "too-large");
}

#[tokio::test]
async fn bad_parameters_are_problems_that_name_the_parameter() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let audit = h.staff("audit", &["audit-admin"]).await;
    for (path, at) in [
        ("/api/v1/reads/13800138000", "read"),
        ("/api/v1/reads/rd_007", "read"),
        ("/api/v1/reads/rd_-1", "read"),
        ("/api/v1/cases", "purpose"),
        ("/api/v1/cases?purpose=repair-service&limit=0", "limit"),
        ("/api/v1/cases?purpose=repair-service&limit=201", "limit"),
        ("/api/v1/cases?purpose=repair-service&limit=07", "limit"),
        (
            "/api/v1/cases?purpose=repair-service&limit=1&limit=2",
            "limit",
        ),
        (
            "/api/v1/cases?purpose=repair-service&cursor=13800138000",
            "cursor",
        ),
        (
            "/api/v1/cases?purpose=repair-service&shoe=13800138000",
            "shoe",
        ),
        ("/api/v1/cases?purpose=repair-service&13800138000", "?"),
        ("/api/v1/ledger/entries/13800138000x", "index"),
        ("/api/v1/ledger/entries/%2B7", "index"),
        ("/api/v1/ledger/entries?kind=13800138000", "kind"),
        ("/api/v1/ledger/entries?subject=13800138000", "subject"),
        ("/api/v1/ledger/entries?from=7&to=6", "to"),
        ("/api/v1/ledger/entries?newest=13800138000", "newest"),
        ("/api/v1/ledger/consistency", "from"),
        ("/api/v1/ledger/consistency?from=0", "from"),
        ("/api/v1/ledger/tile/0/13800138000", "path"),
        ("/api/v1/ledger/tile/9", "path"),
    ] {
        let person = if path.contains("ledger") {
            &audit
        } else {
            &adviser
        };
        let answer = h.get(person, path).await;
        let problem = answer.problem(400, "invalid-parameter");
        assert_eq!(problem["places"][0]["at"], at, "{path}");
        assert!(
            !answer.text().contains("13800138000"),
            "{path}: {}",
            answer.text()
        );
    }
    let body = json!({"fields": ["customer.name"], "purpose": "repair-service"});
    for (path, code, at) in [
        (
            "/api/v1/subjects/13800138000/reads",
            "invalid-parameter",
            "subject",
        ),
        (
            "/api/v1/subjects/rec_00000000000000000000000000/reads",
            "invalid-parameter",
            "subject",
        ),
        ("/api/v1/subjects/%FF/reads", "broken-unicode", "path"),
        (
            "/api/v1/subjects/sub_00000000000000000000000000/reads?explain=maybe",
            "invalid-parameter",
            "explain",
        ),
    ] {
        let problem = h
            .post(&adviser, path, body.clone())
            .await
            .problem(400, code);
        assert_eq!(problem["places"][0]["at"], at, "{path}");
    }
    h.get(&adviser, "/api/v1/cases?purpose=%FF")
        .await
        .problem(400, "broken-unicode");
    h.get(&adviser, "/api/v1/cases?purpose=nothing")
        .await
        .problem(422, "unknown-purpose");
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_taken_are_problems_too() {
    let h = Harness::new().await;
    let nobody = Person::default();
    h.get(&nobody, "/api/v1/shoes")
        .await
        .problem(404, "not-found");
    h.get(&nobody, "/shoes").await.problem(404, "not-found");
    let refused = h.call(&nobody, "DELETE", "/api/v1/register", None).await;
    refused.problem(405, "method-not-allowed");
    assert_eq!(refused.header("allow"), "GET,HEAD");
    let options = h.call(&nobody, "OPTIONS", "/api/v1/register", None).await;
    assert_eq!(
        (options.status, options.header("allow"), options.bytes.len()),
        (204, "GET,HEAD", 0)
    );
    h.get(&nobody, "/api/v1/register")
        .await
        .problem(401, "sign-in-required");
    let head = h.call(&nobody, "HEAD", "/healthz", None).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    let chinese = axum::http::Request::builder()
        .uri("/api/v1/shoes")
        .header("accept-language", "zh-CN");
    let chinese = h.send(chinese.body(Body::empty()).unwrap()).await;
    assert_eq!(
        chinese.problem(404, "not-found")["title"],
        "没有这个地址或对象"
    );
}

#[tokio::test]
async fn every_answer_carries_an_id_and_the_headers_that_protect_browsers() {
    let h = Harness::new().await;
    let nobody = Person::default();
    let mut ids = std::collections::BTreeSet::new();
    for path in [
        "/healthz",
        "/api/v1/register",
        "/api/v1/shoes",
        "/metrics",
        "/api/openapi.json",
    ] {
        let answer = h.get(&nobody, path).await;
        assert!(ids.insert(answer.header("x-request-id").to_owned()));
        for (name, value) in [
            ("cache-control", "no-store"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(answer.header(name), value, "{path} {name}");
        }
        // Plain HTTP never claims to be anything else.
        assert_eq!(answer.header("strict-transport-security"), "");
    }
}
