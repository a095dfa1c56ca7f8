//! `shouxin init`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use shouxin_model::Suite;
use shouxin_server::accounts::{OpenAccountError, open_first_administrator};

use crate::config::{Config, Said};
use crate::fault::Fault;
use crate::found::{Beginning, found_or_open};
use crate::place::{Data, Place, Words};
use crate::prompt;
use crate::screen::Screen;

/// Found a deployment: keys, store, first register
///
/// Makes the key folder and the store, puts the register and policies of a profile (or your own) in
/// force, and prints the one-time code with which the first system administrator takes over. The keys
/// lie apart from the data, by default in `<data>-keys` beside it: back both up, never together. Run
/// again before anybody has taken over, it gives a fresh code.
///
/// Example:
///   shouxin init --data /var/lib/shouxin --keys /etc/shouxin/keys --profile after-sales
///   shouxin init --data ./data --register register.toml --policies policies.cedar --suite national
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Init {
    /// The data directory, made if it is not there
    #[arg(long, value_name = "DIR", required_unless_present = "postgres")]
    data: Option<PathBuf>,
    /// A PostgreSQL database instead, as postgres://…; with a password in it, better set as SHOUXIN_POSTGRES
    #[arg(
        long,
        value_name = "URL",
        env = "SHOUXIN_POSTGRES",
        hide_env_values = true,
        conflicts_with = "data"
    )]
    postgres: Option<String>,
    /// The key folder; `<data>-keys` beside the data directory if not named
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// The settings, TOML: where zones apart lie is taken from it, and from SHOUXIN_ZONES__…
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Begin with a ready-made register and its policies
    #[arg(long, value_enum, default_value_t = ProfileName::AfterSales, conflicts_with_all = ["register", "policies"])]
    profile: ProfileName,
    /// Begin with your own register, TOML
    #[arg(long, value_name = "FILE", requires = "policies")]
    register: Option<PathBuf>,
    /// The policies that go with it, Cedar
    #[arg(long, value_name = "FILE", requires = "register")]
    policies: Option<PathBuf>,
    /// How values are sealed, if not as the register says
    #[arg(long, value_enum)]
    suite: Option<SuiteName>,
    /// Let the root of all keys rest on a passphrase, which every start then asks for
    #[arg(long)]
    passphrase: bool,
    /// A file, mode 0600, with the passphrase; otherwise it is asked for
    #[arg(
        long,
        value_name = "FILE",
        env = "SHOUXIN_PASSPHRASE_FILE",
        requires = "passphrase"
    )]
    passphrase_file: Option<PathBuf>,
}

/// A ready-made register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ProfileName {
    /// A car after-sales network
    AfterSales,
    /// An express company
    Express,
    /// A customer-service centre
    ServiceCentre,
}

impl ProfileName {
    /// The name of its folder under `profiles/`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AfterSales => "after-sales",
            Self::Express => "express",
            Self::ServiceCentre => "service-centre",
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SuiteName {
    /// AES-256-GCM, SHA-256, Ed25519
    International,
    /// SM4-GCM, SM3, SM2
    National,
}

impl Init {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let mut beginning = match (&self.register, &self.policies) {
            (Some(register), Some(policies)) => Beginning {
                register: text(register)?,
                policies: text(policies)?,
                notices: &[],
                passphrase: None,
            },
            _ => Beginning::of_profile(self.profile.name())?,
        };
        beginning = match self.suite {
            Some(SuiteName::International) => beginning.with_suite(Suite::International),
            Some(SuiteName::National) => beginning.with_suite(Suite::National),
            None => beginning,
        };
        let words = Words {
            data: self.data,
            postgres: self.postgres,
            keys: self.keys,
            zones: Config::read(self.config.as_deref(), Said::default())?.zones,
            ..Words::default()
        };
        let place = Place::new(words)?;
        if self.passphrase {
            let question = screen.pick("为密钥设定口令:", "Passphrase for the keys: ");
            beginning.passphrase = Some(prompt::password_or_file(
                self.passphrase_file.as_deref(),
                question,
            )?);
        }
        let (vault, founded) = found_or_open(&place, &beginning, screen).await?;
        let code = match open_first_administrator(&vault).await {
            Ok(code) => code,
            Err(OpenAccountError::Exists) if !founded => {
                return Err(Fault::no(
                    "这里已经初始化,且已有系统管理员。要启动请运行 shouxin serve",
                    "this is founded already and has a system administrator. To start it, run: shouxin serve",
                ));
            }
            Err(error) => {
                return Err(Fault::because(
                    "无法生成激活码",
                    "no activation code could be made",
                    &error,
                ));
            }
        };
        vault.sign_checkpoint(Some(&place.witness())).await?;
        vault.close().await;
        let keys = place.keys.display();
        let start = match &place.data {
            Data::Directory(data) => {
                format!("shouxin serve --data {} --keys {keys}", data.display())
            }
            Data::Postgres(_) => format!("shouxin serve --postgres … --keys {keys}"),
        };
        screen.say(
            format!(
                "已就绪。\n  密钥目录:{keys}\n  没有密钥,数据无法恢复:请备份密钥,并与数据的备份分开存放。\n\n\
                 首位系统管理员的激活码(72 小时内有效,只可用一次):{code}\n\n\
                 接下来:\n  {start}\n  shouxin activate --login 账号 --name 姓名\n  shouxin sign-in --login 账号"
            ),
            format!(
                "It is founded.\n  key folder: {keys}\n  Without the keys nothing of the data can be read again: back them up, apart from the data.\n\n\
                 The first system administrator's activation code (taken once, within 72 hours): {code}\n\n\
                 Next:\n  {start}\n  shouxin activate --login LOGIN --name NAME\n  shouxin sign-in --login LOGIN"
            ),
        )
    }
}

fn text(path: &std::path::Path) -> Result<String, Fault> {
    std::fs::read_to_string(path).map_err(|error| Fault::file(path, &error))
}
