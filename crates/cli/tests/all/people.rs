//! Accounts and sessions, from the one-time code to the first order.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use shouxin_vault::World as _;
use shouxin_vault::world::Machine;
use totp_rs::{Builder, Secret};

use crate::programs::{Bench, Running};

/// A deployment that was founded, with its server.
struct Deployment {
    // Ends before its folder goes.
    _running: Running,
    bench: Bench,
    url: String,
    code: String,
}

impl Deployment {
    fn start() -> Self {
        let bench = Bench::new();
        let code = bench
            .shouxin("init --data data")
            .done()
            .split("within 72 hours): ")
            .nth(1)
            .unwrap()[..23]
            .to_owned();
        let running = bench.start("serve --data data --listen 127.0.0.1:0");
        let said = running.until("Listening on");
        let url = said
            .last()
            .unwrap()
            .split_whitespace()
            .last()
            .unwrap()
            .to_owned();
        Self {
            bench,
            _running: running,
            url,
            code,
        }
    }

    /// Signs in for the first time: reads the secret that is shown, and types its code.
    fn enrol(&self, login: &str, password: &str) {
        let mut talk = self
            .bench
            .talk(&format!("sign-in --login {login} --server {}", self.url));
        talk.type_line(password);
        talk.type_line("");
        let secret = talk
            .hear(|line| line.len() == 32 && line.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        talk.type_line(&code(&secret));
        let said = talk.end();
        assert!(said.done().contains("is signed in until"), "{}", said.err);
        assert!(said.err.contains("recovery codes"), "{}", said.err);
    }

    fn run(&self, words: &str) -> crate::programs::Said {
        self.bench
            .shouxin(&format!("{words} --server {}", self.url))
    }
}

pub(crate) fn code(secret: &str) -> String {
    let totp = Builder::new()
        .with_secret(Secret::try_from_base32(secret).unwrap())
        .build()
        .unwrap();
    let now = u64::try_from(Machine.now().seconds()).unwrap();
    totp.generate(now).to_string()
}

const PASSWORD: &str = "tolk-marun-7-pelidon";

#[test]
fn the_first_administrator_takes_over_and_opens_accounts_for_others() {
    let deployment = Deployment::start();
    let Deployment { bench, url, .. } = &deployment;
    let weak = bench.fed(
        &format!("activate --login li.xiaoyan --name 李晓燕 --server {url}"),
        &format!("{}\nabc\n", deployment.code),
    );
    assert!(weak.refused().contains("weak-password"), "{}", weak.err);
    let taken = bench.fed(
        &format!("activate --login li.xiaoyan --name 李晓燕 --server {url}"),
        &format!("{}\n{PASSWORD}\n", deployment.code),
    );
    assert!(taken.done().contains("The account li.xiaoyan is yours"));
    deployment.enrol("li.xiaoyan", PASSWORD);
    assert!(deployment.run("whoami").done().contains("system-admin"));

    let opened = deployment.run("staff open wang.min --name 王敏 --roles security-admin");
    let code = opened.done().split("wang.min: ").nth(1).unwrap()[..23].to_owned();
    bench
        .fed(
            &format!("activate --server {url}"),
            &format!("{code}\n{PASSWORD}\n"),
        )
        .done();
    deployment.enrol("wang.min", PASSWORD);
    deployment
        .run("staff open chen.jing --name 陈静 --site SH01 --region east --as li.xiaoyan")
        .done();
    // The security administrator signed in last, and grants the role.
    assert!(
        deployment
            .run("staff roles chen.jing service-adviser")
            .done()
            .contains("service-adviser")
    );
    let own = deployment.run("staff roles wang.min service-adviser");
    assert!(own.refused().contains("own-rights"), "{}", own.err);

    let sessions = fs::read_dir(bench.path(".config/shouxin/sessions"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let file = sessions.join("li.xiaoyan.json");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(!fs::read_to_string(&file).unwrap().contains(PASSWORD));

    assert!(
        deployment
            .run("sign-out --as li.xiaoyan")
            .done()
            .contains("signed out")
    );
    let out = deployment.run("staff list --as li.xiaoyan");
    assert!(
        out.refused().contains("li.xiaoyan is not signed in"),
        "{}",
        out.err
    );
    let wrong = bench.fed(
        &format!("sign-in --login li.xiaoyan --server {url}"),
        "wrong-password-here\n123456\n",
    );
    assert!(
        wrong.refused().contains("credentials-refused"),
        "{}",
        wrong.err
    );
}

#[test]
fn errors_say_what_to_do_and_repeat_no_value() {
    let bench = Bench::new();
    let nobody = bench.shouxin("whoami --server http://127.0.0.1:9");
    assert!(
        nobody.refused().contains("Run: shouxin sign-in"),
        "{}",
        nobody.err
    );
    let away = bench.shouxin("ledger head --server http://127.0.0.1:9");
    assert!(
        away.unable().contains("Is the server running?"),
        "{}",
        away.err
    );
    let address = bench.shouxin("ledger head --server 127.0.0.1:9");
    assert!(
        address.unable().contains("begins with http://"),
        "{}",
        address.err
    );
    let chinese = bench.shouxin("ledger head --server http://127.0.0.1:9 --lang zh");
    assert!(
        chinese.unable().contains("服务器是否已启动"),
        "{}",
        chinese.err
    );

    let deployment = Deployment::start();
    let planted = "13912345678";
    bench_planted(&deployment, planted);
}

/// A value in every place where one could come back out of an error.
fn bench_planted(deployment: &Deployment, planted: &str) {
    let Deployment { bench, url, .. } = deployment;
    bench
        .fed(
            &format!("activate --login li.xiaoyan --name 李晓燕 --server {url}"),
            &format!("{}\n{PASSWORD}\n", deployment.code),
        )
        .done();
    deployment.enrol("li.xiaoyan", PASSWORD);
    let inputs = [
        (
            "record write customer",
            format!("{{\"mobile\": {planted}}}"),
        ),
        (
            "record write customer",
            format!("{{\"mobile\": \"{planted}999\", \"name\": \"{planted}\"}}"),
        ),
        ("record write customer", format!("{{\"{planted}\": \"x\"}}")),
        (
            "record write customer",
            format!("{{\"mobile\": \"{planted}"),
        ),
        (
            "search --field customer.mobile --purpose repair-service",
            planted.to_owned(),
        ),
    ];
    for (words, input) in inputs {
        let said = bench.fed(&format!("{words} --server {url}"), &input);
        assert_ne!(said.code, 0, "{words}: {}", said.out);
        assert!(
            !said.out.contains(planted) && !said.err.contains(planted),
            "{words}: {}{}",
            said.out,
            said.err
        );
    }
}
