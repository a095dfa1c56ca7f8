//! `shouxin staff`.

use clap::{Args, Subcommand, ValueEnum};
use shouxin_client::{Client, Moving, Opening};
use shouxin_wire::staff::{AccountState, Staff, StaffOpened, StaffState};

use crate::fault::Fault;
use crate::link::Link;
use crate::screen::{Screen, Table};

/// Open, move and close accounts of staff
///
/// The system administrator opens and closes accounts, the security administrator grants roles; nobody
/// changes their own, and no account combines two of the three silos of administration. Changes need a
/// fresh second factor: `shouxin step-up`.
///
/// Example:
///   shouxin staff open chen.jing --name 陈静 --site SH01 --region east
///   shouxin staff roles chen.jing service-adviser
///   shouxin staff close chen.jing
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct StaffCommand {
    #[command(subcommand)]
    verb: StaffVerb,
    #[command(flatten)]
    link: Link,
}

#[derive(Subcommand, Debug)]
enum StaffVerb {
    /// List accounts
    List {
        /// Only accounts in this state
        #[arg(long, value_enum)]
        state: Option<Shown>,
    },
    /// Show one account
    Show {
        /// Its login
        login: String,
    },
    /// Open an account; prints the code with which its owner takes it over
    Open {
        /// The login: a lower case letter, then letters, digits, - _ .
        login: String,
        /// The display name; kept sealed
        #[arg(long)]
        name: String,
        /// The site that the person works at
        #[arg(long)]
        site: Option<String>,
        /// The region that the person answers for
        #[arg(long)]
        region: Option<String>,
        /// Roles to begin with: only for the first security and audit administrator
        #[arg(long, value_delimiter = ',', value_name = "ROLES")]
        roles: Vec<String>,
    },
    /// Replace the roles of an account
    Roles {
        /// Its login
        login: String,
        /// The roles from now on; none takes all away
        roles: Vec<String>,
    },
    /// Move a person to another site or region
    Move {
        /// The login
        login: String,
        /// The site; empty for none
        #[arg(long, required_unless_present = "region")]
        site: Option<String>,
        /// The region; empty for none
        #[arg(long)]
        region: Option<String>,
    },
    /// Close an account; its sessions end at once
    Close {
        /// Its login
        login: String,
    },
    /// Open a closed account again
    Reopen {
        /// Its login
        login: String,
    },
    /// Give an account a fresh activation code; password and second factor count no more
    Reset {
        /// Its login
        login: String,
    },
    /// End all sessions of an account
    EndSessions {
        /// Its login
        login: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shown {
    /// Not taken over yet
    Invited,
    /// Can sign in
    Active,
    /// Closed
    Disabled,
}

impl StaffCommand {
    pub(crate) async fn run(self, screen: &Screen) -> Result<(), Fault> {
        let client = self.link.client(screen)?;
        match self.verb {
            StaffVerb::List { state } => list(&client, state, screen).await,
            StaffVerb::Show { login } => {
                let staff = find(&client, &login).await?;
                screen.answer(&staff, || table(std::slice::from_ref(&staff), screen))
            }
            StaffVerb::Open {
                login,
                name,
                site,
                region,
                roles,
            } => {
                let (site, region) = (site.as_deref(), region.as_deref());
                let opening = Opening {
                    login: &login,
                    name: &name,
                    site,
                    region,
                    roles: &roles,
                };
                opened(&client.open_staff(&opening).await?, screen)
            }
            StaffVerb::Roles { login, roles } => {
                let staff = find(&client, &login).await?;
                let changed = client.set_roles(staff.staff, &roles).await?;
                screen.answer(&changed, || {
                    table(std::slice::from_ref(&changed.account), screen)
                })
            }
            StaffVerb::Move {
                login,
                site,
                region,
            } => {
                let given = |text: &'_ Option<String>| {
                    text.clone()
                        .map(|text| Some(text).filter(|t| !t.is_empty()))
                };
                let (site, region) = (given(&site), given(&region));
                let change = Moving {
                    state: None,
                    site: site.as_ref().map(Option::as_deref),
                    region: region.as_ref().map(Option::as_deref),
                };
                moved(&client, &login, change, screen).await
            }
            StaffVerb::Close { login } => {
                moved(
                    &client,
                    &login,
                    Moving {
                        state: Some(AccountState::Disabled),
                        ..Moving::default()
                    },
                    screen,
                )
                .await
            }
            StaffVerb::Reopen { login } => {
                moved(
                    &client,
                    &login,
                    Moving {
                        state: Some(AccountState::Active),
                        ..Moving::default()
                    },
                    screen,
                )
                .await
            }
            StaffVerb::Reset { login } => {
                let staff = find(&client, &login).await?;
                opened(&client.reset_staff(staff.staff).await?, screen)
            }
            StaffVerb::EndSessions { login } => {
                let staff = find(&client, &login).await?;
                let ended = client.end_sessions(staff.staff).await?;
                let (count, entry) = (ended.ended, ended.entry);
                screen.answer(&ended, || {
                    screen
                        .pick(
                            &format!("已结束 {count} 个会话,记入账本第 {entry} 条。"),
                            &format!("{count} sessions ended, ledger entry {entry}."),
                        )
                        .to_owned()
                })
            }
        }
    }
}

async fn list(client: &Client, state: Option<Shown>, screen: &Screen) -> Result<(), Fault> {
    let mut all = Vec::new();
    let mut page = client.staff(None).await?;
    loop {
        all.append(&mut page.staff);
        match page.next {
            Some(next) => page = client.staff(Some(&next)).await?,
            None => break,
        }
    }
    all.retain(|staff| {
        state.is_none_or(|state| match staff.state {
            StaffState::Invited => state == Shown::Invited,
            StaffState::Active => state == Shown::Active,
            StaffState::Disabled => state == Shown::Disabled,
        })
    });
    screen.answer(&all, || table(&all, screen))
}

async fn moved(
    client: &Client,
    login: &str,
    change: Moving<'_>,
    screen: &Screen,
) -> Result<(), Fault> {
    let staff = find(client, login).await?;
    let changed = client.change_staff(staff.staff, change).await?;
    screen.answer(&changed, || {
        table(std::slice::from_ref(&changed.account), screen)
    })
}

async fn find(client: &Client, login: &str) -> Result<Staff, Fault> {
    client.staff_by_login(login).await?.ok_or_else(|| {
        Fault::no(
            format!("没有账号 {login}"),
            format!("there is no account {login}"),
        )
    })
}

fn opened(opened: &StaffOpened, screen: &Screen) -> Result<(), Fault> {
    screen.answer(opened, || {
        let (login, code, until) = (&opened.login, &opened.activation_code, opened.expires_at);
        screen.pick(
            &format!(
                "账号 {login} 的激活码:{code}\n{until} 之前有效,只显示这一次。本人运行:shouxin activate"
            ),
            &format!(
                "The activation code of {login}: {code}\nIt is taken until {until} and shown this once. Its owner runs: shouxin activate"
            ),
        ).to_owned()
    })
}

fn table(staff: &[Staff], screen: &Screen) -> String {
    let mut table = Table::new([
        screen.pick("账号", "login"),
        screen.pick("姓名", "name"),
        screen.pick("角色", "roles"),
        screen.pick("网点", "site"),
        screen.pick("区域", "region"),
        screen.pick("状态", "state"),
        screen.pick("第二因素", "second factor"),
    ]);
    for one in staff {
        let state = match one.state {
            StaffState::Invited => screen.pick("待激活", "invited"),
            StaffState::Active => screen.pick("在用", "active"),
            StaffState::Disabled => screen.pick("已停用", "disabled"),
        };
        let factor = if one.second_factor {
            screen.pick("有", "yes")
        } else {
            screen.pick("无", "no")
        };
        let (site, region) = (
            one.site.as_deref().unwrap_or("—"),
            one.region.as_deref().unwrap_or("—"),
        );
        table.row([
            &one.login,
            &one.name,
            &one.roles.join(", "),
            site,
            region,
            state,
            factor,
        ]);
    }
    table.render()
}
