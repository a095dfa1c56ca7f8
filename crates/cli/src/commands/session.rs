//! `shouxin activate`, `sign-in`, `sign-out`, `step-up`, `whoami`, `password`.

use std::path::PathBuf;

use clap::Args;
use shouxin_client::{Client, ClientError, Factor, First};
use shouxin_wire::Code;
use shouxin_wire::me::Me;
use shouxin_wire::sessions::SessionState;

use crate::fault::Fault;
use crate::home::{Home, Kept};
use crate::link::Link;
use crate::personas::Personas;
use crate::prompt;
use crate::qr;
use crate::screen::{Screen, Table};

/// Take an account over with its activation code
///
/// Whoever opens an account is shown a code that is taken once; with it, the account's owner sets the
/// password. The first administrator's code is printed by `shouxin init`; with it go a login and a name.
/// Then sign in: the first time, a second factor is enrolled.
///
/// Example:
///   shouxin activate --login li.xiaoyan --name 李晓燕
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Activate {
    /// For the first administrator: the login to use
    #[arg(long, requires = "name")]
    login: Option<String>,
    /// For the first administrator: the display name
    #[arg(long, requires = "login")]
    name: Option<String>,
    /// A file, mode 0600, with the code; otherwise it is asked for
    #[arg(long, value_name = "FILE")]
    code_file: Option<PathBuf>,
    /// A file, mode 0600, with the new password; otherwise it is asked for
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    link: Link,
}

impl Activate {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.anonymous(screen)?;
        let code = prompt::password_or_file(
            self.code_file.as_deref(),
            screen.pick("激活码:", "Activation code: "),
        )?;
        let password = new_password(self.password_file.as_deref(), screen)?;
        let first = self
            .login
            .as_deref()
            .zip(self.name.as_deref())
            .map(|(login, name)| First { login, name });
        let answer = client.activate(code.trim(), &password, first).await?;
        let login = &answer.login;
        screen.answer(&answer, || {
            screen
                .pick(
                    "账号 {login} 已激活。请登录:shouxin sign-in --login {login}",
                    "The account {login} is yours. Now: shouxin sign-in --login {login}",
                )
                .replace("{login}", login)
        })
    }
}

/// Sign in
///
/// Login, password and the six digits of the second factor are asked for. The first time, a second
/// factor is enrolled: scan the QR code with an authenticator app. The session is kept in
/// `$SHOUXIN_HOME` (or ~/.config/shouxin), mode 0600; later commands use the one signed in last, or that
/// of `--as`.
///
/// Example:
///   shouxin sign-in --login li.xiaoyan
///   shouxin sign-in --login chen.jing --personas demo-data/after-sales/personas.json
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct SignIn {
    /// The login; otherwise it is asked for
    #[arg(long)]
    login: Option<String>,
    /// A file, mode 0600, with the password; otherwise it is asked for
    #[arg(long, value_name = "FILE", conflicts_with = "personas")]
    password_file: Option<PathBuf>,
    /// The personas of a demo: password and code come from this file, and no phone is needed
    #[arg(long, value_name = "FILE")]
    personas: Option<PathBuf>,
    /// Show a recovery code in place of the six digits
    #[arg(long, conflicts_with = "personas")]
    recovery: bool,
    #[command(flatten)]
    link: Link,
}

impl SignIn {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.anonymous(screen)?;
        let login = match self.login.clone().or_else(|| self.link.as_login.clone()) {
            Some(login) => login,
            None => prompt::word(screen.pick("账号:", "Login: "))?,
        };
        let (answer, session) = match &self.personas {
            Some(path) => {
                let mut personas = load(path)?;
                let at = find(&personas, &login)?;
                let code = personas.code(at, screen).await?;
                client
                    .sign_in(&login, &personas.personas[at].password, Factor::Code(&code))
                    .await?
            }
            None => self.ask(&client, &login, screen).await?,
        };
        let home = Home::find()?;
        home.keep(&Kept {
            server: client.server().to_owned(),
            login: login.clone(),
            session: session.clone(),
        })?;
        if answer.state == SessionState::Enrolling {
            enrol(&client.with_session(session), screen).await?;
        }
        let until = answer.expires_at;
        screen.answer(&answer, || {
            screen
                .pick(
                    "{login} 已登录,至 {until} 为止。",
                    "{login} is signed in until {until}.",
                )
                .replace("{login}", &login)
                .replace("{until}", &until.to_string())
        })
    }

    async fn ask(
        &self,
        client: &Client,
        login: &str,
        screen: &Screen,
    ) -> Result<(shouxin_wire::sessions::SignedIn, shouxin_client::Session), Fault> {
        let password = prompt::password_or_file(
            self.password_file.as_deref(),
            screen.pick("密码:", "Password: "),
        )?;
        let question = if self.recovery {
            screen.pick("恢复码:", "Recovery code: ")
        } else {
            screen.pick(
                "六位动态口令(尚未绑定请直接回车):",
                "Six digits (just Enter if none is enrolled yet): ",
            )
        };
        let shown = prompt::password(question)?;
        let shown = shown.trim();
        let factor = match (shown.is_empty(), self.recovery) {
            (true, _) => Factor::None,
            (false, true) => Factor::Recovery(shown),
            (false, false) => Factor::Code(shown),
        };
        Ok(client.sign_in(login, &password, factor).await?)
    }
}

/// Sign out
///
/// Ends the session at the server and forgets it here.
///
/// Example:
///   shouxin sign-out
///   shouxin sign-out --everywhere
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct SignOut {
    /// End all of this person's sessions, also those of other machines
    #[arg(long)]
    everywhere: bool,
    #[command(flatten)]
    link: Link,
}

impl SignOut {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let home = Home::find()?;
        let kept = self.link.kept(&home)?;
        let client = self
            .link
            .anonymous(screen)?
            .with_session(kept.session.clone());
        let ended = if self.everywhere {
            client.sign_out_everywhere().await
        } else {
            client.sign_out().await
        };
        match ended {
            // It ended already: then only the memory of it is left.
            Err(ClientError::Problem(problem))
                if Code::from_word(&problem.code) == Some(Code::SignInRequired) => {}
            other => other?,
        }
        home.forget(&kept)?;
        let login = &kept.login;
        screen.say(
            format!("{login} 已退出。"),
            format!("{login} is signed out."),
        )
    }
}

/// Show the second factor again
///
/// What needs a fresh second factor opens for ten minutes: clear reads of core fields, and
/// administration.
///
/// Example:
///   shouxin step-up
///   shouxin step-up --as chen.jing --personas demo-data/after-sales/personas.json
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct StepUp {
    /// The personas of a demo: the code comes from this file
    #[arg(long, value_name = "FILE")]
    personas: Option<PathBuf>,
    #[command(flatten)]
    link: Link,
}

impl StepUp {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let kept = self.link.kept(&Home::find()?)?;
        let client = self.link.client(screen)?;
        let code = match &self.personas {
            Some(path) => {
                let mut personas = load(path)?;
                let at = find(&personas, &kept.login)?;
                personas.code(at, screen).await?
            }
            None => prompt::password(screen.pick("六位动态口令:", "Six digits: "))?,
        };
        let answer = client.step_up(code.trim()).await?;
        let until = answer.second_factor_until;
        screen.answer(&answer, || {
            screen
                .pick(
                    "第二因素已验证,{until} 之前有效。",
                    "The second factor counts until {until}.",
                )
                .replace("{until}", &until.to_string())
        })
    }
}

/// Say who you are and what you may do
///
/// Example:
///   shouxin whoami
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct WhoAmI {
    #[command(flatten)]
    link: Link,
}

impl WhoAmI {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let me = self.link.client(screen)?.me().await?;
        screen.answer(&me, || described(&me, screen))
    }
}

fn described(me: &Me, screen: &Screen) -> String {
    let mut table = Table::new([screen.pick("项目", "what"), screen.pick("内容", "value")]);
    if let Some(person) = &me.person {
        table.row([screen.pick("账号", "login"), &person.login]);
        table.row([screen.pick("姓名", "name"), &person.name]);
    }
    table.row([screen.pick("账本中的名称", "in the ledger"), &me.actor]);
    table.row([screen.pick("角色", "roles"), &me.roles.join(", ")]);
    for (name, value) in [
        (screen.pick("网点", "site"), &me.site),
        (screen.pick("区域", "region"), &me.region),
    ] {
        if let Some(value) = value {
            table.row([name, value]);
        }
    }
    if let Some(person) = &me.person {
        let until = person
            .second_factor_until
            .map_or("—".to_owned(), |at| at.to_string());
        table.row([screen.pick("第二因素有效至", "second factor until"), &until]);
        table.row([
            screen.pick("会话有效至", "session until"),
            &person.session_expires_at.to_string(),
        ]);
    }
    let mut operations = Table::new([screen.pick("可用操作", "may call"), ""]);
    for operation in &me.operations {
        let note = if operation.needs_second_factor {
            screen.pick("需第二因素", "needs a second factor")
        } else {
            ""
        };
        operations.row([&format!("{:<7}{}", operation.method, operation.path), note]);
    }
    format!("{}\n{}", table.render(), operations.render())
}

/// Change your password
///
/// Ends all your other sessions. Needs a fresh second factor: `shouxin step-up`.
///
/// Example:
///   shouxin password
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Password {
    /// A file, mode 0600, with the password until now; otherwise it is asked for
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// A file, mode 0600, with the new password; otherwise it is asked for
    #[arg(long, value_name = "FILE")]
    new_password_file: Option<PathBuf>,
    #[command(flatten)]
    link: Link,
}

impl Password {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        let question = screen.pick("现用密码:", "Password until now: ");
        let current = prompt::password_or_file(self.password_file.as_deref(), question)?;
        let password = new_password(self.new_password_file.as_deref(), screen)?;
        client.change_password(&current, &password).await?;
        screen.say(
            "密码已更改,其他会话已结束。",
            "The password is changed; your other sessions are ended.",
        )
    }
}

/// Enrols a second factor: shows its secret, takes its first code, shows the recovery codes.
async fn enrol(client: &Client, screen: &Screen) -> Result<(), Fault> {
    let started = client.start_totp().await?;
    screen.aside(
        "请用动态口令应用扫描二维码,或手工输入密钥:",
        "Scan this with an authenticator app, or type the secret:",
    );
    if let Some(image) = qr::render(&started.url) {
        screen.aside(&image, &image);
    }
    screen.aside(&started.secret, &started.secret);
    let code =
        prompt::password(screen.pick("应用显示的六位数字:", "The six digits that it shows: "))?;
    let answer = client.confirm_totp(code.trim()).await?;
    screen.aside(
        "第二因素已绑定。以下恢复码各可用一次,请妥善保存,不会再次显示:",
        "The second factor is enrolled. Each of these recovery codes counts once; keep them safe, they are not shown again:",
    );
    let codes = answer.recovery_codes.join("\n");
    screen.aside(&codes, &codes);
    Ok(())
}

/// A new password, typed twice.
fn new_password(file: Option<&std::path::Path>, screen: &Screen) -> Result<String, Fault> {
    let first = prompt::password_or_file(
        file,
        screen.pick(
            "新密码(至少 12 位):",
            "New password (at least 12 characters): ",
        ),
    )?;
    if file.is_none() && std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        let again = prompt::password(screen.pick("再次输入:", "Once more: "))?;
        if again != first {
            return Err(Fault::unable("两次输入不一致", "the two are not the same"));
        }
    }
    Ok(first)
}

fn load(path: &std::path::Path) -> Result<Personas, Fault> {
    Personas::load(path)?
        .ok_or_else(|| Fault::file(path, &std::io::Error::from(std::io::ErrorKind::NotFound)))
}

fn find(personas: &Personas, login: &str) -> Result<usize, Fault> {
    personas.find(login).ok_or_else(|| {
        let known: Vec<&str> = personas
            .personas
            .iter()
            .map(|persona| persona.login.as_str())
            .collect();
        let (path, known) = (personas.path().display(), known.join(", "));
        Fault::unable(
            format!("{path} 中没有 {login},只有 {known}"),
            format!("{path} has no {login}, only {known}"),
        )
    })
}
