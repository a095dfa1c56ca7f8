//! People who sign in as they do in earnest: accounts with a password and a second factor, and clients
//! that keep a cookie.

use std::net::IpAddr;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use data_encoding::BASE32_NOPAD;
use serde_json::{Value, json};
use shouxin_model::{Personal, StaffId};
use shouxin_server::accounts::{self, Persona};
use shouxin_server::totp;
use shouxin_store::{PostgresOptions, Store};
use shouxin_testkit::postgres::{Database, Server};
use shouxin_vault::World;
use shouxin_vault::said::{Entry, Kind};

pub(crate) use crate::support::{Answer, Harness};
use crate::support::{Profile, answer, folder};

/// The password of everyone whom the harness makes.
pub(crate) const PASSWORD: &str = "tolk marun 7 gusle";

impl Harness {
    /// Over PostgreSQL. The database lives as long as what comes back with it.
    pub(crate) async fn on_postgres(profile: Profile) -> (Self, Database) {
        let server = tokio::task::spawn_blocking(Server::shared).await.unwrap();
        let database = server.database().await;
        let store = Store::open_postgres(database.url(), PostgresOptions::default())
            .await
            .unwrap();
        let folder = folder();
        (Self::over(store, folder, profile, |_| {}).await, database)
    }

    /// An account that is ready for use, with these roles, at no site.
    pub(crate) async fn account(&self, login: &str, roles: &[&str]) -> StaffId {
        self.account_at(login, roles, None, None).await
    }

    /// The same, at a site and in a region.
    pub(crate) async fn account_at(
        &self,
        login: &str,
        roles: &[&str],
        site: Option<&str>,
        region: Option<&str>,
    ) -> StaffId {
        let persona = Persona {
            login: login.to_owned(),
            name: Personal::new("测试员".to_owned()),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            site: site.map(str::to_owned),
            region: region.map(str::to_owned),
            password: Personal::new(PASSWORD.to_owned()),
        };
        let made = accounts::open_persona(&self.vault, self.app.hasher(), &persona)
            .await
            .unwrap();
        self.learn(login, &made.totp_secret);
        made.staff
    }

    /// Remembers the second factor of this login, given in base 32.
    pub(crate) fn learn(&self, login: &str, secret: &str) {
        let secret = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
        self.secrets
            .lock()
            .unwrap()
            .insert(login.to_owned(), secret);
    }

    /// The six digits that this login's authenticator shows now.
    pub(crate) fn code(&self, login: &str) -> String {
        totp::code(&self.secrets.lock().unwrap()[login], self.world.now()).unwrap()
    }

    /// The next code: half a minute passes, for each code is taken once.
    pub(crate) fn next_code(&self, login: &str) -> String {
        self.world.pass(30);
        self.code(login)
    }

    /// Signs in with password and second factor. Half a minute passes.
    pub(crate) async fn sign_in(&self, login: &str) -> Client {
        let body = json!({"login": login, "password": PASSWORD, "code": self.next_code(login)});
        self.anonymous().sign_in(body).await
    }

    /// Someone who has not signed in.
    pub(crate) fn anonymous(&self) -> Client {
        Client {
            router: self.router.clone(),
            headers: HeaderMap::new(),
            address: [192, 0, 2, 7].into(),
        }
        .with("accept-language", "en")
    }

    /// A service with this key.
    pub(crate) fn service(&self, key: &str) -> Client {
        self.anonymous()
            .with("authorization", &format!("Bearer {key}"))
    }

    /// A key made by a security administrator, with these scopes, for a day and from everywhere.
    pub(crate) async fn make_key(
        &self,
        administrator: &Client,
        roles: &[&str],
        purposes: &[&str],
        fields: &[&str],
    ) -> Client {
        let expires_at = self.world.now().plus_seconds(86_400);
        let body = json!({"name": "test", "roles": roles, "purposes": purposes, "fields": fields,
            "rate_per_minute": 1000, "addresses": ["0.0.0.0/0", "::/0"], "expires_at": expires_at});
        let made = administrator
            .post("/api/v1/api-keys", body)
            .await
            .expect(201);
        self.service(made["secret"].as_str().unwrap())
    }

    /// Every entry of the ledger, oldest first.
    pub(crate) async fn entries(&self) -> Vec<Entry> {
        let size = self.vault.store().ledger_head().await.unwrap().size;
        let mut entries = Vec::new();
        for index in 0..size {
            entries.push(self.vault.entry(index).await.unwrap().0);
        }
        entries
    }

    /// The newest entry of this kind: its actor, then its further pairs as `word=text`.
    pub(crate) async fn last(&self, kind: Kind) -> String {
        let entries = self.entries().await;
        let entry = entries
            .iter()
            .rev()
            .find(|entry| entry.kind == kind)
            .expect("an entry of this kind");
        let pairs = entry
            .extra
            .iter()
            .map(|(word, text)| format!(" {word}={text}"));
        format!("{}{}", entry.actor, pairs.collect::<String>())
    }
}

/// Someone who calls: with a session, with a key, or neither.
#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    headers: HeaderMap,
    address: IpAddr,
}

impl Client {
    /// The same, with another or one more header.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers
            .insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        self
    }

    /// The same, without a header.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// The same, calling from this address.
    pub(crate) fn from(mut self, address: &str) -> Self {
        self.address = address.parse().unwrap();
        self
    }

    /// Signs in with this body; the session belongs to the client that comes back.
    pub(crate) async fn sign_in(&self, body: Value) -> Client {
        let answer = self.post("/api/v1/sessions", body).await;
        let cookie = answer
            .headers
            .get(header::SET_COOKIE)
            .map(|c| c.to_str().unwrap().to_owned());
        let csrf = answer.expect(201)["csrf"].as_str().unwrap().to_owned();
        let cookie = cookie.unwrap().split(';').next().unwrap().to_owned();
        self.clone()
            .with("cookie", &cookie)
            .with("x-csrf-token", &csrf)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .unwrap();
        if let Some(body) = body {
            *request.body_mut() = Body::from(body.to_string());
            request.headers_mut().insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            );
        }
        self.send(request).await
    }

    /// Sends a request of any kind, with this client's headers and from its address.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        for (name, value) in &self.headers {
            request.headers_mut().append(name, value.clone());
        }
        answer(&self.router, self.address, request).await
    }
}
