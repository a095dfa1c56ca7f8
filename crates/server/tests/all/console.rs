//! The console's addresses: files for anybody, by GET, beside the operations.

use axum::body::Body;

use crate::support::{Answer, Harness, Person, request};

async fn ask(h: &Harness, method: &str, path: &str) -> Answer {
    let request = request(&Person::default(), method, path);
    h.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_screen_is_the_one_page_or_says_how_to_build_it() {
    let h = Harness::new().await;
    for path in ["/console/", "/console/records", "/console/records/sub_1"] {
        let answer = ask(&h, "GET", path).await;
        match answer.status {
            200 => {
                assert_eq!(answer.header("cache-control"), "no-store");
                let policy = answer.header("content-security-policy");
                assert!(
                    policy.contains("script-src 'self'; style-src 'self'"),
                    "{policy}"
                );
                assert!(!policy.contains("unsafe"), "{policy}");
                assert!(answer.text().contains("<div id=\"root\">"));
            }
            503 => assert!(answer.text().contains("cargo xtask console")),
            other => panic!("{path}: {other}"),
        }
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert!(answer.header("x-request-id").starts_with("req_"));
    }
}

#[tokio::test]
async fn the_root_leads_there_and_other_addresses_stay_what_they_were() {
    let h = Harness::new().await;
    let root = ask(&h, "GET", "/").await;
    assert_eq!((root.status, root.header("location")), (303, "/console/"));
    for path in [
        "/console/assets/none.js",
        "/console/assets/index",
        "/console/favicon.ico",
        "/elsewhere",
        "/api/v1/none",
    ] {
        ask(&h, "GET", path).await.problem(404, "not-found");
    }
    ask(&h, "POST", "/console/")
        .await
        .problem(405, "method-not-allowed");
    // The guard looks here as well.
    let attack = ask(
        &h,
        "GET",
        "/console/records?order=%3Cscript%3Ealert(1)%3C/script%3E",
    )
    .await;
    attack.problem(403, "request-blocked");
}
