//! `shouxin serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use shouxin_server::App;
use shouxin_server::serve::{Bound, ServeError, bind, log_panics_by_place};
use shouxin_store::Lost;
use shouxin_vault::Vault;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::config::{Address, Config, Log, Said};
use crate::fault::Fault;
use crate::place::Place;
use crate::screen::{Screen, is_watched};

/// Start the server
///
/// Settings come from a TOML file, then from the environment (`SHOUXIN_LISTEN__ADDRESS=…`: two lines
/// between the parts of a name), then from the command line. Before anything is served, the ledger is
/// compared with the last checkpoint outside the data directory: an older data directory is refused.
/// Key files that others may read are refused; core dumps are off. Ctrl-C or SIGTERM lets requests under
/// way finish.
///
/// Example:
///   shouxin serve --data /var/lib/shouxin
///   SHOUXIN_POSTGRES=postgres://shouxin@db/shouxin shouxin serve --keys /etc/shouxin/keys --listen 127.0.0.1:8080
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Serve {
    /// The data directory
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// A PostgreSQL database instead, shared by any number of nodes; better set as SHOUXIN_POSTGRES
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    postgres: Option<String>,
    /// The key folder; `<data>-keys` beside the data directory if not named
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// The settings, TOML
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let said = Said {
            data: self.data,
            postgres: self.postgres,
            keys: self.keys,
            listen: self.listen.map(|address| Address { address }),
        };
        let config = Config::read(self.config.as_deref(), said)?;
        start_log(&config.log)?;
        let place = config.place()?;
        // The address first: whoever starts a second server is told so before anything is opened.
        let bound = bind(&config.listen).map_err(unfit)?;
        let vault = place.open_vault(screen, config.connections).await?;
        let scheme = if config.listen.tls.is_some() {
            "https"
        } else {
            "http"
        };
        let address = format!("{scheme}://{}", bound.address());
        let server = Server {
            bound,
            vault,
            place,
            settings: config.server,
        };
        server
            .run(|| {
                screen.say(
                    format!("正在监听 {address}"),
                    format!("Listening on {address}"),
                )
            })
            .await
    }
}

/// A server that is about to answer.
pub(crate) struct Server {
    pub(crate) bound: Bound,
    pub(crate) vault: Vault,
    pub(crate) place: Place,
    pub(crate) settings: shouxin_server::Settings,
}

impl Server {
    /// Faces the witness, says that it listens, and serves until Ctrl-C or SIGTERM.
    pub(crate) async fn run(
        self,
        listening: impl FnOnce() -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let witness = self.place.witness();
        self.vault.face(&witness).await?;
        let stop = stop()?;
        let app = App::new(self.vault.clone(), Some(witness), self.settings);
        listening()?;
        let served = self.bound.serve(app, stop).await;
        // A store that lost its disk has nothing to finish, and a stuck one never would.
        if !matches!(served, Err(ServeError::Lost(_))) {
            self.vault.close().await;
        }
        served.map_err(unfit)
    }
}

/// Done once somebody asks the process to stop. The handlers are there when this returns.
pub(crate) fn stop() -> Result<impl Future<Output = ()> + Send + 'static, Fault> {
    let failed = |error: std::io::Error| {
        Fault::because("无法接收信号", "signals cannot be received", &error)
    };
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// The address cannot be listened on, or the server cannot start.
pub(crate) fn unfit(error: ServeError) -> Fault {
    match error {
        ServeError::Witness(error) => error.into(),
        ServeError::Plain(address) => {
            let text = ServeError::Plain(address).to_string();
            Fault::unable(
                format!(
                    "{address} 可从其他机器访问,却没有 TLS:个人信息会以明文传输。请设置证书和私钥,或只监听 127.0.0.1;\
                     若前面有提供 TLS 的代理,请设置 behind_proxy"
                ),
                text,
            )
        }
        ServeError::Io { address, source } if source.kind() == std::io::ErrorKind::AddrInUse => {
            Fault::unable(
                format!("{address} 已被占用:请停止占用它的程序,或换一个端口"),
                format!("{address} is taken: stop what listens there, or choose another port"),
            )
        }
        ServeError::Lost(lost) => {
            let (zh, en) = match lost {
                Lost::Flush => (
                    "磁盘未能保存一次提交".to_owned(),
                    "the disk failed to make a commit durable".to_owned(),
                ),
                Lost::Stuck(seconds) => (
                    format!("磁盘 {seconds} 秒未完成一次提交"),
                    format!("the disk has not answered a commit for {seconds} seconds"),
                ),
            };
            Fault::unable(
                format!("{zh}:服务已停止,未确认的请求可能已生效也可能没有。请检查磁盘后重新启动"),
                format!(
                    "{en}: the server has stopped, and requests that were not acknowledged may or may not have \
                     happened. Check the disk, then start it again"
                ),
            )
        }
        error => Fault::because("服务器无法运行", "the server cannot run", &error),
    }
}

fn start_log(log: &Log) -> Result<(), Fault> {
    let filter = EnvFilter::try_new(&log.filter).map_err(|error| {
        Fault::because(
            "设置 log.filter 不可用",
            "setting log.filter cannot be used",
            &error,
        )
    })?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(is_watched());
    let started = if log.json {
        lines.json().try_init()
    } else {
        lines.try_init()
    };
    started
        .map_err(|error| Fault::because("日志无法开始", "the log cannot begin", error.as_ref()))?;
    log_panics_by_place();
    Ok(())
}
