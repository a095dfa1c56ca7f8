//! Consent on pages of other sites, and at the counter, over HTTP.

use axum::body::Body;
use serde_json::{Value, json};

use shouxin_vault::said::shouxin_ledger::Receipt;

use crate::support::{Answer, Harness, Person, request};

const SHOP: &str = "https://shop.example.com";
const NOTICE: &str = include_str!("../../../../corpus/notices/web-shop.toml");
const CONFIG: &str = "/widget/v1/web-shop/config?language=en";
const SAY: &str = "/widget/v1/consents";

async fn harness() -> Harness {
    let h = Harness::set(|settings| settings.widget.origins = vec![SHOP.to_owned()]).await;
    assert_eq!(h.vault.found_notices(&[NOTICE]).await.unwrap(), 1);
    h
}

/// What a page of this origin is answered, with these headers more.
async fn page(
    h: &Harness,
    (method, path): (&str, &str),
    origin: &str,
    more: &[(&str, &str)],
    body: Option<Value>,
) -> Answer {
    let request = request(&Person::default(), method, path)
        .header("origin", origin)
        .header("sec-fetch-site", "cross-site");
    let request = more.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    let request = match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    };
    h.send(request.unwrap()).await
}

async fn config(h: &Harness, more: &[(&str, &str)]) -> Value {
    page(h, ("GET", CONFIG), SHOP, more, None).await.expect(200)
}

async fn say(h: &Harness, config: &Value, mut body: Value) -> Answer {
    for (name, value) in [
        ("token", config["token"].clone()),
        ("through", json!("web")),
    ] {
        if body[name].is_null() {
            body[name] = value;
        }
    }
    page(h, ("POST", SAY), SHOP, &[], Some(body)).await
}

#[tokio::test]
async fn a_page_is_told_what_to_ask_and_a_visitor_is_asked_once() {
    let h = harness().await;
    let told = config(&h, &[]).await;
    assert_eq!((&told["ask"], &told["gpc"]), (&json!(true), &json!(false)));
    let of = |name: &str| {
        let purposes = told["purposes"].as_array().unwrap();
        purposes
            .iter()
            .find(|one| one["name"] == name)
            .unwrap()
            .clone()
    };
    let (plain, sensitive) = (of("marketing-contact"), of("roadside-rescue"));
    assert_eq!(
        (&plain["sensitive"], &plain["share"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(
        (&plain["in_all"], &sensitive["in_all"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(sensitive["share"], json!(true));
    assert_eq!(
        (&sensitive["sensitive"], &sensitive["form"]),
        (&json!(true), &json!("separate"))
    );
    assert!(
        sensitive["recipients"][0]
            .as_str()
            .unwrap()
            .contains("partner@example.com")
    );

    let body = json!({"on": ["marketing-contact"], "off": [], "all": true});
    let receipt = say(&h, &told, body).await.expect(200);
    assert_eq!(receipt["receipt"], format!("cs_{}", receipt["entry"]));
    let visitor = receipt["visitor"].as_str().unwrap();
    let again = config(&h, &[("shouxin-visitor", visitor)]).await;
    assert_eq!(again["ask"], json!(false));
    assert_eq!(
        again["said"],
        json!({"on": ["marketing-contact"], "off": []})
    );
    // The same visitor, who changes their mind.
    let body = json!({"off": ["marketing-contact"], "all": false, "visitor": visitor});
    say(&h, &told, body).await.expect(200);
    let after = config(&h, &[("shouxin-visitor", visitor)]).await;
    assert_eq!(
        after["said"],
        json!({"on": [], "off": ["marketing-contact"]})
    );
    page(&h, ("GET", CONFIG), SHOP, &[("shouxin-visitor", "x")], None)
        .await
        .problem(401, "sign-in-required");
}

#[tokio::test]
async fn who_refused_may_be_asked_again_once_the_cool_down_is_over() {
    let h = harness().await;
    let told = config(&h, &[]).await;
    assert_eq!(told["again_from"], Value::Null);
    let body = json!({"off": ["marketing-contact", "roadside-rescue"], "all": false});
    let receipt = say(&h, &told, body).await.expect(200);
    let visitor = receipt["visitor"].as_str().unwrap();
    let asked = async || {
        let told = config(&h, &[("shouxin-visitor", visitor)]).await;
        (told["ask"].clone(), told["again_from"].clone())
    };
    let again = h.vault.now().plus_seconds(180 * 86_400);
    assert_eq!(asked().await, (json!(false), json!(again.rfc3339())));
    h.world.pass(180 * 86_400 - 1);
    assert_eq!(asked().await.0, json!(false));
    h.world.pass(1);
    assert_eq!(asked().await, (json!(true), Value::Null));
    // Whoever agrees to everything is left alone for good.
    let told = config(&h, &[]).await;
    let body =
        json!({"on": ["marketing-contact", "roadside-rescue"], "all": false, "visitor": visitor});
    say(&h, &told, body).await.expect(200);
    h.world.pass(180 * 86_400);
    assert_eq!(asked().await, (json!(false), Value::Null));
}

#[tokio::test]
async fn only_pages_that_the_settings_name_are_answered() {
    let h = harness().await;
    let open = page(&h, ("GET", CONFIG), SHOP, &[], None).await;
    assert_eq!(open.header("access-control-allow-origin"), SHOP);
    assert_eq!(open.header("cross-origin-resource-policy"), "cross-origin");
    assert!(
        open.headers
            .get("access-control-allow-credentials")
            .is_none()
    );
    let asks = [("access-control-request-method", "POST")];
    let preflight = page(&h, ("OPTIONS", SAY), SHOP, &asks, None).await;
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.header("access-control-allow-origin"), SHOP);
    let allowed = preflight.header("access-control-allow-headers");
    assert!(allowed.contains("shouxin-visitor"), "{allowed}");
    for other in [
        "https://shop.example.com.evil.example",
        "http://shop.example.com",
        "null",
    ] {
        let answer = page(&h, ("GET", CONFIG), other, &[], None).await;
        answer.problem(403, "csrf-refused");
        assert!(answer.headers.get("access-control-allow-origin").is_none());
        page(&h, ("POST", SAY), other, &[], Some(json!({})))
            .await
            .problem(403, "csrf-refused");
        let preflight = page(&h, ("OPTIONS", SAY), other, &asks, None).await;
        assert!(
            preflight
                .headers
                .get("access-control-allow-origin")
                .is_none()
        );
    }
    // No other operation is opened to a page.
    let me = page(&h, ("GET", "/api/v1/me"), SHOP, &[], None).await;
    assert!(me.headers.get("access-control-allow-origin").is_none());
    // A program that is no browser.
    h.get(&Person::default(), CONFIG).await.expect(200);
}

#[tokio::test]
async fn what_does_not_answer_the_notice_is_refused_and_nobody_comes_into_being() {
    let h = harness().await;
    let told = config(&h, &[]).await;
    let people = async || {
        let sql = "SELECT COUNT(*) FROM subject";
        h.vault.store().query(sql, Vec::new()).await.unwrap()[0]
            .int(0)
            .unwrap()
    };
    let refused = async |body: Value, code: u16, word: &str, at: &str| {
        let answer = say(&h, &told, body).await;
        assert_eq!(
            answer.problem(code, word)["places"][0]["at"],
            at,
            "{}",
            answer.text()
        );
    };
    let all = json!({"on": ["marketing-contact", "roadside-rescue"], "all": true});
    refused(all, 422, "invalid-value", "on[1]").await;
    refused(json!({"all": false}), 422, "invalid-value", "on").await;
    refused(
        json!({"off": ["repair-service"], "all": false}),
        422,
        "invalid-value",
        "off[0]",
    )
    .await;
    refused(
        json!({"off": ["marketing-contact"], "all": false, "through": "counter"}),
        422,
        "invalid-value",
        "through",
    )
    .await;
    refused(
        json!({"off": ["marketing-contact"], "all": false, "token": "e30.AAAA"}),
        422,
        "invalid-value",
        "token",
    )
    .await;
    say(
        &h,
        &told,
        json!({"off": ["marketing-contact"], "all": false, "session": "x"}),
    )
    .await
    .problem(401, "sign-in-required");
    // Shown too long ago.
    h.world.pass(40 * 86_400);
    refused(
        json!({"off": ["marketing-contact"], "all": false}),
        409,
        "conflict",
        "token",
    )
    .await;
    assert_eq!(people().await, 0);
}

#[tokio::test]
async fn privacy_control_turns_sharing_into_a_refusal_by_either_way() {
    let h = harness().await;
    let header = [("sec-gpc", "1")];
    let told = config(&h, &header).await;
    assert_eq!(told["gpc"], json!(true));
    let body = json!({"token": told["token"], "on": ["marketing-contact", "roadside-rescue"],
        "all": false, "through": "web"});
    let by_header = page(&h, ("POST", SAY), SHOP, &header, Some(body.clone()))
        .await
        .expect(200);
    let mut body = body;
    body["gpc"] = json!(true);
    let by_body = page(&h, ("POST", SAY), SHOP, &[], Some(body))
        .await
        .expect(200);
    for receipt in [by_header, by_body] {
        assert_eq!(receipt["gpc"], json!(true));
        assert_eq!(
            (&receipt["on"], &receipt["off"]),
            (&json!(["marketing-contact"]), &json!(["roadside-rescue"]))
        );
    }
    let stated = h
        .get(&Person::default(), "/.well-known/gpc.json")
        .await
        .expect(200);
    assert_eq!(stated["gpc"], json!(true));
}

#[tokio::test]
async fn a_host_names_its_customer_and_takes_over_what_the_browser_said() {
    let h = harness().await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let told = config(&h, &[]).await;
    let yes = json!({"on": ["marketing-contact"], "all": true});
    let visitor = say(&h, &told, yes.clone()).await.expect(200)["visitor"].clone();
    let host = h
        .key(
            &["service-adviser"],
            &["repair-service", "marketing-contact"],
            &["customer.*"],
        )
        .await;
    let open = async |body: Value| h.post(&host, "/api/v1/consent-sessions", body).await;
    h.world.pass(1);
    let session = open(json!({"subject": subject, "visitor": visitor}))
        .await
        .expect(201);
    assert_eq!(session["joined"], json!(1));
    assert_eq!(
        open(json!({"subject": subject, "visitor": visitor}))
            .await
            .expect(201)["joined"],
        json!(0)
    );
    open(json!({"subject": subject, "visitor": "x"}))
        .await
        .problem(422, "invalid-value");
    let unknown = "sub_00000000000000000000000000";
    open(json!({"subject": unknown}))
        .await
        .problem(404, "subject-not-found");
    // Nobody else opens one.
    h.post(
        &writer,
        "/api/v1/consent-sessions",
        json!({"subject": subject}),
    )
    .await
    .problem(403, "operation-not-permitted");

    let token = session["token"].as_str().unwrap();
    let known = config(&h, &[("shouxin-visitor", token)]).await;
    assert_eq!(
        (&known["ask"], &known["said"]["on"]),
        (&json!(false), &json!(["marketing-contact"]))
    );
    let no = json!({"off": ["marketing-contact"], "all": true, "session": token});
    let receipt = say(&h, &told, no.clone()).await.expect(200);
    assert!(receipt["visitor"].is_null());
    let entry = h
        .vault
        .entry(receipt["entry"].as_u64().unwrap())
        .await
        .unwrap()
        .0;
    assert_eq!(entry.actor, host.actor);
    h.world.pass(15 * 60);
    say(&h, &told, no).await.problem(401, "sign-in-required");
}

#[tokio::test]
async fn a_customer_answers_at_the_counter_without_scripts() {
    let h = harness().await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let path = format!("/api/v1/subjects/{subject}/counter-sessions");
    let ask = json!({"purpose": "repair-service", "notice": "web-shop",
        "purposes": ["marketing-contact", "roadside-rescue"], "language": "en"});
    for (name, value, at) in [
        ("language", json!("fr"), "language"),
        ("notice", json!("none"), "notice"),
        ("purposes", json!(["repair-service"]), "purposes[0]"),
    ] {
        let mut wrong = ask.clone();
        wrong[name] = value;
        let problem = h
            .post(&adviser, &path, wrong)
            .await
            .problem(422, "invalid-value");
        assert_eq!(problem["places"][0]["at"], at);
    }
    let stranger = h.staff("wu.lei", &["service-adviser"]).await;
    h.post(&stranger, &path, ask.clone())
        .await
        .problem(403, "read-refused");
    let opened = h.post(&adviser, &path, ask).await.expect(201);
    assert!(opened["qr"].as_str().unwrap().starts_with("<svg"));
    let url = opened["url"].as_str().unwrap();
    let form = &url[url.find("/c/").unwrap()..];
    let outcome = format!("{path}/{}", opened["id"].as_str().unwrap());
    assert_eq!(
        h.get(&adviser, &outcome).await.expect(200)["state"],
        json!("waiting")
    );
    h.get(&stranger, &outcome).await.problem(404, "not-found");

    let shown = h.get(&Person::default(), form).await;
    assert_eq!(shown.status, 200);
    let policy = shown.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("script-src"),
        "{policy}"
    );
    assert_eq!(shown.header("cache-control"), "no-store");
    assert!(shown.text().contains("partner@example.com") && !shown.text().contains(" checked"));
    let send = async |body: &'static str| {
        let request = request(&Person::default(), "POST", form)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body));
        h.send(request.unwrap()).await
    };
    assert_eq!(send("marketing-contact=maybe").await.status, 400);
    let half = send("marketing-contact=yes").await;
    assert_eq!(half.status, 422);
    assert!(
        half.text().contains("role=\"alert\"")
            && half.text().contains("value=\"yes\" required checked")
    );
    let thanks = send("marketing-contact=yes&roadside-rescue=no").await;
    assert_eq!(thanks.status, 200);
    let keys = h.vault.ledger_keys();
    for (place, state) in [(0, "given"), (1, "withdrawn or refused")] {
        let at = format!("{form}/{place}/receipt");
        assert!(thanks.text().contains(&format!("href=\"{at}\"")));
        let page = h.get(&Person::default(), &at).await;
        let text = page.text();
        assert!(text.contains("<h1>Consent receipt</h1>") && !text.contains("<script"));
        assert!(text.contains(if place == 0 {
            "<dd>Agreed</dd>"
        } else {
            "<dd>Refused</dd>"
        }));
        let file = h.get(&Person::default(), &format!("{at}.json")).await;
        assert!(file.header("content-disposition").starts_with("attachment"));
        let receipt = Receipt::parse(file.text().as_bytes()).unwrap();
        let held = receipt.verify(&keys).unwrap();
        assert!(state.contains(receipt.json()["event"][0]["event_state"].as_str().unwrap()));
        assert!(held.proof.event.contains("counter"));
    }
    assert_eq!(
        h.get(&Person::default(), &format!("{form}/2/receipt"))
            .await
            .status,
        410
    );
    let answered = h.get(&adviser, &outcome).await.expect(200);
    assert_eq!(
        (&answered["state"], &answered["on"], &answered["off"]),
        (
            &json!("answered"),
            &json!(["marketing-contact"]),
            &json!(["roadside-rescue"])
        )
    );
    assert_eq!(
        send("marketing-contact=no&roadside-rescue=no").await.status,
        410
    );
    assert_eq!(h.get(&Person::default(), form).await.status, 410);
    assert_eq!(h.get(&Person::default(), "/c/none").await.status, 410);
    // The receipts go an hour after the page's time.
    let receipt = format!("{form}/0/receipt.json");
    h.world.pass(600 + 3_600 - 1);
    assert_eq!(h.get(&Person::default(), &receipt).await.status, 200);
    h.world.pass(1);
    assert_eq!(h.get(&Person::default(), &receipt).await.status, 410);
}

#[tokio::test]
async fn the_widget_is_kept_for_good_under_the_name_of_its_content() {
    let h = Harness::new().await;
    let nobody = Person::default();
    let told = h.get(&nobody, "/api/v1/widget").await;
    if told.status == 404 {
        // A program that was built without it says how to build it.
        assert!(told.text().contains("cargo xtask console"));
        return;
    }
    let told = told.expect(200);
    let file = h.get(&nobody, told["url"].as_str().unwrap()).await;
    assert_eq!(file.status, 200);
    assert!(file.header("cache-control").contains("immutable"));
    assert_eq!(file.header("access-control-allow-origin"), "*");
    assert_eq!(file.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(
        file.bytes.len() as u64,
        told["size_bytes"].as_u64().unwrap()
    );
    for other in ["/widget/shouxin-consent.js", "/widget/widget.json"] {
        h.get(&nobody, other).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn words_from_one_address_have_a_rate() {
    let h = Harness::set(|settings| {
        settings.widget.origins = vec![SHOP.to_owned()];
        settings.rates.page_per_minute = 2.try_into().unwrap();
    })
    .await;
    for _ in 0..2 {
        page(&h, ("POST", SAY), SHOP, &[], Some(json!({"token": ""})))
            .await
            .problem(422, "invalid-value");
    }
    page(&h, ("POST", SAY), SHOP, &[], Some(json!({})))
        .await
        .problem(429, "too-many-requests");
    page(&h, ("GET", CONFIG), SHOP, &[], None)
        .await
        .problem(404, "not-found");
}
