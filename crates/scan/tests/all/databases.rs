//! Databases: real servers, read and never written.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use shouxin_detect::Detector;
use shouxin_scan::databases::{Address, Asked, scan};
use shouxin_scan::report::{DocumentReport, PlaceReport, Source, discovery};
use shouxin_scan::{Distrust, Problem, Report, Settings};
use shouxin_testkit::postgres::TlsIdentity;
use shouxin_testkit::{mariadb, postgres};

use crate::fixture::{name, phone, sqlite};

async fn run(
    address: &Address,
    password: Option<&str>,
    asked: &Asked,
) -> Result<Vec<DocumentReport>, Problem> {
    let settings = Settings::new(Detector::new());
    scan(address, password, asked, &settings, None, &|_, _| {}).await
}

fn column<'r>(reports: &'r [DocumentReport], path: [&str; 3]) -> &'r PlaceReport {
    reports
        .iter()
        .flat_map(|report| &report.places)
        .find(|place| place.path == path)
        .unwrap_or_else(|| panic!("no {path:?} in {reports:#?}"))
}

/// `PHONE 1000` of each kind of a column.
fn kinds(place: &PlaceReport) -> Vec<String> {
    place
        .kinds
        .iter()
        .map(|share| format!("{} {}", share.kind.word(), share.cells))
        .collect()
}

/// What each engine must find in the same table of 5,000 customers, of whom 1,000 are looked at.
fn check_customers(reports: &[DocumentReport], schema: &str) {
    let phones = column(reports, [schema, "customers", "phone"]);
    assert_eq!(phones.sampled, 1_000, "{schema}");
    assert!(
        phones
            .rows
            .is_some_and(|rows| (4_000..=6_000).contains(&rows)),
        "{phones:?}"
    );
    assert_eq!(kinds(phones), ["PHONE 1000"]);
    let share = &phones.kinds[0];
    assert!(
        share.low > 0.99 && share.low < 1.0 && share.high > 0.999,
        "{share:?}"
    );
    assert_eq!(
        kinds(column(reports, [schema, "customers", "name"])),
        ["PERSON 1000"]
    );
    // Numbers that count up through those of telephones.
    assert_eq!(
        kinds(column(reports, [schema, "customers", "order_no"])),
        [""; 0]
    );
    // Every fourth row has one.
    let notes = column(reports, [schema, "customers", "note"]);
    let share = &notes.kinds[0];
    assert_eq!(share.kind.word(), "EMAIL");
    assert!((150..=350).contains(&share.cells), "{share:?}");
    assert!(
        share.low < 0.25 && share.high > 0.25 && share.high - share.low < 0.08,
        "{share:?}"
    );
    let photo = reports
        .iter()
        .flat_map(|report| &report.problems)
        .find(|(column, _)| column == "photo");
    assert_eq!(photo.map(|(_, problem)| problem), Some(&Problem::Binary));
}

fn rows(blob: &str) -> String {
    let mut sql = String::new();
    for block in 0..5 {
        let values: Vec<String> = (block * 1_000..(block + 1) * 1_000)
            .map(|n| {
                let note = if n % 4 == 0 {
                    format!("mail u{n}@example.com")
                } else {
                    "ok".to_owned()
                };
                format!(
                    "({}, '{}', '{}', '{}', '{note}', {blob})",
                    n + 1,
                    name(n),
                    phone(n),
                    13_800_000_000_i64 + n
                )
            })
            .collect();
        let _ = writeln!(sql, "INSERT INTO customers VALUES {};", values.join(","));
    }
    sql
}

#[tokio::test]
async fn postgresql_is_sampled_and_never_written() {
    let database = postgres::Server::shared().database().await;
    let (client, connection) = tokio_postgres::connect(database.url(), tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
        .batch_execute(&format!(
            "CREATE SCHEMA crm; SET search_path TO crm; CREATE TABLE customers (id bigint, name text, \
             phone varchar(20), order_no text, note text, photo bytea); {} ANALYZE customers; \
             CREATE SCHEMA logs; CREATE TABLE logs.audit (who text); \
             INSERT INTO logs.audit VALUES ('13812345678'); CREATE TABLE \"奇怪\"\"名\" (\"手机 号\" jsonb); \
             INSERT INTO \"奇怪\"\"名\" VALUES ('{{\"p\":\"13812345678\"}}');",
            rows("'\\x00'")
        ))
        .await
        .unwrap();
    let address = Address::Postgres(database.url().to_owned());
    let asked = Asked {
        exclude: vec!["logs".to_owned()],
        ..Asked::default()
    };
    let reports = run(&address, None, &asked).await.unwrap();
    check_customers(&reports, "crm");
    assert_eq!(
        kinds(column(&reports, ["crm", "奇怪\"名", "手机 号"])),
        ["PHONE 1"]
    );
    assert!(reports.iter().all(|report| report.name != "logs.audit"));
    // The same rows each time.
    let again = run(&address, None, &asked).await.unwrap();
    assert_eq!(format!("{reports:?}"), format!("{again:?}"));
    let shown = render(&address, reports);
    assert!(shown.contains("\"kind\": \"postgresql\""), "{shown}");
}

#[tokio::test]
async fn a_table_that_may_not_be_read_is_told_and_a_slow_statement_ends() {
    let database = postgres::Server::shared().database().await;
    let (client, connection) = tokio_postgres::connect(database.url(), tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    let role = format!("reader_{}", std::process::id());
    client
        .batch_execute(&format!(
            "CREATE ROLE {role} LOGIN; CREATE TABLE secret (x text); CREATE TABLE held (x text); \
             GRANT SELECT ON held TO {role};"
        ))
        .await
        .unwrap();
    client
        .batch_execute("BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let url = database.url().replace("shouxin@", &format!("{role}@"));
    let asked = Asked {
        timeout_seconds: 1,
        ..Asked::default()
    };
    let reports = run(&Address::Postgres(url), None, &asked).await;
    client.batch_execute("COMMIT").await.unwrap();
    client
        .batch_execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"))
        .await
        .unwrap();
    let reports = reports.unwrap();
    let shown = render(&Address::Sqlite("x.db".into()), reports.clone());
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(
        shown["unread"],
        serde_json::json!([
            {"path": ["public", "held"], "why": "database"},
            {"path": ["public", "secret"], "why": "database"},
        ])
    );
    let told: Vec<String> = reports
        .iter()
        .map(|report| format!("{} {}", report.name, report.problems[0].1))
        .collect();
    assert_eq!(
        told,
        [
            "public.held the database: the statement took too long (--timeout)",
            "public.secret the database: no right to read",
        ]
    );
}

#[tokio::test]
async fn mariadb_is_sampled_and_never_written() {
    let server = mariadb::Server::shared();
    server.run(&format!(
        "CREATE DATABASE crm CHARACTER SET utf8mb4; USE crm; CREATE TABLE customers (id BIGINT PRIMARY KEY, \
         name VARCHAR(50), phone VARCHAR(20), order_no VARCHAR(20), note TEXT, photo BLOB); {} \
         ANALYZE TABLE customers; CREATE TABLE `奇怪``名` (`手机 号` JSON); \
         INSERT INTO `奇怪``名` VALUES ('{{\"p\":\"13812345678\"}}'); \
         CREATE DATABASE hr; CREATE TABLE hr.staff (mail VARCHAR(50)); INSERT INTO hr.staff VALUES ('a.b@example.com');",
        rows("x'00'")
    ));
    let address = Address::Mysql(server.url("crm"));
    let password = Some(mariadb::PASSWORD);
    let reports = run(&address, password, &Asked::default()).await.unwrap();
    check_customers(&reports, "crm");
    assert_eq!(
        kinds(column(&reports, ["crm", "奇怪`名", "手机 号"])),
        ["PHONE 1"]
    );
    assert!(reports.iter().all(|report| report.name != "hr.staff"));
    let all = run(&Address::Mysql(server.url("")), password, &Asked::default())
        .await
        .unwrap();
    assert_eq!(kinds(column(&all, ["hr", "staff", "mail"])), ["EMAIL 1"]);
    let shown = render(&address, reports);
    assert!(shown.contains("\"kind\": \"mysql\""), "{shown}");
    assert!(!shown.contains(mariadb::PASSWORD));

    let wrong = run(&address, Some("wrong"), &Asked::default()).await;
    assert_eq!(wrong.err().map(|problem| problem.code()), Some("database"));
}

#[tokio::test]
async fn a_file_is_sampled_over_its_whole_length_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b#?.db");
    sqlite(&path, 5_000);
    let before = std::fs::read(&path).unwrap();
    let reports = run(&Address::Sqlite(path.clone()), None, &Asked::default())
        .await
        .unwrap();
    let phones = column(&reports, ["main", "customers", "phone"]);
    assert_eq!((phones.rows, phones.sampled), (Some(5_000), 1_000));
    assert_eq!(kinds(phones), ["PHONE 1000"]);
    assert_eq!(
        kinds(column(&reports, ["main", "customers", "order_no"])),
        [""; 0]
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let beside: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(beside.len(), 1, "no journal is left beside it");
}

#[tokio::test]
async fn another_machine_is_not_reached_without_encryption() {
    for address in [
        Address::Postgres("postgres://u@192.0.2.1/x?sslmode=disable".to_owned()),
        Address::Mysql("mysql://u@192.0.2.1/x?sslmode=disable".to_owned()),
        // A name of this machine beside the address that is called.
        Address::Postgres("postgres://u@localhost/x?hostaddr=192.0.2.1&sslmode=disable".to_owned()),
    ] {
        let refused = run(&address, None, &Asked::default()).await;
        assert_eq!(refused.err(), Some(Problem::Unencrypted));
    }
}

/// An authority in a file, and what it issued for 127.0.0.1.
fn authority(folder: &Path, name: &str) -> (PathBuf, TlsIdentity) {
    authority_of(folder, name, |_| {})
}

/// The same; `set` says more of what was issued.
fn authority_of(
    folder: &Path,
    name: &str,
    set: impl FnOnce(&mut rcgen::CertificateParams),
) -> (PathBuf, TlsIdentity) {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, name);
    let cert = params.self_signed(&key).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, cert.pem()).unwrap();
    let issuer = rcgen::Issuer::from_params(&params, &key);
    let own_key = rcgen::KeyPair::generate().unwrap();
    let mut own = rcgen::CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    set(&mut own);
    let identity = TlsIdentity {
        cert: own.signed_by(&own_key, &issuer).unwrap().pem(),
        key: own_key.serialize_pem(),
    };
    (path, identity)
}

/// What every engine does about TLS. `plain` is an address of a server without it, `secured` of one with it.
async fn check_tls(plain: &Address, secured: &Address, password: Option<&str>, own: PathBuf) {
    let with = |address: &Address, options: &str| match address {
        Address::Postgres(url) => Address::Postgres(format!("{url}?{options}")),
        Address::Mysql(url) => Address::Mysql(format!("{url}?{options}")),
        Address::Sqlite(path) => Address::Sqlite(path.clone()),
    };
    let other = own.with_file_name("other");
    let neither = own.with_file_name("neither");
    std::fs::write(&neither, "no certificate").unwrap();
    let by = |file: &PathBuf| Asked {
        authorities: Some(file.clone()),
        ..Asked::default()
    };
    let usual = Asked::default();
    let untrusted = || Some(Problem::Certificate(Distrust::Issuer));
    for (address, options, asked, expected) in [
        (plain, "sslmode=require", &usual, Some(Problem::NoTls)),
        (plain, "sslmode=disable", &usual, None),
        (plain, "sslmode=disable", &by(&own), None),
        (plain, "", &by(&own), Some(Problem::NoTls)),
        (secured, "sslmode=require", &usual, None),
        (secured, "sslmode=verify-full", &usual, untrusted()),
        (secured, "sslmode=verify-full", &by(&own), None),
        (secured, "", &by(&own), None),
        (secured, "sslmode=require", &by(&other), untrusted()),
        (secured, "", &by(&neither), Some(Problem::Authorities)),
    ] {
        let done = run(&with(address, options), password, asked).await;
        assert_eq!(done.err(), expected, "{address:?} {options}");
    }
    // The name counts as well: this one is the same machine's.
    let renamed = match secured {
        Address::Postgres(url) => Address::Postgres(url.replace("127.0.0.1", "localhost")),
        Address::Mysql(url) => Address::Mysql(url.replace("127.0.0.1", "localhost")),
        Address::Sqlite(path) => Address::Sqlite(path.clone()),
    };
    let done = run(&renamed, password, &by(&own)).await;
    let wrong_name = Problem::Certificate(Distrust::Name);
    assert_eq!(done.err(), Some(wrong_name));
}

#[tokio::test]
async fn postgresql_is_read_by_tls_where_the_address_or_an_authority_asks_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let (own, identity) = authority(folder.path(), "own");
    authority(folder.path(), "other");
    let server = postgres::Server::start_with_tls(&identity).unwrap();
    let database = server.database().await;
    let plain = postgres::Server::start().unwrap();
    let without = plain.database().await;
    let secured = Address::Postgres(database.url().to_owned());
    let plain = Address::Postgres(without.url().to_owned());
    check_tls(&plain, &secured, None, own).await;
}

#[tokio::test]
#[allow(
    clippy::disallowed_methods,
    reason = "the client checks certificates by the clock of the machine"
)]
async fn a_certificate_whose_time_is_over_or_has_not_come_is_told_as_such() {
    let day = Duration::from_secs(86_400);
    let now = rcgen::date_time_ymd(1970, 1, 1) + SystemTime::UNIX_EPOCH.elapsed().unwrap();
    for (from, upto) in [(now - day * 30, now - day), (now + day, now + day * 30)] {
        let folder = tempfile::tempdir().unwrap();
        let (own, identity) = authority_of(folder.path(), "own", |params| {
            (params.not_before, params.not_after) = (from, upto);
        });
        let server = postgres::Server::start_with_tls(&identity).unwrap();
        let database = server.database().await;
        let asked = Asked {
            authorities: Some(own),
            ..Asked::default()
        };
        let address = |options: &str| Address::Postgres(format!("{}{options}", database.url()));
        for options in ["", "?sslmode=verify-full", "?sslmode=require"] {
            let refused = run(&address(options), None, &asked).await.err();
            let problem = refused.expect(options);
            assert_eq!(problem, Problem::Certificate(Distrust::Time), "{options}");
            let text = problem.text();
            assert!(
                text.zh.contains("已过期") && text.en.contains("expired"),
                "{text:?}"
            );
        }
        // Whoever asks for encryption alone asks nothing of the certificate.
        let done = run(&address("?sslmode=require"), None, &Asked::default()).await;
        assert_eq!(done.err(), None);
    }
}

#[tokio::test]
async fn mariadb_is_read_by_tls_where_the_address_or_an_authority_asks_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let (own, identity) = authority(folder.path(), "own");
    authority(folder.path(), "other");
    let server = mariadb::Server::start_with_tls(&identity).unwrap();
    // An account that the server lets in by TLS alone.
    server.run(&format!(
        "CREATE DATABASE d; CREATE USER 'only_tls'@'127.0.0.1' IDENTIFIED BY '{}' REQUIRE SSL; \
         GRANT SELECT ON *.* TO 'only_tls'@'127.0.0.1';",
        mariadb::PASSWORD
    ));
    let url = server.url("d").replace(mariadb::USER, "only_tls");
    let plain = mariadb::Server::shared();
    plain.run("CREATE DATABASE d;");
    let secured = Address::Mysql(url);
    let password = Some(mariadb::PASSWORD);
    let refused = run(&secured, password, &Asked::default()).await;
    assert_eq!(
        refused.err().map(|problem| problem.code()),
        Some("database")
    );
    check_tls(&Address::Mysql(plain.url("d")), &secured, password, own).await;
}

fn render(address: &Address, documents: Vec<DocumentReport>) -> String {
    let report = Report {
        name: address.name(),
        source: address.source(),
        scanned_at: "2026-01-01T00:00:00Z".to_owned(),
        scanned: documents.len() as u64,
        documents,
        bytes: 0,
    };
    assert_ne!(report.source, Source::Files);
    let shown = discovery::render(&report).unwrap();
    // Places and shares: no value, no sample.
    for value in ["13812345678", "张伟", "u0@example.com", &phone(0)] {
        assert!(!shown.contains(value), "{shown}");
    }
    shown
}
