//! A server over SQLite in a temporary folder, in a world that stands still, people who are signed in to
//! it, and calls through its real router. Every answer is held against the OpenAPI file.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use data_encoding::BASE64URL_NOPAD;
use rand_core::Rng;
use serde_json::{Value, json};
use shouxin_model::{ApiKeyId, Moment, SessionId, StaffId, Suite};
use shouxin_server::{App, Settings, router};
use shouxin_store::{SqliteOptions, Store, Tx, Value as Sql, params};
use shouxin_vault::keydir::{KeyFolder, Unlock};
use shouxin_vault::world::Frozen;
use shouxin_vault::{HeldRow, Keys, Marked, Tombstones, Vault, Witness, World, keydir};
use tower::ServiceExt;

/// A server of its own.
pub(crate) struct Harness {
    pub(crate) app: App,
    pub(crate) vault: Vault,
    pub(crate) world: Arc<Frozen>,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) router: axum::Router,
    /// Second factors by login, of those who sign in as they do in earnest.
    pub(crate) secrets: Mutex<HashMap<String, Vec<u8>>>,
}

/// Someone who calls: nobody, a person with a session, or a service with a key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) actor: String,
    headers: Vec<(&'static str, String)>,
}

impl Person {
    /// The same person, whose browser also sends this cookie.
    pub(crate) fn with_cookie(&self, cookie: &str) -> Self {
        let mut person = self.clone();
        person.headers.push(("cookie", cookie.to_owned()));
        person
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

macro_rules! profile {
    ($name:literal) => {
        (
            include_str!(concat!("../../../../profiles/", $name, "/register.toml")),
            include_str!(concat!("../../../../profiles/", $name, "/policies.cedar")),
        )
    };
}

/// The register and the policies of a profile.
pub(crate) type Profile = (&'static str, &'static str);

pub(crate) const AFTER_SALES: Profile = profile!("after-sales");
pub(crate) const EXPRESS: Profile = profile!("express");

impl Harness {
    pub(crate) async fn new() -> Self {
        Self::with(AFTER_SALES).await
    }

    pub(crate) async fn with(profile: Profile) -> Self {
        Self::at(profile, |_| {}).await
    }

    /// With other settings than those that keep tests quick.
    pub(crate) async fn set(change: impl FnOnce(&mut Settings)) -> Self {
        Self::at(AFTER_SALES, change).await
    }

    pub(crate) async fn at(profile: Profile, change: impl FnOnce(&mut Settings)) -> Self {
        let folder = folder();
        let options = SqliteOptions {
            readers: 2,
            ..Default::default()
        };
        let store = Store::open_sqlite(&folder.path().join("data"), options).await;
        Self::over(store.unwrap(), folder, profile, change).await
    }

    /// Over a store that is there already.
    pub(crate) async fn over(
        store: Store,
        folder: tempfile::TempDir,
        (register, policies): Profile,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        captured();
        let start = Moment::parse_rfc3339("2026-11-21T02:00:00Z").unwrap();
        let world = Arc::new(Frozen::new(start, 7));
        let keys = folder.path().join("keys");
        keydir::create(&keys, Suite::International, None, &*world).unwrap();
        let keys = Keys::open(KeyFolder::new(keys, Unlock::default())).unwrap();
        let vault = Vault::found(store, keys, world.clone(), register, policies)
            .await
            .unwrap();
        let tombstones = Tombstones::at(folder.path().join("keys/tombstones"));
        vault.keep_tombstones(tombstones).await.unwrap();
        let mut settings = Settings {
            refused_sign_in_millis: 0,
            ..Settings::default()
        };
        (settings.passwords.memory_kib, settings.passwords.passes) = (64, 1);
        settings.rates.sign_in_per_minute = 1000.try_into().unwrap();
        change(&mut settings);
        let witness = Witness::at(folder.path().join("outside/witness"));
        let app = App::new(vault.clone(), Some(witness), settings);
        let router = router(app.clone());
        Self {
            app,
            vault,
            world,
            folder,
            router,
            secrets: Mutex::default(),
        }
    }

    /// A person with these roles, signed in with an enrolled second factor that was not shown lately.
    pub(crate) async fn staff(&self, login: &str, roles: &[&str]) -> Person {
        self.staff_at(login, roles, None, None).await
    }

    /// A person who has not enrolled a second factor yet.
    pub(crate) async fn staff_enrolling(&self, login: &str, roles: &[&str]) -> Person {
        let person = self.staff(login, roles).await;
        let staff: StaffId = person.actor.parse().unwrap();
        let vault = self.app.vault();
        let mut tx = Tx::new();
        tx.run_exactly(
            1,
            "UPDATE staff SET totp_sealed = NULL WHERE id = $1",
            params![staff],
        );
        let account = vault.held_row(Marked::Staff, staff).await.unwrap().unwrap();
        account.change(vault, &mut tx, [("totp_sealed", Sql::Null)]);
        tx.run_exactly(
            1,
            "UPDATE session SET state = 'enrolling' WHERE staff = $1",
            params![staff],
        );
        self.session_of(staff)
            .await
            .change(vault, &mut tx, [("state", "enrolling".into())]);
        vault.store().commit(tx).await.unwrap();
        person
    }

    /// The same, at a site and in a region.
    pub(crate) async fn staff_at(
        &self,
        login: &str,
        roles: &[&str],
        site: Option<&str>,
        region: Option<&str>,
    ) -> Person {
        let (vault, now) = (self.app.vault(), self.world.now());
        let staff = StaffId::from_bytes(self.bytes());
        let token = format!("token-of-{login}");
        let mut tx = Tx::new();
        let account = params![
            staff,
            login,
            vault.seal_secret(&format!("name {staff}"), login.as_bytes()),
            "-",
            vault.seal_secret(&format!("totp {staff}"), &[7; 20]),
            json!(roles).to_string(),
            site,
            region,
            "active",
            now
        ];
        tx.run_exactly(
            1,
            "INSERT INTO staff (id, login, name_sealed, password, totp_sealed, roles, site, region, state, \
             created_at, mark, totp_last_step, version, failed, locked_until) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 1, 0, 0)",
            HeldRow::new(vault, Marked::Staff, account).params(),
        );
        let session = params![
            SessionId::from_bytes(self.bytes()),
            staff,
            vault.token_digest("session", token.as_bytes()),
            now,
            now.plus_seconds(36_000),
            Sql::Null,
            "complete"
        ];
        tx.run_exactly(
            1,
            "INSERT INTO session (id, staff, token_hash, created_at, expires_at, second_factor_at, state, mark, \
             seen_at, address, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $4, '127.0.0.1', 'test')",
            HeldRow::new(vault, Marked::Session, session).params(),
        );
        vault.store().commit(tx).await.unwrap();
        let csrf = BASE64URL_NOPAD.encode(&vault.token_digest("csrf", token.as_bytes()));
        let headers = vec![
            ("cookie", format!("__Host-shouxin={token}")),
            ("x-csrf-token", csrf),
        ];
        Person {
            actor: staff.to_string(),
            headers,
        }
    }

    /// As if the person had just shown a second factor.
    pub(crate) async fn step_up(&self, person: &Person) {
        let (vault, now) = (self.app.vault(), self.world.now());
        let mut tx = Tx::new();
        let staff: StaffId = person.actor.parse().unwrap();
        tx.run_exactly(
            1,
            "UPDATE session SET second_factor_at = $1 WHERE staff = $2",
            params![now, staff],
        );
        self.session_of(staff)
            .await
            .change(vault, &mut tx, [("second_factor_at", now.into())]);
        vault.store().commit(tx).await.unwrap();
    }

    /// The one session of a person.
    async fn session_of(&self, staff: StaffId) -> HeldRow {
        let vault = self.app.vault();
        let sql = "SELECT id FROM session WHERE staff = $1";
        let rows = vault.store().query(sql, params![staff]).await.unwrap();
        let id = rows[0].id(0, SessionId::from_slice).unwrap();
        vault.held_row(Marked::Session, id).await.unwrap().unwrap()
    }

    /// An administrator of the system who may write records.
    pub(crate) async fn writer(&self) -> Person {
        let writer = self.staff("writer", &["system-admin"]).await;
        self.step_up(&writer).await;
        writer
    }

    /// A service with these roles, purposes and fields.
    pub(crate) async fn key(&self, roles: &[&str], purposes: &[&str], fields: &[&str]) -> Person {
        let (vault, now) = (self.app.vault(), self.world.now());
        let id = ApiKeyId::from_bytes(self.bytes());
        let mark: String = id.to_string().chars().rev().take(8).collect();
        let key = format!("sx_{mark}_{}", "s".repeat(43));
        let scopes = json!({"roles": roles, "purposes": purposes, "fields": fields, "rate_per_minute": 10_000,
            "addresses": ["127.0.0.1"]});
        let mut tx = Tx::new();
        let row = params![
            id,
            &mark,
            vault.token_digest("api-key", key.as_bytes()),
            "test",
            scopes.to_string(),
            now.plus_seconds(36_000),
            "active",
            [1u8; 16],
            now,
            Sql::Null
        ];
        tx.run_exactly(
            1,
            "INSERT INTO api_key (id, prefix, secret_hash, name, scopes, expires_at, state, created_by, created_at, \
             replaces, mark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            HeldRow::new(vault, Marked::ApiKey, row).params(),
        );
        vault.store().commit(tx).await.unwrap();
        Person {
            actor: id.to_string(),
            headers: vec![("authorization", format!("Bearer {key}"))],
        }
    }

    /// A call with a JSON body, or none.
    pub(crate) async fn call(
        &self,
        person: &Person,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let request = request(person, method, path);
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }

    pub(crate) async fn get(&self, person: &Person, path: &str) -> Answer {
        self.call(person, "GET", path, None).await
    }

    pub(crate) async fn post(&self, person: &Person, path: &str, body: Value) -> Answer {
        self.call(person, "POST", path, Some(body)).await
    }

    /// Any request at all, from this machine.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        answer(&self.router, Ipv4Addr::LOCALHOST.into(), request).await
    }

    /// Writes one record and gives its subject and its own id.
    pub(crate) async fn write(
        &self,
        writer: &Person,
        subject: Option<&str>,
        collection: &str,
        values: Value,
    ) -> (String, String) {
        let body = match subject {
            Some(subject) => {
                json!({"collection": collection, "subject": subject, "values": values})
            }
            None => json!({"collection": collection, "values": values}),
        };
        let written = self.post(writer, "/api/v1/records", body).await.ok();
        (
            written["subject"].as_str().unwrap().to_owned(),
            written["record"].as_str().unwrap().to_owned(),
        )
    }

    /// A customer with a car and an open order assigned to `adviser`: the subject and the order.
    pub(crate) async fn customer(&self, writer: &Person, adviser: &str) -> (String, String) {
        let (subject, _) = self.write(writer, None, "customer", json!({"name": "欧阳明", "mobile": "13800138000",
            "resident_id": "11010519491231002X", "address": "上海市浦东新区张江镇科苑路1号2单元301室"})).await;
        self.write(
            writer,
            Some(&subject),
            "vehicle",
            json!({"vin": "LZZTE5T03TA000001", "plate": "沪A12345"}),
        )
        .await;
        let (_, order) = self
            .write(
                writer,
                Some(&subject),
                "work_order",
                json!({"number": "WO-1",
            "status": "in-progress", "assignee": adviser, "site": "s1", "region": "east",
            "service_type": "repair"}),
            )
            .await;
        (subject, order)
    }

    fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.world.dice().fill_bytes(&mut bytes);
        bytes
    }
}

/// A folder that is gone with its value: in memory where the machine has such a place, for these tests ask
/// nothing of the disk and each commit would wait for it.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// A request by this person, in English.
pub(crate) fn request(person: &Person, method: &str, path: &str) -> axum::http::request::Builder {
    let request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(path);
    let request = request
        .header("accept-language", "en")
        .header("host", "localhost");
    person
        .headers
        .iter()
        .fold(request, |request, (name, value)| {
            request.header(*name, value)
        })
}

/// What this router answers to a request from this address.
pub(crate) async fn answer(
    router: &axum::Router,
    address: IpAddr,
    mut request: Request<Body>,
) -> Answer {
    let operation = (request.method().clone(), request.uri().path().to_owned());
    let from = ConnectInfo(SocketAddr::new(address, 40_000));
    request.extensions_mut().insert(from);
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await;
    let answer = Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        bytes: bytes.map(|bytes| bytes.to_vec()).unwrap_or_default(),
    };
    is_declared(&operation.0, &operation.1, &answer);
    answer
}

/// Demands that the OpenAPI file has the status of this answer, if it has the operation.
fn is_declared(method: &Method, path: &str, answer: &Answer) {
    static DOCUMENT: LazyLock<Value> =
        LazyLock::new(|| serde_json::from_str(&shouxin_server::openapi_json()).unwrap());
    let wanted: Vec<&str> = path.split('/').collect();
    let fits = |declared: &str| {
        let declared: Vec<&str> = declared.split('/').collect();
        let same = |(part, wanted): (&&str, &&str)| part == wanted || part.starts_with('{');
        (declared.len() == wanted.len() || declared.contains(&"tile"))
            && declared.iter().zip(&wanted).all(same)
    };
    let paths = DOCUMENT["paths"].as_object().unwrap();
    // Where a path without parameters fits as well, the router prefers it.
    let found = paths.iter().filter(|(declared, _)| fits(declared));
    let Some((_, item)) = found.min_by_key(|(declared, _)| declared.matches('{').count()) else {
        return;
    };
    let method = if method == Method::HEAD {
        "get".to_owned()
    } else {
        method.as_str().to_lowercase()
    };
    if let Some(operation) = item.get(method) {
        let declared = operation["responses"].get(answer.status.to_string());
        assert!(
            declared.is_some(),
            "{} does not declare {}: {}",
            operation["operationId"],
            answer.status,
            answer.text()
        );
    }
}

impl Answer {
    /// The body, if the status is this.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }

    /// The body of a problem with this code.
    #[track_caller]
    pub(crate) fn refused(&self, code: &str) -> Value {
        self.problem(self.status, code)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!(
            StatusCode::from_u16(self.status).unwrap().is_success(),
            "{}: {}",
            self.status,
            self.text()
        );
        self.json()
    }

    /// The body of a problem with this status and code.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.json();
        assert_eq!(
            (self.status, problem["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.text()
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["status"], status);
        assert_eq!(
            problem["instance"].as_str(),
            Some(self.header("x-request-id"))
        );
        problem
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default()
    }
}

/// Everything that this process logs, at every level, from the first server on.
pub(crate) fn captured() -> &'static Mutex<Vec<u8>> {
    static LOG: OnceLock<Mutex<Vec<u8>>> = OnceLock::new();
    static START: std::sync::Once = std::sync::Once::new();
    let log = LOG.get_or_init(Mutex::default);
    START.call_once(|| {
        struct Sink;
        impl std::io::Write for Sink {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                captured().lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(|| Sink)
            .finish();
        tracing::subscriber::set_global_default(subscriber)
            .expect("nobody else in this binary listens");
    });
    log
}
