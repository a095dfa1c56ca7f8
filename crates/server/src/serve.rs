//! Listening, with TLS or behind something that has it, and the work that goes on beside requests.

mod beside;
mod tls;

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use axum::http::{HeaderValue, header};
use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use serde::Deserialize;
use shouxin_store::Lost;
use shouxin_vault::WitnessError;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::App;

pub use tls::TlsError;

/// Where and how to listen.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Listen {
    /// The address. Without TLS, it must be a loopback address.
    pub address: SocketAddr,
    /// The certificate and its key; without them, plain HTTP.
    pub tls: Option<Tls>,
    /// Plain HTTP on any address: something in front of this server has TLS, and nothing else can reach it.
    pub behind_proxy: bool,
    /// How long requests under way may take once the server is asked to stop, in seconds.
    pub grace_seconds: u64,
}

/// A certificate and its key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate chain, PEM, the server's own first.
    pub certificate: PathBuf,
    /// The private key, PEM.
    pub key: PathBuf,
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], 8080)),
            tls: None,
            behind_proxy: false,
            grace_seconds: 10,
        }
    }
}

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Plain HTTP where others could listen in.
    #[error(
        "{0} can be reached from other machines, and there is no TLS: personal data would travel in the clear. \
         Set a certificate and key, listen on 127.0.0.1, or, if a proxy in front has TLS, set behind_proxy"
    )]
    Plain(SocketAddr),
    /// The certificate or key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The data directory is older than its witness, or is another's.
    #[error(transparent)]
    Witness(#[from] WitnessError),
    /// The store closed itself: this process no longer knows what the disk holds.
    #[error(transparent)]
    Lost(#[from] Lost),
    /// The address cannot be listened on, or listening failed.
    #[error("cannot listen on {address}")]
    Io {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// A server that has its address and does not answer yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<axum_server::tls_rustls::RustlsConfig>,
    grace: Duration,
}

/// Serves until `shutdown` is done, then lets requests under way finish.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(
    app: App,
    listen: &Listen,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    bind(listen)?.serve(app, shutdown).await
}

/// Takes the address, so that it can be told before the first request.
///
/// # Errors
/// [`ServeError`].
pub fn bind(listen: &Listen) -> Result<Bound, ServeError> {
    if listen.tls.is_none()
        && !listen.behind_proxy
        && !listen.address.ip().to_canonical().is_loopback()
    {
        return Err(ServeError::Plain(listen.address));
    }
    let tls = listen.tls.as_ref().map(tls::config).transpose()?;
    let failed = |source| ServeError::Io {
        address: listen.address,
        source,
    };
    let listener = TcpListener::bind(listen.address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Bound {
        listener,
        address,
        tls,
        grace: Duration::from_secs(listen.grace_seconds),
    })
}

impl Bound {
    /// The address; with a port even if none was asked for.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Faces the witness, then serves until `shutdown` is done, and lets requests under way finish. Ends
    /// by itself if the store is lost.
    ///
    /// # Errors
    /// [`ServeError`]; after `Lost` the process must end.
    pub async fn serve(
        self,
        app: App,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        if let Some(witness) = app.witness() {
            app.vault().face(witness).await?;
        }
        let address = self.address;
        let failed = |source| ServeError::Io { address, source };
        let handle = Handle::new();
        let (stopping, grace) = (handle.clone(), self.grace);
        let stop = tokio::spawn(async move {
            shutdown.await;
            stopping.graceful_shutdown(Some(grace));
        });
        let beside = beside::start(&app);
        let router = crate::router(app.clone());
        let serving = async {
            match self.tls {
                Some(tls) => {
                    // A browser that came once by TLS never comes by anything else again.
                    let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
                    let router = router.layer(SetResponseHeaderLayer::overriding(
                        header::STRICT_TRANSPORT_SECURITY,
                        year,
                    ));
                    let server =
                        axum_server::from_tcp_rustls(self.listener, tls).map_err(failed)?;
                    let router = router.into_make_service_with_connect_info::<SocketAddr>();
                    careful(server)
                        .handle(handle)
                        .serve(router)
                        .await
                        .map_err(failed)
                }
                None => {
                    let server = axum_server::from_tcp(self.listener).map_err(failed)?;
                    let router = router.into_make_service_with_connect_info::<SocketAddr>();
                    careful(server)
                        .handle(handle)
                        .serve(router)
                        .await
                        .map_err(failed)
                }
            }
        };
        let served = tokio::select! {
            served = serving => served,
            lost = app.vault().store().lost() => {
                // Whoever waits for a commit is told that it was not acknowledged; then all is over.
                tokio::time::sleep(LAST_ANSWERS).await;
                Err(lost.into())
            }
        };
        stop.abort();
        beside.stop().await;
        if matches!(served, Err(ServeError::Lost(_))) {
            return served;
        }
        // What was answered last is signed as well.
        if let Err(error) = app.vault().sign_checkpoint(app.witness()).await {
            tracing::error!(%error, "the last checkpoint was not signed");
        }
        served
    }
}

/// HTTP/1.1 alone, with heads that arrive in time.
fn careful<A>(
    mut server: axum_server::Server<SocketAddr, A>,
) -> axum_server::Server<SocketAddr, A> {
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_ARRIVES);
    server.http1_only()
}

/// Panics reach the log by their place alone: what a panic says may hold anything. For the program that
/// runs the server; tests keep their own.
pub fn log_panics_by_place() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}

/// How long requests under way have to hear that their commit was not acknowledged.
const LAST_ANSWERS: Duration = Duration::from_millis(200);

/// Whoever sends a head byte by byte holds a connection for so long and no longer.
const HEAD_ARRIVES: Duration = Duration::from_secs(15);

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, behind_proxy: bool) -> Result<Bound, ServeError> {
        bind(&Listen {
            address: address.parse().unwrap(),
            behind_proxy,
            ..Listen::default()
        })
    }

    #[test]
    fn plain_http_is_for_this_machine_alone_unless_a_proxy_stands_in_front() {
        assert!(check("127.0.0.1:0", false).is_ok());
        assert!(check("[::1]:0", false).is_ok() || cfg!(not(target_os = "linux")));
        assert!(matches!(
            check("0.0.0.0:0", false),
            Err(ServeError::Plain(_))
        ));
        assert!(matches!(
            check("192.0.2.1:8080", false),
            Err(ServeError::Plain(_))
        ));
        assert!(matches!(check("[::]:0", false), Err(ServeError::Plain(_))));
        assert!(check("0.0.0.0:0", true).is_ok());
    }
}
