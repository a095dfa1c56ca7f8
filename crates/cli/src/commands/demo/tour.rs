//! What the demo says once it serves: who can sign in, and what to try.

use std::collections::HashMap;
use std::fmt::Write as _;

use shouxin_model::{RecordId, SubjectId};
use shouxin_store::params;
use shouxin_vault::Vault;

use super::cast::{OFFICER, PRESENTED};
use crate::commands::init::ProfileName;
use crate::fault::Fault;
use crate::personas::Personas;
use crate::screen::{Screen, Table};

/// Sign-in details, and what to try from another terminal. Each line works as it stands.
pub(super) async fn text(
    vault: &Vault,
    personas: &Personas,
    profile: ProfileName,
    url: &str,
    payment: Option<&str>,
    screen: &Screen,
) -> Result<String, Fault> {
    let mut table = Table::new([
        screen.pick("账号", "login"),
        screen.pick("角色", "role"),
        screen.pick("密码", "password"),
    ]);
    for (number, persona) in personas.personas.iter().enumerate() {
        if number == PRESENTED {
            table.row(["", "", ""]);
        }
        table.row([
            &persona.login,
            persona.title.get(screen.language),
            &persona.password,
        ]);
    }
    let file = shown(personas.path());
    let mut out = String::new();
    // Writing to a String cannot fail, here and below.
    let _ = writeln!(
        out,
        "\n{} {url}\n\n{}",
        screen.pick("守信演示正在监听", "The demo listens on"),
        table.render()
    );
    let _ = writeln!(
        out,
        "{} {file}\n",
        screen.pick(
            "六个角色与三名管理员;密码与动态口令密钥保存在",
            "Six personas and three administrators; passwords and second factors are in"
        ),
    );
    let _ = writeln!(
        out,
        "{}\n",
        screen.pick("在另一个终端里试试:", "To try from another terminal:")
    );
    let words = Words {
        shouxin: program("shouxin"),
        verify: program("shouxin-verify"),
        server: if url == "http://127.0.0.1:8080" {
            String::new()
        } else {
            format!(" --server {url}")
        },
        personas: file,
    };
    let login = &personas.personas[0].login;
    let things = match open_case(vault, profile, login).await? {
        Some((subject, case)) => words.things(profile, personas, subject, case, payment),
        None => Vec::new(),
    };
    for (number, thing) in things.iter().enumerate() {
        let _ = writeln!(out, "{}. {}", number + 1, screen.pick(thing.zh, thing.en));
        for line in &thing.lines {
            let _ = writeln!(out, "   {line}");
        }
    }
    let _ = writeln!(
        out,
        "\n{}",
        screen.pick("按 Ctrl-C 停止。", "Ctrl-C stops it.")
    );
    Ok(out)
}

/// One thing to try.
struct Thing {
    zh: &'static str,
    en: &'static str,
    lines: Vec<String>,
}

/// What all lines need.
struct Words {
    shouxin: String,
    verify: String,
    server: String,
    personas: String,
}

impl Words {
    fn things(
        &self,
        profile: ProfileName,
        personas: &Personas,
        subject: SubjectId,
        case: RecordId,
        payment: Option<&str>,
    ) -> Vec<Thing> {
        let login = |at: usize| personas.personas[at].login.as_str();
        let read = |purpose: &str, rest: &str| {
            self.line(&format!("read {subject} --purpose {purpose} {rest}"))
        };
        let close = self.line(&format!("case close {subject} {case}"));
        let mut things = match profile {
            ProfileName::AfterSales => vec![
                Thing {
                    zh: "以服务顾问身份登录,查看分派给自己的工单",
                    en: "Sign in as the service adviser and see the orders assigned to you",
                    lines: vec![
                        self.sign_in(login(0)),
                        self.line("cases --purpose repair-service"),
                    ],
                },
                Thing {
                    zh: "查阅工单客户:默认脱敏;手机号凭第二因素明文查看",
                    en: "Read the customer of an open order: masked; then the mobile number in clear, by the second factor",
                    lines: vec![
                        read("repair-contact", "--fields customer.name,customer.mobile"),
                        read(
                            "repair-contact",
                            "--fields customer.mobile --clear customer.mobile",
                        ),
                    ],
                },
                Thing {
                    zh: "身份证号不予提供:看看原因",
                    en: "The ID number is withheld: see why",
                    lines: vec![read(
                        "repair-contact",
                        "--fields customer.name,customer.resident_id",
                    )],
                },
                Thing {
                    zh: "关闭工单,随即不能再查阅",
                    en: "Close the order, and be refused",
                    lines: vec![close, read("repair-contact", "--fields customer.name")],
                },
            ],
            ProfileName::Express => vec![
                Thing {
                    zh: "以分拣员身份登录:只见运单与流转",
                    en: "Sign in as the sorter: waybill and transit, and nothing else",
                    lines: vec![
                        self.sign_in(login(1)),
                        read(
                            "sorting",
                            "--fields parcel.waybill,parcel.status,parcel.route_code --clear parcel.waybill",
                        ),
                        read(
                            "sorting",
                            "--fields parcel.waybill,parcel.recipient_name,parcel.recipient_mobile",
                        ),
                    ],
                },
                Thing {
                    zh: "以快递员身份登录,查看派送中的快件",
                    en: "Sign in as the courier and see the parcels on the way",
                    lines: vec![
                        self.sign_in(login(0)),
                        self.line("cases --purpose delivery"),
                    ],
                },
                Thing {
                    zh: "派件所需的收件信息:面单脱敏",
                    en: "What a delivery needs of the recipient, masked as on a waybill",
                    lines: vec![read(
                        "delivery",
                        "--fields parcel.recipient_name,parcel.recipient_mobile,parcel.recipient_address",
                    )],
                },
                Thing {
                    zh: "签收后随即不能再查阅",
                    en: "Deliver the parcel, and be refused",
                    lines: vec![close, read("delivery", "--fields parcel.recipient_name")],
                },
            ],
            ProfileName::ServiceCentre => vec![
                Thing {
                    zh: "以客服身份登录,查看分派给自己的工单",
                    en: "Sign in as the agent and see the tickets assigned to you",
                    lines: vec![
                        self.sign_in(login(0)),
                        self.line("cases --purpose ticket-handling"),
                    ],
                },
                Thing {
                    zh: "查阅工单客户:默认脱敏",
                    en: "Read the customer of an open ticket: masked",
                    lines: vec![read("ticket-handling", "--fields basic.name,basic.mobile")],
                },
                Thing {
                    zh: "网络地址不予提供:看看原因",
                    en: "The network address is withheld: see why",
                    lines: vec![read("ticket-handling", "--fields basic.name,log.ip")],
                },
                Thing {
                    zh: "关闭工单,随即不能再查阅",
                    en: "Close the ticket, and be refused",
                    lines: vec![close, read("ticket-handling", "--fields basic.name")],
                },
                Thing {
                    zh: "以收付款专员身份登录:按支付流水号查找,得到的是该密钥域自己的代号;按客户本人查阅则被拒绝",
                    en: "Sign in as the payment clerk: payments are found by their number, under ids of their own zone; \
                         by who the customer is, they are refused",
                    lines: vec![
                        self.sign_in(login(3)),
                        format!(
                            "echo {} | {}",
                            payment.unwrap_or("PAY"),
                            self.line(
                                "search --field transaction.payment_number --purpose payment-handling"
                            )
                        ),
                        read(
                            "payment-handling",
                            "--fields transaction.amount,transaction.state",
                        ),
                    ],
                },
            ],
        };
        things.extend(self.approval(profile, personas, subject));
        let auditor = login(personas.personas.len() - 1);
        things.push(Thing {
            zh: "以审计管理员身份核验账本,并在服务器之外证明它未被改动",
            en: "As the audit administrator verify the ledger, and prove from outside that nothing was changed",
            lines: vec![
                self.sign_in(auditor),
                self.line("ledger verify"),
                self.line("ledger export --out ledger.ndjson --keys-out ledger.keys"),
                format!("{} export ledger.ndjson --key ledger.keys", self.verify),
            ],
        });
        things
    }

    /// A copy for the customer: one officer asks for it, the other approves. `None` in a demo that was made
    /// before there were two.
    fn approval(
        &self,
        profile: ProfileName,
        personas: &Personas,
        subject: SubjectId,
    ) -> Option<Thing> {
        let is_officer = |roles: &[String]| roles.iter().any(|role| role == OFFICER);
        let mut officers = personas
            .personas
            .iter()
            .filter(|persona| is_officer(&persona.roles))
            .map(|persona| persona.login.as_str());
        let (one, other) = (officers.next()?, officers.next()?);
        let (fields, clear) = match profile {
            ProfileName::AfterSales => ("customer.name,customer.mobile", "customer.mobile"),
            ProfileName::Express => (
                "parcel.waybill,parcel.recipient_name,parcel.recipient_mobile",
                "parcel.recipient_mobile",
            ),
            ProfileName::ServiceCentre => ("basic.name,basic.mobile", "basic.mobile"),
        };
        let ask = self.line(&format!(
            "--json export --purpose rights-answer --fields {fields} --clear {clear} --subject {subject} \
             --reason \"copy for the customer\" --as {one}"
        ));
        let seen = self.line(&format!("--json approvals show $APPROVAL --as {other}"));
        Some(Thing {
            zh: "导出须由他人批准:一位个人信息保护负责人申请,另一位查看后批准,下载一次,再凭文件追溯",
            en: "An export takes a second person: one protection officer asks, the other looks and approves; \
                 it is downloaded once, and traced from the file",
            lines: vec![
                self.sign_in(one),
                self.sign_in(other),
                format!("APPROVAL=$({ask} | grep -o 'apr_[0-9a-z]*' | head -1)"),
                self.line(&format!("approvals show $APPROVAL --as {other}")),
                format!("DIGEST=$({seen} | grep -o '[0-9a-f]\\{{64\\}}' | head -1)"),
                self.line(&format!(
                    "approvals approve $APPROVAL --digest $DIGEST --as {other}"
                )),
                self.line(&format!(
                    "export --approval $APPROVAL --to copy.csv --as {one}"
                )),
                self.line(&format!("trace copy.csv --as {other}")),
            ],
        })
    }

    fn sign_in(&self, login: &str) -> String {
        self.line(&format!(
            "sign-in --login {login} --personas {}",
            self.personas
        ))
    }

    fn line(&self, rest: &str) -> String {
        format!("{} {rest}{}", self.shouxin, self.server)
    }
}

/// An open case of this login.
async fn open_case(
    vault: &Vault,
    profile: ProfileName,
    login: &str,
) -> Result<Option<(SubjectId, RecordId)>, Fault> {
    let collection = match profile {
        ProfileName::AfterSales => "work_order",
        ProfileName::Express => "parcel",
        ProfileName::ServiceCentre => "interaction",
    };
    let active = vault.active();
    let Some((declared, case)) = active
        .register
        .collection(collection)
        .and_then(|declared| Some((declared, declared.case.as_ref()?)))
    else {
        return Ok(None);
    };
    let Some(assignee) = &case.assignee else {
        return Ok(None);
    };
    let place = Place {
        collection: &declared.name,
        assignee,
        login,
        state: &case.status,
        open: &case.open,
    };
    let open = place.open_cases(vault).await?;
    // With another one open, closing the one that the tour closes would end no right.
    let mut theirs: HashMap<SubjectId, usize> = HashMap::new();
    for (subject, _) in &open {
        *theirs.entry(*subject).or_default() += 1;
    }
    let single = open.iter().find(|(subject, _)| theirs[subject] == 1);
    Ok(single.or(open.first()).copied())
}

/// Where cases stand, and whose are looked for.
struct Place<'a> {
    collection: &'a str,
    assignee: &'a str,
    login: &'a str,
    state: &'a str,
    open: &'a [String],
}

impl Place<'_> {
    /// The open cases of the login, in the order of their records.
    async fn open_cases(&self, vault: &Vault) -> Result<Vec<(SubjectId, RecordId)>, Fault> {
        let sql = "SELECT s.subject, s.record FROM facet t JOIN facet s ON s.subject = t.subject \
                   AND s.collection = t.collection AND s.record = t.record \
                   WHERE t.collection = $1 AND t.field = $2 AND t.value = $3 AND s.field = $4 AND s.value = $5";
        let mut cases = Vec::new();
        for state in self.open {
            let params = params![
                self.collection,
                self.assignee,
                self.login,
                self.state,
                state
            ];
            for row in vault.store().query(sql, params).await? {
                let subject = row.id(0, SubjectId::from_slice)?;
                cases.push((subject, row.id(1, RecordId::from_slice)?));
            }
        }
        cases.sort_unstable_by_key(|(_, record)| *record);
        Ok(cases)
    }
}

/// How to start a program that lies beside this one.
fn program(name: &str) -> String {
    std::env::current_exe().map_or_else(|_| name.to_owned(), |own| shown(&own.with_file_name(name)))
}

/// A path as short as it can be typed from here.
fn shown(path: &std::path::Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let here = std::env::current_dir().unwrap_or_default();
    let short = absolute
        .strip_prefix(&here)
        .unwrap_or(&absolute)
        .display()
        .to_string();
    if short.contains(|c: char| c.is_whitespace() || "'\"$\\&;()*".contains(c)) {
        format!("'{}'", short.replace('\'', "'\\''"))
    } else {
        short
    }
}
