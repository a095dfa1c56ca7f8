//! The server on a socket: plain on loopback, TLS 1.3 with a post-quantum key exchange, and what goes on
//! beside requests.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, NamedGroup, ProtocolVersion, RootCertStore};
use shouxin_server::serve::bind;
use shouxin_server::{Listen, ServeError, Tls};
use shouxin_store::{Tx, params};
use shouxin_vault::World;
use tokio::sync::oneshot;

use crate::support::Harness;

const GET: &[u8] = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

fn local() -> Listen {
    Listen {
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        ..Listen::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_served_ledger_is_signed_every_second_and_a_stopped_server_lets_go_of_its_address() {
    let h = Harness::new().await;
    let bound = bind(&local()).unwrap();
    let address = bound.address();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(bound.serve(h.app.clone(), async {
        let _ = stopped.await;
    }));
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(GET).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = answer.await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && !answer.contains("strict-transport"),
        "{answer}"
    );
    let mut waited = 0;
    while !h.app.witness().unwrap().path().exists() {
        assert!(waited < 50, "nothing was signed in five seconds");
        waited += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(h.app.vault().signed_head().await.unwrap().is_some());
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    drop(std::net::TcpListener::bind(address).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_is_told_in_the_ledger() {
    let h = Harness::new().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(bind(&local()).unwrap().serve(h.app.clone(), async {
        let _ = stopped.await;
    }));
    let told = async |seconds: &str| {
        for _ in 0..50 {
            let entries = h.vault.store().ledger_entries(0, 1000).await.unwrap();
            let mut texts = entries
                .iter()
                .map(|(_, bytes)| String::from_utf8_lossy(bytes));
            if texts.any(|text| text.contains("clock-jumped") && text.contains(seconds)) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        false
    };
    // The frozen clock falls behind by a second each second: that is no jump.
    tokio::time::sleep(Duration::from_millis(200)).await;
    h.world.pass(315_360_000);
    assert!(
        told("\"31535").await || told("\"31536").await,
        "ten years ahead"
    );
    h.world.pass(-315_360_000);
    assert!(told("\"-31536").await, "ten years back");
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_have_served_their_time_are_deleted_and_others_stay() {
    let h = Harness::new().await;
    let now = h.world.now();
    let (day, hour) = (86_400, 3600);
    let mut tx = Tx::new();
    for (id, age) in [([1u8; 16], -8 * day), ([2; 16], -day)] {
        tx.run(
            "INSERT INTO session (id, staff, token_hash, created_at, seen_at, expires_at, second_factor_at, \
             address, agent, state, mark) VALUES ($1, $2, $3, $4, $5, $6, NULL, '', '', 'complete', $1)",
            params![id, id, id, now, now, now.plus_seconds(age)],
        );
    }
    for (id, age) in [([1u8; 16], -1), ([2; 16], 1)] {
        tx.run(
            "INSERT INTO activation (code_hash, staff, roles, expires_at, used_at, mark) \
             VALUES ($1, NULL, '[]', $2, NULL, $1)",
            params![id, now.plus_seconds(age)],
        );
    }
    for (id, age) in [([1u8; 16], -hour - 1), ([2; 16], -hour + 1)] {
        tx.run(
            "INSERT INTO enrolment (staff, secret_sealed, started_at) VALUES ($1, $2, $3)",
            params![id, id, now.plus_seconds(age)],
        );
    }
    h.vault.store().commit(tx).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(bind(&local()).unwrap().serve(h.app.clone(), async {
        let _ = stopped.await;
    }));
    let left = async || {
        let sql = "SELECT id FROM session UNION ALL SELECT code_hash FROM activation \
                   UNION ALL SELECT staff FROM enrolment";
        let rows = h.vault.store().query(sql, params![]).await.unwrap();
        let ids = rows.iter().map(|row| row.bytes(0).unwrap()[0]);
        ids.collect::<Vec<_>>()
    };
    let mut waited = 0;
    while left().await.len() > 3 {
        assert!(waited < 50, "nothing was deleted in five seconds");
        waited += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(left().await, [2, 2, 2]);
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_is_1_3_with_a_post_quantum_key_exchange_and_tells_browsers_to_stay() {
    let h = Harness::new().await;
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let tls = Tls {
        certificate: h.folder.path().join("cert.pem"),
        key: h.folder.path().join("key.pem"),
    };
    std::fs::write(&tls.certificate, made.cert.pem()).unwrap();
    std::fs::write(&tls.key, made.signing_key.serialize_pem()).unwrap();
    let bound = bind(&Listen {
        tls: Some(tls.clone()),
        ..local()
    })
    .unwrap();
    let address = bound.address();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(bound.serve(h.app.clone(), async {
        let _ = stopped.await;
    }));
    let certificate = CertificateDer::from_pem_file(&tls.certificate).unwrap();
    let (version, group, answer) = tokio::task::spawn_blocking(move || ask(address, certificate))
        .await
        .unwrap();
    assert_eq!(
        (version, group),
        (
            Some(ProtocolVersion::TLSv1_3),
            Some(NamedGroup::X25519MLKEM768)
        )
    );
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(
        answer.contains("strict-transport-security: max-age=31536000"),
        "{answer}"
    );
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();

    std::fs::write(&tls.key, "no key").unwrap();
    assert!(matches!(
        bind(&Listen {
            tls: Some(tls),
            ..local()
        }),
        Err(ServeError::Tls(_))
    ));
}

fn ask(
    address: SocketAddr,
    certificate: CertificateDer<'static>,
) -> (Option<ProtocolVersion>, Option<NamedGroup>, String) {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut client =
        ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap())
            .unwrap();
    let mut socket = TcpStream::connect(address).unwrap();
    let mut stream = rustls::Stream::new(&mut client, &mut socket);
    stream.write_all(GET).unwrap();
    let mut answer = Vec::new();
    // The server may close without a farewell: the answer is whole by its own account.
    let _ = stream.read_to_end(&mut answer);
    let group = client
        .negotiated_key_exchange_group()
        .map(|group| group.name());
    (
        client.protocol_version(),
        group,
        String::from_utf8_lossy(&answer).into_owned(),
    )
}

#[tokio::test]
async fn a_server_does_not_start_over_an_older_data_directory() {
    let h = Harness::new().await;
    let witness = h.app.witness().unwrap().clone();
    h.app.vault().sign_checkpoint(Some(&witness)).await.unwrap();
    let other = Harness::new().await;
    h.writer().await;
    std::fs::create_dir_all(other.app.witness().unwrap().path().parent().unwrap()).unwrap();
    let note = std::fs::read_to_string(witness.path())
        .unwrap()
        .replace("\n1\n", "\n2\n");
    std::fs::write(other.app.witness().unwrap().path(), note).unwrap();
    let refused = bind(&local())
        .unwrap()
        .serve(other.app.clone(), std::future::pending())
        .await;
    assert!(
        matches!(refused, Err(ServeError::Witness(_))),
        "{refused:?}"
    );
}
