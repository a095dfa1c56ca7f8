//! Detections: at once and as a stream, without a trace of the texts.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use futures_core::Stream;
use serde_json::{Value, json};

use crate::support::{Harness, Person, captured, request};

const PATH: &str = "/api/v1/detections";
const STREAM: &str = "/api/v1/detections/streams";

async fn stream(h: &Harness, person: &Person, query: &str, body: Body) -> (u16, Vec<Value>) {
    let sent = request(person, "POST", &format!("{STREAM}{query}"))
        .header("content-type", "application/x-ndjson")
        .body(body)
        .unwrap();
    let answer = h.send(sent).await;
    let text = answer.text();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (answer.status, lines.collect())
}

/// What entries of detections say, oldest first.
async fn told(h: &Harness) -> Vec<Value> {
    let auditor = h.staff("audit.one", &["audit-admin"]).await;
    let list = h
        .get(&auditor, "/api/v1/ledger/entries?kind=detection")
        .await
        .ok();
    list["entries"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_is_answered_with_its_place_and_the_text_without_it() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let body = json!({"redact": "label", "items": [
        {"id": "a", "text": "😀请打13800138000,邮箱 a.b@example.com"},
        {"id": "b", "text": "没有什么"},
    ]});
    let answer = h.post(&adviser, PATH, body).await.ok();
    let items = answer["items"].as_array().unwrap();
    let span = &items[0]["spans"][0];
    assert_eq!(
        (&span["kind"], &span["class"]),
        (&json!("PHONE"), &json!("personal"))
    );
    assert_eq!((&span["start"], &span["end"]), (&json!(3), &json!(14)));
    assert_eq!(
        (&span["start_byte"], &span["end_byte"]),
        (&json!(10), &json!(21))
    );
    assert_eq!(items[0]["redacted"], "😀请打[PHONE],邮箱 [EMAIL]");
    assert_eq!(
        (&items[1]["id"], &items[1]["redacted"]),
        (&json!("b"), &json!("没有什么"))
    );
    let only = json!({"kinds": ["EMAIL"], "redact": "remove", "items": [
        {"id": "a", "text": "打13800138000或a.b@example.com"}]});
    let answer = h.post(&adviser, PATH, only).await.ok();
    assert_eq!(answer["items"][0]["redacted"], "打13800138000或");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_comes_back_made_coarser_or_with_pseudonyms_for_whoever_may_give_them() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let key = h
        .key(&["service-adviser"], &["repair-service"], &["customer.*"])
        .await;
    let text = "生日1990年1月1日,品名：女士连衣裙,请打13800138000";
    let asked = |redact: &str| json!({"redact": redact, "items": [{"id": "a", "text": text}]});
    let coarse = h.post(&adviser, PATH, asked("generalise")).await.ok();
    let coarse = coarse["items"][0]["redacted"].as_str().unwrap();
    assert!(
        coarse.contains("品名：服装") && coarse.contains("1990") && !coarse.contains("连衣裙"),
        "{coarse}"
    );
    assert!(
        !coarse.contains("1月1日") && !coarse.contains("13800138000"),
        "{coarse}"
    );

    let refused = h.post(&adviser, PATH, asked("pseudonym")).await;
    refused.problem(403, "operation-not-permitted");
    let sent = format!("{{\"id\":\"1\",\"text\":\"{text}\"}}\n");
    let (status, _) = stream(&h, &adviser, "?redact=pseudonym", Body::from(sent.clone())).await;
    assert_eq!(status, 403);

    let given = h.post(&key, PATH, asked("pseudonym")).await.ok();
    let shown = given["items"][0]["redacted"].as_str().unwrap().to_owned();
    assert!(!shown.contains("13800138000"), "{shown}");
    // The same as the operation of its own gives, and as a stream does.
    let value = json!({"values": [{"kind": "mobile", "value": "13800138000"}]});
    let own = h.post(&key, "/api/v1/pseudonyms", value).await.ok();
    let phone = own["pseudonyms"][0].as_str().unwrap();
    assert!(shown.ends_with(&format!("请打{phone}")), "{shown} {phone}");
    let (status, lines) = stream(&h, &key, "?redact=pseudonym", Body::from(sent)).await;
    assert_eq!((status, &lines[0]["redacted"]), (200, &json!(shown)));

    let auditor = h.staff("audit.two", &["audit-admin"]).await;
    let entries = h
        .get(&auditor, "/api/v1/ledger/entries?kind=pseudonyms")
        .await
        .ok();
    let entries = entries["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 3, "the batch, the operation, the stream");
    let said = serde_json::to_string(entries).unwrap();
    assert!(
        said.contains("mobile") && !said.contains("13800138000"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_tells_counts_and_nothing_keeps_a_text() {
    let h = Harness::new().await;
    let key = h
        .key(&["service-adviser"], &["repair-service"], &["customer.*"])
        .await;
    let planted = "13912349876";
    let body = json!({"items": [{"id": "1", "text": format!("打{planted}")}]});
    let answer = h.post(&key, PATH, body).await.ok();
    let entry = answer["entry"].as_u64().unwrap();
    let line =
        format!("{{\"id\":\"2\",\"text\":\"打{planted}\"}}\n{{\"text\":\"{planted}\",\"x\":1}}\n");
    let (status, lines) = stream(&h, &key, "", Body::from(line)).await;
    assert_eq!((status, lines.len()), (200, 2));
    let entries = told(&h).await;
    let said = serde_json::to_string(&entries).unwrap();
    assert_eq!(entries.len(), 3, "{said}");
    assert_eq!(entries[0]["index"], entry, "{said}");
    assert!(
        said.contains("PHONE 1") && said.contains("began") && said.contains("ended"),
        "{said}"
    );
    assert!(!said.contains(planted));
    let logged = String::from_utf8_lossy(&captured().lock().unwrap()).into_owned();
    assert!(!logged.contains(planted));
    let answers = serde_json::to_string(&lines).unwrap();
    assert!(!answers.contains(planted), "{answers}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_none_is_told_in_its_place_and_the_next_goes_on() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let long = format!("{{\"text\":\"{}\"}}", "x".repeat(1024 * 1024));
    let text = format!(
        "{{\"id\":\"1\",\"text\":\"a\"}}\n\nno json\n{long}\n{{\"id\":\"5\",\"text\":\"打13800138000\"}}"
    );
    let (_, lines) = stream(&h, &adviser, "?redact=mask", Body::from(text)).await;
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["id"], "1");
    assert_eq!(
        (&lines[1]["line"], &lines[1]["error"]["code"]),
        (&json!(3), &json!("invalid-json"))
    );
    assert_eq!(
        (&lines[2]["line"], &lines[2]["error"]["code"]),
        (&json!(4), &json!("too-large"))
    );
    assert_eq!(lines[3]["redacted"], "打***********");
}

/// One piece, and then the connection is gone.
struct Breaking(Option<&'static [u8]>);

impl Stream for Breaking {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = self.0.take().map(Bytes::from_static);
        Poll::Ready(Some(piece.ok_or_else(|| io::Error::other("gone"))))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_breaks_off_is_answered_so_far_and_recorded_as_broken() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let body = Body::from_stream(Breaking(Some(b"{\"id\":\"1\",\"text\":\"a\"}\n")));
    let (status, lines) = stream(&h, &adviser, "", body).await;
    // The connection breaks off: what was answered is no whole body.
    assert_eq!((status, lines.len()), (200, 0));
    let said = serde_json::to_string(&told(&h).await).unwrap();
    assert!(said.contains("broken"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_refused_with_its_place() {
    let h = Harness::new().await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let refused = h
        .post(
            &adviser,
            PATH,
            json!({"kinds": ["PHONES"], "items": [{"text": "a"}]}),
        )
        .await
        .problem(422, "invalid-value");
    assert_eq!(refused["places"][0]["at"], "kinds[0]");
    let refused = h
        .post(&adviser, PATH, json!({"items": []}))
        .await
        .problem(422, "invalid-value");
    assert_eq!(refused["places"][0]["at"], "items");
    let many = vec![json!({"text": "a"}); 1_001];
    h.post(&adviser, PATH, json!({ "items": many }))
        .await
        .problem(422, "invalid-value");
    let plain = request(&adviser, "POST", STREAM)
        .body(Body::from("{}"))
        .unwrap();
    h.send(plain).await.problem(415, "unsupported-media-type");
    let admin = h.staff("root", &["system-admin"]).await;
    h.post(&admin, PATH, json!({"items": [{"text": "a"}]}))
        .await
        .problem(403, "operation-not-permitted");
}
