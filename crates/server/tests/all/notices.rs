//! Notices over HTTP: read by anybody, checked, planned, approved, published, and named by consents.

use axum::body::Body;
use serde_json::{Value, json};

use crate::support::{Answer, Harness, Person, request};

const MARKETING: &str = include_str!("../../../../profiles/after-sales/notices/marketing.toml");

/// One more recipient: more is done with the data than before.
fn widened() -> String {
    let purpose = "name = \"marketing-contact\"\n";
    assert!(MARKETING.contains(purpose));
    let named = MARKETING.replacen(
        purpose,
        "name = \"marketing-contact\"\nrecipients = [\"sender\"]\n",
        1,
    );
    format!(
        "{named}\n[[recipient]]\nname = \"sender\"\nkind = \"processor\"\n\
         title = {{ zh = \"短信公司\", en = \"Sender Ltd\" }}\n\
         contact = {{ zh = \"邮箱 sender@example.com\", en = \"mail sender@example.com\" }}\n\
         text = {{ zh = \"替我们发短信。\", en = \"It sends text messages for us.\" }}\n"
    )
}

async fn harness() -> Harness {
    let h = Harness::new().await;
    h.vault.found_notices(&[MARKETING]).await.unwrap();
    h
}

async fn page(h: &Harness, path: &str) -> Answer {
    let request = request(&Person::default(), "GET", path)
        .header("accept", "text/html,application/xhtml+xml;q=0.9");
    h.send(request.body(Body::empty()).unwrap()).await
}

async fn strong(h: &Harness, login: &str, role: &str) -> Person {
    let person = h.staff(login, &[role]).await;
    h.step_up(&person).await;
    person
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_reads_a_notice_as_a_page_and_as_json() {
    let h = harness().await;
    let nobody = Person::default();
    let shown = h.get(&nobody, "/notices/marketing?language=en").await.ok();
    assert_eq!(
        (&shown["version"], &shown["language"]),
        (&json!(1), &json!("en"))
    );
    assert_eq!(shown["switches"][0]["purpose"], "marketing-contact");
    assert_eq!(shown["switches"][0]["form"], "general");
    let token = h.vault.shown(shown["snapshot"].as_str().unwrap()).unwrap();
    assert_eq!(
        (token.name.as_str(), token.language.as_str()),
        ("marketing", "en")
    );

    for (language, tag, title) in [
        ("zh", "zh-CN", "营销与关怀告知书"),
        ("en", "en", "Notice on offers and greetings"),
    ] {
        let answer = page(&h, &format!("/notices/marketing?language={language}")).await;
        assert_eq!(answer.status, 200);
        let text = answer.text();
        assert!(text.contains(&format!("<html lang=\"{tag}\">")), "{text}");
        assert!(text.contains(&format!("<h1>{title}</h1>")), "{text}");
        assert!(
            !text.contains("<script") && !text.contains("style="),
            "{text}"
        );
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
        assert_eq!(answer.header("cache-control"), "no-store");
        // What the JSON tells paragraph by paragraph is what the page shows.
        let path = format!("/notices/marketing?language={language}");
        let json = h.get(&nobody, &path).await.ok();
        for paragraph in json["paragraphs"].as_array().unwrap() {
            let words = paragraph["text"].as_str().unwrap().replace('"', "&quot;");
            assert!(text.contains(&words.replace('\'', "&#39;")), "{words}");
        }
    }
    for path in ["/notices/none", "/notices/marketing?version=2"] {
        h.get(&nobody, path).await.problem(404, "not-found");
    }
    h.get(&nobody, "/notices/marketing?language=fr")
        .await
        .problem(400, "invalid-parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_checked_planned_approved_and_published() {
    let h = harness().await;
    let officer = strong(&h, "zhou.min", "protection-officer").await;
    let lawyer = strong(&h, "qian.hua", "legal-reviewer").await;
    let adviser = h.staff("li.na", &["service-adviser"]).await;
    let post = async |who: &Person, what: &str, body: Value| {
        h.post(who, &format!("/api/v1/notices/{what}"), body).await
    };
    let ticked = json!({"notice": format!("{MARKETING}on = true\n")});
    let found = post(&officer, "lints", ticked.clone()).await.ok();
    assert_eq!(found["findings"][0]["code"], "pre-ticked");
    assert_eq!(
        found["findings"][0]["line"],
        MARKETING.lines().count() as u64 + 1
    );
    assert!(found["scores"].as_array().unwrap().len() > 10);
    // What is refused is shown to its author nevertheless.
    let previews = found["previews"].as_array().unwrap();
    let languages: Vec<&str> = previews
        .iter()
        .map(|one| one["language"].as_str().unwrap())
        .collect();
    assert_eq!(languages, ["zh", "en"]);
    assert_eq!(
        previews[1]["paragraphs"][0]["text"],
        "Notice on offers and greetings"
    );
    assert_eq!(previews[0]["asked"][0]["name"], "marketing-contact");
    let unread = post(&officer, "lints", json!({"notice": "name ="}))
        .await
        .ok();
    assert_eq!(unread["previews"], json!([]));
    assert_eq!(unread["findings"][0]["line"], 1);
    post(&officer, "plans", ticked.clone())
        .await
        .problem(422, "notice-refused");
    post(&officer, "versions", ticked)
        .await
        .problem(422, "notice-refused");
    post(&adviser, "plans", json!({"notice": MARKETING}))
        .await
        .problem(403, "operation-not-permitted");

    let plan = post(&officer, "plans", json!({"notice": widened()}))
        .await
        .ok();
    assert_eq!(
        (&plan["version"], &plan["in_force"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(
        (&plan["widens"], &plan["reads_a_day"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(plan["changes"][0]["kind"], "widening");
    assert_eq!(plan["purposes"][0]["asks_again"], true);
    post(&officer, "versions", json!({"notice": widened()}))
        .await
        .problem(403, "approval-required");
    let proposal = json!({"notice": widened(), "reason": "a company that sends for us"});
    let asked = post(&officer, "proposals", proposal).await.expect(201);
    assert_eq!(
        (&asked["act"], &asked["body"]["version"]),
        (&json!("notice"), &json!(2))
    );
    let id = asked["approval"].as_str().unwrap();
    let decision = json!({"digest": asked["digest"], "decision": "approve"});
    let path = format!("/api/v1/approvals/{id}/decision");
    h.call(&officer, "PUT", &path, Some(decision.clone()))
        .await
        .problem(403, "own-approval");
    h.call(&lawyer, "PUT", &path, Some(decision)).await.ok();
    let body = json!({"notice": widened(), "approval": id});
    let published = post(&officer, "versions", body).await.expect(201);
    assert_eq!(
        (&published["version"], &published["in_force"]),
        (&json!(2), &json!(true))
    );

    let templates = h.get(&adviser, "/api/v1/notice-templates").await.ok();
    let templates = templates["templates"].as_array().unwrap();
    let marketing = templates.iter().find(|one| one["name"] == "marketing");
    assert_eq!(marketing.unwrap()["notice"], MARKETING);
    assert_eq!(templates.len(), 3);

    let list = h.get(&adviser, "/api/v1/notices").await.ok();
    let states: Vec<&str> = list["notices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["in-force", "superseded"]);
    let told = list["purposes"].as_array().unwrap();
    let told: Vec<&Value> = told
        .iter()
        .filter(|one| one["notice"].is_string())
        .collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["untold"], json!([]));
    let first = h
        .get(&adviser, "/api/v1/notices/marketing?version=1")
        .await
        .ok();
    assert_eq!(first["source"], MARKETING);
    let compared = "/api/v1/notices/marketing/differences?from=1&to=2";
    assert_eq!(h.get(&adviser, compared).await.ok()["widens"], true);
    h.get(
        &adviser,
        "/api/v1/notices/marketing/differences?from=1&to=9",
    )
    .await
    .problem(404, "not-found");
    let old = page(&h, "/notices/marketing?language=en&version=1").await;
    assert!(old.text().contains("This is not the version in force."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_names_the_notice_that_was_shown() {
    let h = harness().await;
    let officer = strong(&h, "zhou.min", "protection-officer").await;
    let writer = h.writer().await;
    let (subject, _) = h.customer(&writer, "li.na").await;
    let path = format!("/api/v1/subjects/{subject}/consents/marketing-contact");
    let tell = async |who: &Person, body: Value| h.call(who, "PUT", &path, Some(body)).await;
    let say = async |body: Value| tell(&officer, body).await;
    let given = json!({"state": "given", "form": "general"});
    say(given.clone()).await.problem(422, "notice-not-shown");
    let shown = h.get(&officer, "/notices/marketing").await.ok();
    let mut proved = given.clone();
    proved["snapshot"] = shown["snapshot"].clone();
    say(proved.clone()).await.ok();
    let mut forged = given.clone();
    forged["snapshot"] = json!("eyJub3RpY2UiOiJtYXJrZXRpbmcifQ.AAAA");
    say(forged).await.problem(422, "notice-not-shown");
    h.world.pass(24 * 3_600);
    let later = strong(&h, "wu.ling", "protection-officer").await;
    let withdrawn = json!({"state": "withdrawn", "form": "general"});
    tell(&later, withdrawn).await.ok();
    tell(&later, proved).await.problem(422, "notice-not-shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_kept_and_nobody_writes_over_anothers() {
    let h = harness().await;
    let officer = h.staff("zhou.min", &["protection-officer"]).await;
    let lawyer = h.staff("qian.hua", &["legal-reviewer"]).await;
    let path = "/api/v1/notices/marketing/draft";
    h.get(&officer, path).await.problem(404, "not-found");
    let save = async |who: &Person, text: &str, revision: u32| {
        let body = json!({"notice": text, "revision": revision});
        h.call(who, "PUT", path, Some(body)).await
    };
    assert_eq!(
        save(&officer, "not yet", 0).await.ok()["draft"]["revision"],
        1
    );
    save(&lawyer, "mine", 0).await.problem(409, "conflict");
    assert_eq!(
        save(&lawyer, "better", 1).await.ok()["draft"]["revision"],
        2
    );
    assert_eq!(h.get(&officer, path).await.ok()["notice"], "better");
    assert_eq!(h.call(&officer, "DELETE", path, None).await.status, 204);
    h.get(&officer, path).await.problem(404, "not-found");
}
