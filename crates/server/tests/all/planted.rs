//! Values of people, planted through every way in, are found in no file, log or metric.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use axum::body::Body;
use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use serde_json::json;

use crate::matrix::operations;
use crate::support::{Harness, Person, captured, request};

const NAME: &str = "令狐植标";
const MOBILE: &str = "19907318264";
const ADDRESS: &str = "黑龙江省大兴安岭地区漠河市北极镇植标路73号4单元501室";
const WORDS: &str = "植标原话:车辆在雪地熄火,请联系邻居";
const REASON: &str = "植标理由:回访上周的投诉";
const MAIL: &str = "planted.zb73@mail.example";
/// What a row of an imported file holds.
const FILE_NAME: &str = "慕容植种";
const FILE_MOBILE: &str = "19907318265";

#[tokio::test]
async fn planted_values_are_nowhere_but_in_the_answers_that_open_them() {
    let h = Harness::new().await;
    let started = h
        .folder
        .path()
        .metadata()
        .and_then(|folder| folder.modified())
        .unwrap();
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let writer = h.writer().await;
    let id = resident_id("23272119870731826");

    // In through every operation that writes.
    let (subject, _) = h
        .write(
            &writer,
            None,
            "customer",
            json!({"name": NAME, "mobile": MOBILE, "resident_id": id,
        "address": ADDRESS, "email": MAIL}),
        )
        .await;
    let (_, order) = h
        .write(
            &writer,
            Some(&subject),
            "work_order",
            json!({"number": "WO-1", "status": "in-progress",
        "assignee": "li.na", "fault_text": WORDS}),
        )
        .await;
    let keyed = request(&writer, "POST", "/api/v1/records")
        .header("content-type", "application/json")
        .header("idempotency-key", MOBILE)
        .body(Body::from(
            json!({"collection": "customer", "values": {"name": NAME, "mobile": MOBILE}})
                .to_string(),
        ));
    h.send(keyed.unwrap()).await.ok();
    let file =
        format!("姓名,手机号\n{FILE_NAME},{FILE_MOBILE}\n{FILE_NAME},不是号码{FILE_MOBILE}\n");
    let guess = send(
        &h,
        &writer,
        "POST",
        "/api/v1/imports/guesses",
        file.as_bytes(),
    )
    .await
    .ok();
    let import = h
        .post(
            &writer,
            "/api/v1/imports",
            json!({"mapping": guess["mapping"]}),
        )
        .await
        .ok();
    let import = format!("/api/v1/imports/{}", import["import"].as_str().unwrap());
    send(
        &h,
        &writer,
        "PUT",
        &format!("{import}/file"),
        file.as_bytes(),
    )
    .await
    .ok();
    let outcomes = h.get(&writer, &format!("{import}/outcomes")).await;
    assert!(
        outcomes.text().contains("created") && outcomes.text().contains("refused"),
        "{}",
        outcomes.text()
    );
    search(
        "the outcome file",
        &outcomes.bytes,
        &needles(&[FILE_NAME, FILE_MOBILE]),
    );

    // Out through every operation that reads: the values were there to be found.
    let reads = format!("/api/v1/subjects/{subject}/reads");
    h.step_up(&adviser).await;
    let read = json!({"fields": ["customer.name", "customer.mobile", "customer.address", "work_order.fault_text"],
        "clear": ["customer.name", "customer.mobile", "customer.address"], "purpose": "repair-service", "reason": REASON});
    let opened = h.post(&adviser, &reads, read.clone()).await;
    assert!(
        opened.text().contains(NAME) && opened.text().contains(MOBILE),
        "{}",
        opened.text()
    );
    h.post(&adviser, &format!("{reads}?explain"), read)
        .await
        .ok();
    for (field, mode, value) in [
        ("customer.mobile", "exact", MOBILE),
        ("customer.mobile", "last4", "8264"),
        ("customer.name", "name", NAME),
        ("customer.name", "surname", "令狐"),
    ] {
        let body =
            json!({"field": field, "mode": mode, "value": value, "purpose": "repair-service"});
        let found = h.post(&adviser, "/api/v1/searches", body).await.ok();
        assert_eq!(found["matches"][0]["subject"], subject.as_str(), "{mode}");
    }

    // And wrongly, into every place of every operation, by everyone.
    let people = [
        Person::default(),
        adviser,
        writer,
        fresh(&h, "security", "security-admin").await,
        fresh(&h, "audit", "audit-admin").await,
        fresh(&h, "officer", "protection-officer").await,
        h.key(
            &["warranty-clerk"],
            &["warranty-settlement"],
            &["customer.*"],
        )
        .await,
    ];
    let planted = needles(&[NAME, MOBILE, ADDRESS, WORDS, REASON, &id, MAIL]);
    for (method, path) in operations() {
        // Signing everyone out would end the test before it has begun.
        if method == "DELETE" && path.starts_with("/api/v1/sessions") {
            continue;
        }
        for person in &people {
            for attempt in attempts(person, &method, &path, &subject, &order) {
                let answer = h.send(attempt).await;
                assert_ne!(answer.status, 500, "{method} {path}: {}", answer.text());
                if answer.status >= 400 {
                    search(
                        &format!("{method} {path}: {}", answer.text()),
                        &answer.bytes,
                        &planted,
                    );
                }
                // Whom the gate keeps out once, it keeps out whatever else they send.
                if matches!(
                    answer.json()["code"].as_str(),
                    Some("sign-in-required" | "operation-not-permitted")
                ) {
                    break;
                }
            }
        }
    }
    h.app
        .vault()
        .sign_checkpoint(h.app.witness())
        .await
        .unwrap();

    let needles = needles(&[
        NAME,
        MOBILE,
        ADDRESS,
        WORDS,
        REASON,
        &id,
        MAIL,
        FILE_NAME,
        FILE_MOBILE,
    ]);
    let mut files = Vec::new();
    collect(h.folder.path(), SystemTime::UNIX_EPOCH, &mut files);
    assert!(
        files.iter().any(
            |file| file.extension().is_some_and(|e| e == "db" || e == "sqlite")
                || file.to_string_lossy().contains("wal")
        ),
        "{files:?}"
    );
    collect(&std::env::temp_dir(), started, &mut files);
    for file in files {
        // Files of other programs come and go.
        let Ok(bytes) = std::fs::read(&file) else {
            continue;
        };
        search(&format!("{}", file.display()), &bytes, &needles);
    }
    let metrics = h.get(&Person::default(), "/metrics").await;
    search("the metrics", &metrics.bytes, &needles);
    let log = captured().lock().unwrap().clone();
    assert!(plain(&log).contains("read-subject"), "nothing was logged");
    search("the log", &log, &needles);
}

#[test]
fn a_value_is_found_however_it_is_written() {
    for value in [NAME, MOBILE] {
        let utf16: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for text in [
            format!("xx{value}yy").into_bytes(),
            utf16,
            BASE64_NOPAD
                .encode(format!("x{value}yyy").as_bytes())
                .into_bytes(),
            BASE64URL_NOPAD
                .encode(format!("xx{value}").as_bytes())
                .into_bytes(),
            HEXLOWER.encode(format!("x{value}").as_bytes()).into_bytes(),
        ] {
            assert!(
                needles(&[value])
                    .iter()
                    .any(|(_, needle)| plain(&text).contains(needle))
            );
        }
    }
}

/// The values in the path, the query, headers and the body, in shapes that are right and wrong. Not in the
/// texts that declare: register, policies and mappings are what a deployment publishes about itself.
fn attempts(
    person: &Person,
    method: &str,
    path: &str,
    subject: &str,
    order: &str,
) -> Vec<axum::http::Request<Body>> {
    let in_path = |path: &str| {
        let mut out = String::new();
        for part in path.split('/').skip(1) {
            out.push('/');
            match part {
                "{subject}" => out.push_str(subject),
                "{case}" => out.push_str(order),
                part if part.starts_with('{') => out.push_str(&percent(MOBILE)),
                part => out.push_str(part),
            }
        }
        out
    };
    let wrong_path = || {
        let parts = path.split('/').skip(1).map(|part| {
            if part.starts_with('{') {
                percent(NAME)
            } else {
                part.to_owned()
            }
        });
        format!("/{}", parts.collect::<Vec<_>>().join("/"))
    };
    let query = format!(
        "?purpose={}&{}={}",
        percent(NAME),
        percent(MOBILE),
        percent(WORDS)
    );
    let bodies = [
        json!({NAME: MOBILE, "values": {NAME: MOBILE}}),
        json!({"fields": ["customer.name"], "purpose": NAME, "reason": REASON, "subjects": [subject]}),
        json!({"fields": ["customer.name"], "purpose": "repair-service", "reason": REASON}),
        json!({"collection": NAME, "values": {"mobile": MOBILE, "name": NAME}}),
        json!({"collection": "customer", "values": {"mobile": MOBILE, "name": NAME, "member_level": WORDS}}),
        json!({"collection": "customer", "values": {"mobile": format!("{MOBILE}0"), "address": ADDRESS}}),
        json!({"field": "customer.mobile", "mode": NAME, "value": MOBILE, "purpose": "repair-service"}),
        json!({"purpose": "regional-performance", "collection": "work_order", "group_by": [NAME]}),
        json!({"status": NAME, "assignee": MOBILE}),
        json!({"assignee": MOBILE}),
        json!({"login": MOBILE, "password": WORDS, "code": MOBILE, "name": NAME}),
    ];
    let mut requests = vec![
        request(person, method, &wrong_path())
            .body(Body::empty())
            .unwrap(),
        request(person, method, &format!("{}{query}", in_path(path)))
            .body(Body::empty())
            .unwrap(),
        request(person, method, &in_path(path))
            .header("content-type", "text/csv")
            .body(Body::from(WORDS))
            .unwrap(),
        request(person, method, &in_path(path))
            .header("x-request-id", MOBILE)
            .header("if-match", format!("\"{MOBILE}\""))
            .header("idempotency-key", MOBILE)
            .header("accept", MAIL)
            .body(Body::empty())
            .unwrap(),
    ];
    if method != "GET" {
        requests.extend(bodies.into_iter().map(|body| {
            let request =
                request(person, method, &in_path(path)).header("content-type", "application/json");
            request.body(Body::from(body.to_string())).unwrap()
        }));
    }
    requests
}

async fn fresh(h: &Harness, login: &str, role: &str) -> Person {
    let person = h.staff(login, &[role]).await;
    h.step_up(&person).await;
    person
}

async fn send(
    h: &Harness,
    person: &Person,
    method: &str,
    path: &str,
    file: &[u8],
) -> crate::support::Answer {
    let request = request(person, method, path).header("content-type", "text/csv");
    h.send(request.body(Body::from(file.to_vec())).unwrap())
        .await
}

/// Every way in which a value may lie in a file, with the value it is.
fn needles(values: &[&str]) -> Vec<(String, String)> {
    let mut needles = Vec::new();
    for value in values {
        let utf8 = value.as_bytes();
        let mut add = |needle: Vec<u8>| needles.push(((*value).to_owned(), plain(&needle)));
        add(utf8.to_vec());
        add(value.encode_utf16().flat_map(u16::to_le_bytes).collect());
        add(value.encode_utf16().flat_map(u16::to_be_bytes).collect());
        add(HEXLOWER.encode(utf8).into_bytes());
        add(HEXUPPER.encode(utf8).into_bytes());
        add(percent(value).into_bytes());
        for before in 0..3usize {
            let shifted = [vec![0; before], utf8.to_vec()].concat();
            for encoding in [&BASE64_NOPAD, &BASE64URL_NOPAD] {
                let text = encoding.encode(&shifted);
                // The characters at both ends also hold bits of the neighbours.
                let end = text.len() - usize::from(shifted.len() % 3 != 0);
                add(text.as_bytes()[(before * 8).div_ceil(6)..end].to_vec());
            }
        }
    }
    needles
}

fn search(place: &str, bytes: &[u8], needles: &[(String, String)]) {
    let text = plain(bytes);
    for (value, needle) in needles {
        assert!(
            !text.contains(needle),
            "{place} holds {value} as {needle:?}"
        );
    }
}

/// Every byte as a character of its own: the search in strings is fast even in a build for tests.
fn plain(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Files changed since `since`, a few levels deep; too large ones are no leftovers of ours.
fn collect(folder: &Path, since: SystemTime, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        let fresh = meta.modified().is_ok_and(|at| at >= since);
        if meta.is_dir()
            && (since == SystemTime::UNIX_EPOCH || fresh)
            && !entry.file_name().to_string_lossy().contains("snap")
        {
            collect(&entry.path(), since, files);
        } else if meta.is_file() && fresh && meta.len() < 32 * 1024 * 1024 {
            files.push(entry.path());
        }
    }
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// Seventeen digits with their check character (GB 11643).
fn resident_id(digits: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{digits}{}", char::from(b"10X98765432"[sum as usize % 11]))
}
