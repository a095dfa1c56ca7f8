use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::{any, post};

use super::*;

/// A server on a free port; gives its port and counts what reaches `/elsewhere`.
async fn server() -> (u16, Arc<AtomicUsize>) {
    let reached = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&reached);
    let router = Router::new()
        .route("/taken", post(|body: Bytes| async move { body }))
        .route(
            "/broken",
            post(|| async { StatusCode::INTERNAL_SERVER_ERROR }),
        )
        .route(
            "/redirect",
            post(|| async {
                (
                    StatusCode::TEMPORARY_REDIRECT,
                    [(header::LOCATION, "/elsewhere")],
                )
            }),
        )
        .route(
            "/elsewhere",
            any(move || async move {
                count.fetch_add(1, Ordering::SeqCst);
            }),
        )
        .route("/long", post(|| async { vec![b'x'; 1_000_000] }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (port, reached)
}

async fn call(allow: &str, url: &str) -> Result<Reply, Failure> {
    let http = Http::new(allow.parse().unwrap(), None).unwrap();
    let endpoint = http.allow().endpoint(url).unwrap();
    let headers = [("webhook-id", "chg_1")];
    http.post(
        &endpoint,
        "application/json",
        &headers,
        Bytes::from_static(b"{}"),
    )
    .await
}

#[tokio::test]
async fn a_status_is_told_and_no_redirect_is_followed() {
    let (port, reached) = server().await;
    let allow = format!("http://127.0.0.1:{port}");
    let reply = |path: &str| {
        let (allow, url) = (allow.clone(), format!("{allow}{path}"));
        async move { call(&allow, &url).await.unwrap() }
    };
    let taken = reply("/taken").await;
    assert_eq!((taken.status, &taken.body[..]), (200, &b"{}"[..]));
    assert_eq!(reply("/broken").await.status, 500);
    assert_eq!(reply("/redirect").await.status, 307);
    assert_eq!(reached.load(Ordering::SeqCst), 0);
    assert_eq!(reply("/long").await.body.len(), MOST);
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_refused_unless_the_address_is_named_too() {
    let (port, _) = server().await;
    let url = format!("http://localhost:{port}/taken");
    let by_name = format!("http://localhost:{port}");
    assert_eq!(call(&by_name, &url).await, Err(Failure::Refused));
    let both = format!("{by_name}, http://127.0.0.1:{port}, http://[::1]:{port}");
    assert_eq!(call(&both, &url).await.unwrap().status, 200);
}

#[tokio::test]
async fn an_endpoint_of_another_list_is_looked_at_again() {
    let (port, _) = server().await;
    let once: AllowList = format!("http://127.0.0.1:{port}").parse().unwrap();
    let endpoint = once
        .endpoint(&format!("http://127.0.0.1:{port}/taken"))
        .unwrap();
    let http = Http::new(AllowList::default(), None).unwrap();
    let reply = http
        .post(&endpoint, "application/json", &[], Bytes::new())
        .await;
    assert_eq!(reply, Err(Failure::Refused));
}

#[tokio::test]
async fn nobody_there_and_no_certificate_are_told_apart() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let allow = format!("http://127.0.0.1:{port}");
    assert_eq!(call(&allow, &allow).await, Err(Failure::Unreachable));
    let (port, _) = server().await;
    let allow = format!("https://127.0.0.1:{port}");
    let refused = call(&allow, &allow).await;
    assert!(
        matches!(refused, Err(Failure::Untrusted | Failure::Unreachable)),
        "{refused:?}"
    );
}
