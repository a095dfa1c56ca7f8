//! The privacy centre, as a browser without scripts uses it: pages, forms and cookies.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Mutex;
use std::time::Duration;

use axum::body::Body;
use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use shouxin_model::{Caller, SubjectId};
use shouxin_outbound::{SigningSecret, sign};
use shouxin_server::centre::settings::Sms;
use shouxin_vault::said::shouxin_ledger::{LeafProof, Receipt};

use crate::receiver::{Does, Message, Receiver};
use crate::support::{Answer, Harness, Person, captured, request};

const MOBILE: &str = "13800138000";
const SESSION: &str = "__Secure-shouxin-me";

async fn centre() -> Harness {
    Harness::set(|settings| settings.me.outbox = true).await
}

/// A browser with its cookies.
struct Browser<'a> {
    h: &'a Harness,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl<'a> Browser<'a> {
    fn new(h: &'a Harness) -> Self {
        let cookies = Mutex::default();
        Self { h, cookies }
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Answer {
        let mut request = request(&Person::default(), method, path);
        let cookies = self.cookies.lock().unwrap().clone();
        let cookies: Vec<String> = cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if method == "POST" {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.h.send(request.body(Body::from(body)).unwrap()).await;
        for set in answer.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            for rule in ["Path=/me", "Secure", "HttpOnly", "SameSite=Strict"] {
                assert!(set.contains(rule), "{set}");
            }
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if value.is_empty() {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    async fn get(&self, path: &str) -> Answer {
        let answer = self.ask("GET", path, &[], String::new()).await;
        if answer.header("content-type").starts_with("text/html") {
            fits(&answer);
        }
        answer
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.ask(
            "POST",
            path,
            &[("sec-fetch-site", "same-origin")],
            encoded(form),
        )
        .await
    }

    /// A form of this page, with the mark and the proof of what was shown that the page gave.
    async fn send(&self, page: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let page = self.get(page).await.text();
        let csrf = csrf(&page);
        let shown = page.split_once("name=\"shown\" value=\"");
        let shown = shown.map_or("", |(_, rest)| rest.split('"').next().unwrap());
        let mut all = vec![("csrf", csrf.as_str()), ("shown", shown)];
        all.extend(form);
        self.post(path, &all).await
    }

    /// Asks for a code and gives it, as the outbox shows it.
    async fn code(&self, contact: &str) -> String {
        let before = codes(self.h).await.len();
        let sent = self.post("/me/sign-in", &[("contact", contact)]).await;
        assert_eq!((sent.status, sent.header("location")), (303, "/me/code"));
        newest(self.h, before).await
    }

    async fn sign_in(&self, contact: &str) {
        let code = self.code(contact).await;
        let entered = self.post("/me/code", &[("code", &code)]).await;
        assert_eq!(
            (entered.status, entered.header("location")),
            (303, "/me"),
            "{}",
            entered.text()
        );
    }

    fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    fn plant(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().unwrap();
        cookies.insert(name.to_owned(), value.to_owned());
    }
}

fn encoded(form: &[(&str, &str)]) -> String {
    let part = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' => {
                    char::from(byte).to_string()
                }
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    let pairs = form
        .iter()
        .map(|(name, value)| format!("{}={}", part(name), part(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn csrf(page: &str) -> String {
    let (_, rest) = page
        .split_once("name=\"csrf\" value=\"")
        .expect("a form with its mark");
    rest.split('"').next().unwrap().to_owned()
}

/// Every code in the outbox, newest first.
async fn codes(h: &Harness) -> Vec<String> {
    let page = Browser::new(h).get("/me/outbox").await;
    let text = page.text();
    let pieces = text.split("data-code>").skip(1);
    pieces
        .map(|piece| piece.split('<').next().unwrap().to_owned())
        .collect()
}

/// The newest code, once there are more than before.
async fn newest(h: &Harness, before: usize) -> String {
    for _ in 0..200 {
        let codes = codes(h).await;
        if codes.len() > before {
            return codes[0].clone();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no code was sent");
}

/// A page of the privacy centre: small, without scripts, under a policy that allows none, kept by nobody.
fn fits(page: &Answer) {
    let policy = page.header("content-security-policy");
    // A receipt bears its own style, by its hash, so that it can be kept as a file.
    let styles = ["style-src 'self'", "style-src 'sha256-"];
    assert!(
        policy.starts_with("default-src 'none'; ") && styles.iter().any(|one| policy.contains(one)),
        "{policy}"
    );
    assert!(!policy.contains("script"), "{policy}");
    assert!(!page.text().contains("<script"));
    assert_eq!(page.header("cache-control"), "no-store");
    let referrer = page.header("referrer-policy");
    assert!(
        ["same-origin", "no-referrer"].contains(&referrer),
        "{referrer}"
    );
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&page.bytes).unwrap();
    let packed = packed.finish().unwrap().len();
    assert!(packed <= 25 * 1024, "{packed} bytes");
}

async fn entries(h: &Harness) -> u64 {
    h.vault.store().ledger_head().await.unwrap().size
}

#[tokio::test]
async fn one_s_own_data_are_masked_and_clear_once_after_a_second_code() {
    let h = centre().await;
    h.customer(&h.writer().await, "li.na").await;
    let me = Browser::new(&h);
    me.sign_in(MOBILE).await;
    assert!(me.get("/me").await.text().contains("My data"));

    let groups = me.get("/me/data").await.text();
    assert!(
        groups.contains("repair and maintenance") && groups.contains("3 years from last service")
    );
    assert!(!groups.contains("欧阳明"), "{groups}");
    let masked = me.get("/me/data/customer").await.text();
    assert!(
        masked.contains("欧阳*") && !masked.contains("欧阳明") && !masked.contains(MOBILE),
        "{masked}"
    );
    // Who of the staff has the order is not the customer's to see.
    let order = me.get("/me/data/work_order").await.text();
    assert!(
        order.contains("WO-1") && !order.contains("li.na"),
        "{order}"
    );

    let before = codes(&h).await.len();
    let asked = me
        .send("/me/data/customer", "/me/data/customer/code", &[])
        .await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    let code = newest(&h, before).await;
    let clear = me
        .send(
            "/me/data/customer",
            "/me/data/customer/open",
            &[("code", &code)],
        )
        .await;
    assert_eq!(clear.status, 200);
    assert!(
        clear.text().contains("欧阳明") && clear.text().contains(MOBILE),
        "{}",
        clear.text()
    );
    assert_eq!(clear.header("refresh"), "60; url=/me/data/customer");
    fits(&clear);
    // The code is spent: the same form again, and every other load, is masked.
    let again = me
        .send(
            "/me/data/customer",
            "/me/data/customer/open",
            &[("code", &code)],
        )
        .await;
    assert_eq!(again.status, 422);
    assert!(!again.text().contains("欧阳明"));
    assert!(!me.get("/me/data/customer").await.text().contains("欧阳明"));

    // Not for another group than the one that it was asked for.
    h.world.pass(31);
    let before = codes(&h).await.len();
    me.send("/me/data/customer", "/me/data/customer/code", &[])
        .await;
    let code = newest(&h, before).await;
    let other = me
        .send(
            "/me/data/customer",
            "/me/data/vehicle/open",
            &[("code", &code)],
        )
        .await;
    assert_eq!(other.status, 422);
    assert!(!other.text().contains("LZZTE5T03TA000001"));

    let left = me.send("/me", "/me/sign-out", &[]).await;
    assert_eq!(left.status, 303);
    assert_eq!(me.get("/me/data").await.header("location"), "/me");
    let log = String::from_utf8_lossy(&captured().lock().unwrap()).into_owned();
    assert!(
        !log.contains(MOBILE) && !log.contains("欧阳明"),
        "the log holds a value"
    );
}

#[tokio::test]
async fn whether_a_contact_is_on_record_no_answer_tells() {
    let h = centre().await;
    h.customer(&h.writer().await, "li.na").await;
    let before = entries(&h).await;
    let seen = |answer: &Answer| {
        let mut headers: Vec<String> = answer
            .headers
            .iter()
            .filter(|(name, _)| *name != "x-request-id" && *name != "set-cookie")
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect();
        headers.sort();
        let sent = answer.header("set-cookie");
        (answer.status, headers, answer.text(), sent.len())
    };
    let unknown = Browser::new(&h);
    let first = unknown
        .post("/me/sign-in", &[("contact", "13900139000")])
        .await;
    for contact in ["nobody@example.com", "nonsense", "", MOBILE] {
        let browser = Browser::new(&h);
        let answer = browser.post("/me/sign-in", &[("contact", contact)]).await;
        assert_eq!(seen(&answer), seen(&first), "{contact}");
        let page = browser.get("/me/code").await;
        assert_eq!(page.text(), unknown.get("/me/code").await.text());
    }
    newest(&h, 0).await;
    // One entry for the one who was found, none for the others.
    assert_eq!(entries(&h).await, before + 1);
    assert_eq!(codes(&h).await.len(), 1);
    let wrong = unknown.post("/me/code", &[("code", "000000")]).await;
    let known = Browser::new(&h);
    known.post("/me/sign-in", &[("contact", MOBILE)]).await;
    let other = known.post("/me/code", &[("code", "000000")]).await;
    assert_eq!(seen(&wrong), seen(&other));
}

#[tokio::test]
async fn a_code_is_for_one_browser_ten_minutes_five_tries_and_once() {
    let h = centre().await;
    h.customer(&h.writer().await, "li.na").await;
    let me = Browser::new(&h);
    let wrong = |code: &str| if code == "111111" { "222222" } else { "111111" };

    // Another browser, whatever it claims to have asked.
    let code = me.code(MOBILE).await;
    let thief = Browser::new(&h);
    assert_eq!(thief.post("/me/code", &[("code", &code)]).await.status, 422);
    thief.plant("__Secure-shouxin-me-asking", "guessed");
    assert_eq!(thief.post("/me/code", &[("code", &code)]).await.status, 422);
    // Five tries.
    for _ in 0..5 {
        assert_eq!(
            me.post("/me/code", &[("code", wrong(&code))]).await.status,
            422
        );
    }
    assert_eq!(me.post("/me/code", &[("code", &code)]).await.status, 422);
    assert!(me.cookie(SESSION).is_none());

    // Ten minutes.
    h.world.pass(61);
    let code = me.code(MOBILE).await;
    h.world.pass(600);
    assert_eq!(me.post("/me/code", &[("code", &code)]).await.status, 422);

    // One at a time: a new one ends the one before.
    let old = me.code(MOBILE).await;
    let asked = me.cookie("__Secure-shouxin-me-asking").unwrap();
    h.world.pass(61);
    let new = me.code(MOBILE).await;
    let before = Browser::new(&h);
    before.plant("__Secure-shouxin-me-asking", &asked);
    assert_eq!(before.post("/me/code", &[("code", &old)]).await.status, 422);

    // Once.
    let asked = me.cookie("__Secure-shouxin-me-asking").unwrap();
    assert_eq!(me.post("/me/code", &[("code", &new)]).await.status, 303);
    let replay = Browser::new(&h);
    replay.plant("__Secure-shouxin-me-asking", &asked);
    assert_eq!(replay.post("/me/code", &[("code", &new)]).await.status, 422);
    assert!(replay.cookie(SESSION).is_none());
}

#[tokio::test]
async fn codes_come_ten_a_day_and_not_faster_than_the_rates() {
    let h = centre().await;
    h.customer(&h.writer().await, "li.na").await;
    let me = Browser::new(&h);
    let path = "/me/sign-in";
    let form = [("contact", MOBILE)];
    for _ in 0..3 {
        assert_eq!(me.post(path, &form).await.status, 303);
    }
    assert_eq!(me.post(path, &form).await.status, 429);
    newest(&h, 0).await;
    // Three were asked for within half a minute: one was sent.
    assert_eq!(codes(&h).await.len(), 1);
    for sent in 1..10 {
        h.world.pass(61);
        me.post(path, &form).await;
        newest(&h, sent).await;
    }
    h.world.pass(61);
    assert_eq!(me.post(path, &form).await.status, 303);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(codes(&h).await.len(), 10, "the eleventh is not sent");
}

#[tokio::test]
async fn a_form_that_another_page_made_does_nothing() {
    let h = centre().await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let subject: SubjectId = subject.parse().unwrap();
    let me = Browser::new(&h);
    me.sign_in(MOBILE).await;
    let page = me.get("/me/consents").await.text();
    let right = csrf(&page);
    let form = |csrf: &str| {
        encoded(&[
            ("csrf", csrf),
            ("purpose", "marketing-contact"),
            ("agree", "true"),
        ])
    };
    let path = "/me/consents";
    for wrong in ["", "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k"] {
        let answer = me.ask("POST", path, &[], form(wrong)).await;
        assert_eq!(answer.status, 403, "{}", answer.text());
    }
    for (header, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let answer = me.ask("POST", path, &[(header, value)], form(&right)).await;
        assert_eq!(answer.status, 403, "{header}: {value}");
    }
    // Another subject's mark is no better.
    h.write(
        &writer,
        None,
        "customer",
        json!({"name": "张三", "mobile": "13800138009"}),
    )
    .await;
    let other = Browser::new(&h);
    other.sign_in("13800138009").await;
    let others = csrf(&other.get(path).await.text());
    assert_eq!(me.ask("POST", path, &[], form(&others)).await.status, 403);
    let sql = "SELECT 1 FROM consent_event WHERE subject = $1";
    let rows = h
        .vault
        .store()
        .query(sql, shouxin_store::params![subject])
        .await
        .unwrap();
    assert!(rows.is_empty());
    assert_eq!(me.ask("POST", path, &[], form(&right)).await.status, 303);
}

#[tokio::test]
async fn a_session_is_new_with_each_sign_in_and_ends_by_itself() {
    let h = centre().await;
    h.customer(&h.writer().await, "li.na").await;
    let me = Browser::new(&h);
    // Fixation: a token that somebody planted is nobody's, before and after.
    me.plant(SESSION, "planted");
    me.sign_in(MOBILE).await;
    let first = me.cookie(SESSION).unwrap();
    assert_ne!(first, "planted");
    let planted = Browser::new(&h);
    planted.plant(SESSION, "planted");
    assert_eq!(planted.get("/me/data").await.header("location"), "/me");
    // Signing in again ends the session before.
    h.world.pass(61);
    me.sign_in(MOBILE).await;
    let before = Browser::new(&h);
    before.plant(SESSION, &first);
    assert_eq!(before.get("/me/data").await.status, 303);
    // A quarter of an hour without a request.
    h.world.pass(14 * 60);
    assert_eq!(me.get("/me/data").await.status, 200);
    h.world.pass(14 * 60);
    assert_eq!(me.get("/me/data").await.status, 200);
    h.world.pass(15 * 60);
    assert_eq!(me.get("/me/data").await.status, 303);
    // An hour in all.
    me.sign_in(MOBILE).await;
    for _ in 0..5 {
        h.world.pass(11 * 60 + 50);
        assert_eq!(me.get("/me/consents").await.status, 200);
    }
    h.world.pass(61);
    assert_eq!(me.get("/me/data").await.status, 303);
    // A staff session is none here, and this one is none there.
    let staff = h.staff("li.na", &["service-adviser"]).await;
    let page = request(&staff, "GET", "/me/data")
        .body(Body::empty())
        .unwrap();
    assert_eq!(h.send(page).await.status, 303);
    me.sign_in(MOBILE).await;
    me.ask("GET", "/api/v1/me", &[], String::new())
        .await
        .problem(401, "sign-in-required");
}

#[tokio::test]
async fn a_withdrawal_stops_the_very_next_read_and_the_page_shows_the_look() {
    let h = centre().await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let me = Browser::new(&h);
    me.sign_in(MOBILE).await;
    let path = format!("/api/v1/subjects/{subject}/reads");
    let body = json!({"fields": ["customer.name"], "purpose": "marketing-contact"});
    let say = |agree: &'static str| {
        let form = [("purpose", "marketing-contact"), ("agree", agree)];
        let me = &me;
        async move { me.send("/me/consents", "/me/consents", &form).await.status }
    };
    assert_eq!(say("true").await, 303);
    h.post(&adviser, &path, body.clone()).await.expect(200);
    assert!(me.get("/me/consents").await.text().contains("You agreed"));
    assert_eq!(say("false").await, 303);
    let refused = h
        .post(&adviser, &path, body.clone())
        .await
        .problem(403, "read-refused");
    assert_eq!(refused["because"][0]["rule"], "consent-withdrawn");

    let looks = me.get("/me/looks").await.text();
    assert!(
        looks.contains("service adviser") && looks.contains("asked and was refused"),
        "{looks}"
    );
    assert!(looks.contains("looked, masked") && looks.contains("name"));
    assert!(
        !looks.contains("li.na") && !looks.contains(&adviser.actor),
        "{looks}"
    );

    // Each word has its receipt, for whoever said it and for nobody else.
    let choices = me.get("/me/consents").await.text();
    assert!(
        choices.contains("href=\"/me/consents/2/receipt\""),
        "{choices}"
    );
    let page = me.get("/me/consents/2/receipt").await.text();
    assert!(
        page.contains("<dd>Withdrew consent</dd>") && page.contains("<dd>Privacy centre</dd>"),
        "{page}"
    );
    let file = me.get("/me/consents/2/receipt.json").await.text();
    let receipt = Receipt::parse(file.as_bytes()).unwrap();
    let held = receipt.verify(&h.vault.ledger_keys()).unwrap();
    assert!(held.proof.first_denied.is_some() && held.proof.last_allowed.is_some());
    assert!(!file.contains(MOBILE), "{file}");
    assert_eq!(me.get("/me/consents/9/receipt").await.status, 404);
    let stranger = Browser::new(&h);
    assert_eq!(stranger.get("/me/consents/2/receipt").await.status, 303);

    // Undone within ten minutes, not after.
    let undo = [("purpose", "marketing-contact")];
    assert_eq!(
        me.send("/me/consents", "/me/consents/undo", &undo)
            .await
            .status,
        303
    );
    h.post(&adviser, &path, body.clone()).await.expect(200);
    assert_eq!(say("false").await, 303);
    h.world.pass(600);
    assert!(!me.get("/me/consents").await.text().contains("Undo"));
    me.send("/me/consents", "/me/consents/undo", &undo).await;
    h.post(&adviser, &path, body)
        .await
        .problem(403, "read-refused");
    // What rests on a contract has no switch.
    let contract = [("purpose", "repair-service"), ("agree", "false")];
    assert_eq!(
        me.send("/me/consents", "/me/consents", &contract)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn each_look_has_a_proof_that_holds_and_names_nobody() {
    let h = centre().await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let (other, _) = h
        .write(
            &writer,
            None,
            "customer",
            json!({"name": "张三", "mobile": "13800138009"}),
        )
        .await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let body = json!({"fields": ["customer.name"], "purpose": "repair-service"});
    let read = h
        .post(
            &adviser,
            &format!("/api/v1/subjects/{subject}/reads"),
            body.clone(),
        )
        .await
        .ok();
    let entry = read["entry"].as_u64().unwrap();
    h.post(&adviser, &format!("/api/v1/subjects/{other}/reads"), body)
        .await;
    let others = entries(&h).await - 1;
    let me = Browser::new(&h);
    me.sign_in(MOBILE).await;
    let page = format!("/me/looks/{entry}");
    assert!(me.get(&page).await.text().contains("signed each second"));
    assert_eq!(me.get(&format!("{page}/proof.json")).await.status, 503);
    h.vault.sign_checkpoint(h.app.witness()).await.unwrap();
    let text = me.get(&page).await.text();
    assert!(
        text.contains("shouxin-verify proof") && !text.contains(&adviser.actor),
        "{text}"
    );
    let file = me.get(&format!("{page}/proof.json")).await;
    assert!(!file.text().contains("stf_"));
    let proof: LeafProof = serde_json::from_slice(&file.bytes).unwrap();
    assert_eq!(proof.index, entry);
    proof.verify(&h.vault.ledger_keys()).unwrap();
    let mut forged = proof;
    forged.index = entry - 1;
    assert!(forged.verify(&h.vault.ledger_keys()).is_err());
    // Somebody else's entry, nobody's, and one that there is not look alike.
    for index in [others, 0, 999_999] {
        assert_eq!(
            me.get(&format!("/me/looks/{index}")).await.status,
            404,
            "{index}"
        );
        assert_eq!(
            me.get(&format!("/me/looks/{index}/proof.json"))
                .await
                .status,
            404
        );
    }
}

#[tokio::test]
async fn the_erased_are_signed_out_and_the_restricted_still_see_their_own() {
    let h = centre().await;
    let (subject, _) = h.customer(&h.writer().await, "li.na").await;
    let subject: SubjectId = subject.parse().unwrap();
    let me = Browser::new(&h);
    me.sign_in(MOBILE).await;
    h.vault
        .put_restriction(&Caller::operator(), subject, "accuracy-contested")
        .await
        .unwrap();
    assert!(me.get("/me/data/customer").await.text().contains("欧阳*"));
    h.vault
        .erase(&Caller::operator(), subject, "asked-by-subject")
        .await
        .unwrap();
    assert_eq!(me.get("/me/data/customer").await.header("location"), "/me");
    h.world.pass(61);
    let (before, codes_before) = (entries(&h).await, codes(&h).await.len());
    assert_eq!(
        me.post("/me/sign-in", &[("contact", MOBILE)]).await.status,
        303
    );
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(
        (entries(&h).await, codes(&h).await.len()),
        (before, codes_before)
    );
}

#[tokio::test]
async fn of_two_with_one_number_the_name_tells_who_it_is_and_otherwise_nobody_is_reached() {
    let h = centre().await;
    let writer = h.writer().await;
    for (name, mobile) in [("王小明", "13700137000"), ("王大明", "13700137001")] {
        let email = "family@example.com";
        h.write(
            &writer,
            None,
            "customer",
            json!({"name": name, "mobile": mobile, "email": email}),
        )
        .await;
    }
    let me = Browser::new(&h);
    for name in ["", "王", "李四"] {
        h.world.pass(61);
        me.post(
            "/me/sign-in",
            &[("contact", "family@example.com"), ("name", name)],
        )
        .await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(codes(&h).await.is_empty());
    h.world.pass(61);
    me.post(
        "/me/sign-in",
        &[("contact", "Family@Example.com"), ("name", "王大明")],
    )
    .await;
    let code = newest(&h, 0).await;
    assert_eq!(me.post("/me/code", &[("code", &code)]).await.status, 303);
    assert!(
        me.get("/me/data/customer")
            .await
            .text()
            .contains("137****7001")
    );
}

#[tokio::test]
async fn without_gateway_or_outbox_the_door_says_that_it_is_shut() {
    let h = Harness::new().await;
    let me = Browser::new(&h);
    let page = me.get("/me").await.text();
    assert!(
        page.contains("not open yet") && !page.contains("/me/sign-in"),
        "{page}"
    );
    assert_eq!(me.get("/me/outbox").await.status, 404);
    for path in ["/me/requests", "/me/officer"] {
        assert_eq!(me.get(path).await.status, 200, "{path}");
    }
    let chosen = me.get("/me/language/zh?to=/me/officer").await;
    assert_eq!(chosen.header("location"), "/me/officer");
    assert!(me.get("/me").await.text().contains("lang=\"zh-CN\""));
}

#[tokio::test]
async fn a_gateway_of_text_messages_is_asked_again_and_knows_the_request_by_its_signature() {
    let receiver = Receiver::start().await;
    receiver.next([Does::Fail]);
    let secret = format!("whsec_{}", "BwcH".repeat(8));
    let folder = tempfile::tempdir().unwrap();
    let secret_file = folder.path().join("sms-secret");
    std::fs::write(&secret_file, format!("{secret}\n")).unwrap();
    let h = Harness::set(|settings| {
        settings.me.sms = Some(Sms {
            url: receiver.hook(),
            hosts: receiver.url.parse().unwrap(),
            body: r#"{"to": "+86{phone}", "code": "{code}"}"#.to_owned(),
            secret_file,
        });
    })
    .await;
    h.customer(&h.writer().await, "li.na").await;
    let me = Browser::new(&h);
    let asked = me.post("/me/sign-in", &[("contact", MOBILE)]).await;
    assert_eq!(asked.status, 303);
    let tries = came(&receiver, 2).await;
    let secret = SigningSecret::of_shown(&secret).unwrap();
    for one in &tries {
        let seconds = one.header("webhook-timestamp").parse().unwrap();
        let id = one.header("webhook-id");
        let signed = sign(std::slice::from_ref(&secret), id, seconds, &one.body);
        assert_eq!(one.header("webhook-signature"), signed);
        assert_eq!(
            id,
            tries[0].header("webhook-id"),
            "one message, tried again"
        );
        assert_eq!(one.event()["to"], format!("+86{MOBILE}"));
    }
    let code = tries[1].event()["code"].as_str().unwrap().to_owned();
    let entered = me.post("/me/code", &[("code", &code)]).await;
    assert_eq!(entered.header("location"), "/me");
}

/// The messages that came in, once there are so many.
async fn came(receiver: &Receiver, count: usize) -> Vec<Message> {
    for _ in 0..500 {
        let came = receiver.came();
        if came.len() >= count {
            return came;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} of {count} messages came", receiver.came().len());
}
