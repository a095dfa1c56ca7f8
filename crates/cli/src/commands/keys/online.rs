//! Keys of a running server.

use std::fmt::Write as _;
use std::time::Duration;

use shouxin_client::Client;
use shouxin_model::{ApprovalId, JobId};
use shouxin_wire::keys::KeyList;

use crate::fault::Fault;
use crate::link::Link;
use crate::progress;
use crate::screen::{Screen, Table, is_watched};

pub(super) async fn list(link: &Link, screen: &Screen) -> Result<(), Fault> {
    let keys = link.client(screen)?.keys().await?;
    screen.answer(&keys, || listed(&keys, screen))
}

pub(super) async fn inventory(link: &Link, screen: &Screen) -> Result<(), Fault> {
    let inventory = link.client(screen)?.inventory().await?;
    screen.answer(&inventory, || {
        let mut table = Table::new([
            screen.pick("算法", "algorithm"),
            screen.pick("密钥位数", "key bits"),
            screen.pick("套件", "suite"),
            screen.pick("用途", "use"),
            screen.pick("实现", "library"),
            screen.pick("量子风险", "quantum"),
        ]);
        for of in &inventory.algorithms {
            let suite = of
                .suite
                .as_deref()
                .map_or("", |suite| suite_word(suite, screen));
            let exposure = match of.exposure.as_str() {
                "safe" => screen.pick("安全", "safe"),
                "halved" => screen.pick("强度减半", "halved"),
                _ => screen.pick("可被破解", "broken"),
            };
            let bits = of.key_bits.to_string();
            table.row([&of.name, &bits, suite, &of.role, &of.library, exposure]);
        }
        let mut out = table.render();
        let mut table = Table::new([
            screen.pick("数据集", "collection"),
            screen.pick("套件", "suite"),
            screen.pick("密封字段", "sealed fields"),
            screen.pick("记录数", "records"),
            screen.pick("待更新", "waiting"),
        ]);
        for of in &inventory.in_use {
            let (records, waiting) = (of.records.to_string(), of.waiting.to_string());
            let suite = suite_word(&of.suite, screen);
            table.row([
                &of.collection,
                suite,
                &of.fields.join(", "),
                &records,
                &waiting,
            ]);
        }
        out.push('\n');
        out.push_str(&table.render());
        out.push('\n');
        out.push_str(&listed(&inventory.keys, screen));
        out
    })
}

/// Whose keys are meant: those of the zone named, or the deployment's own and those of every zone apart.
async fn places(client: &Client, zone: Option<String>) -> Result<Vec<Option<String>>, Fault> {
    if zone.is_some() {
        return Ok(vec![zone]);
    }
    let apart = client.keys().await?.apart.into_iter();
    Ok(std::iter::once(None)
        .chain(apart.map(|list| list.zone))
        .collect())
}

/// A line about one place: the zone's name stands before it.
fn of_zone(zone: Option<&str>, screen: &Screen) -> String {
    zone.map_or_else(String::new, |zone| {
        screen
            .pick(&format!("密钥域 {zone}:"), &format!("zone {zone}: "))
            .to_owned()
    })
}

pub(super) async fn rotate(
    link: &Link,
    zone: Option<String>,
    suite: Option<&str>,
    wait: bool,
    screen: &Screen,
) -> Result<(), Fault> {
    let client = link.client(screen)?;
    for zone in places(&client, zone).await? {
        rotate_one(&client, zone.as_deref(), suite, wait, screen).await?;
    }
    Ok(())
}

async fn rotate_one(
    client: &Client,
    zone: Option<&str>,
    suite: Option<&str>,
    wait: bool,
    screen: &Screen,
) -> Result<(), Fault> {
    let rotated = client.rotate_keys(zone, suite).await?;
    screen.answer(&rotated, || {
        let (epoch, keys, entry) = (rotated.epoch, rotated.keys, rotated.entry);
        let zh = format!("第 {epoch} 轮已开始({});{keys} 把密钥将在后台换封。账本第 {entry} 条",
            suite_word(&rotated.suite, screen));
        let en = format!("epoch {epoch} began ({}); {keys} keys are wrapped anew in the background. Ledger entry {entry}",
            rotated.suite);
        of_zone(zone, screen) + screen.pick(&zh, &en)
    })?;
    if wait {
        follow(client, rotated.job, ("换封密钥", "Wrapping keys"), screen).await?;
    }
    Ok(())
}

pub(super) async fn reseal(
    link: &Link,
    zone: Option<String>,
    wait: bool,
    screen: &Screen,
) -> Result<(), Fault> {
    let client = link.client(screen)?;
    for zone in places(&client, zone).await? {
        reseal_one(&client, zone.as_deref(), wait, screen).await?;
    }
    Ok(())
}

async fn reseal_one(
    client: &Client,
    zone: Option<&str>,
    wait: bool,
    screen: &Screen,
) -> Result<(), Fault> {
    let ordered = client.reseal(zone).await?;
    screen.answer(&ordered, || {
        let (records, entry) = (ordered.records, ordered.entry);
        let zh = format!("{records} 条记录将在后台以新密钥重新封存。账本第 {entry} 条");
        let en =
            format!("{records} records are sealed anew in the background. Ledger entry {entry}");
        of_zone(zone, screen) + screen.pick(&zh, &en)
    })?;
    if wait {
        follow(client, ordered.job, ("重新封存", "Sealing anew"), screen).await?;
    }
    Ok(())
}

/// Follows each job that is not done.
pub(super) async fn watch(link: &Link, screen: &Screen) -> Result<(), Fault> {
    let client = link.client(screen)?;
    let jobs = client.jobs().await?.jobs;
    let open: Vec<_> = jobs
        .iter()
        .rev()
        .filter(|job| job.state != "done")
        .collect();
    if open.is_empty() {
        return screen.say("没有进行中的密钥工作。", "No work on keys is under way.");
    }
    for job in open {
        let words = match job.kind.as_str() {
            "rewrap" => ("换封密钥", "Wrapping keys"),
            "reseal" => ("重新封存", "Sealing anew"),
            _ => ("更新记录", "Updating records"),
        };
        follow(&client, job.job, words, screen).await?;
    }
    Ok(())
}

pub(super) async fn destroy(
    link: &Link,
    (zone, epoch): (Option<&str>, u32),
    reason: Option<&str>,
    approval: Option<ApprovalId>,
    screen: &Screen,
) -> Result<(), Fault> {
    let client = link.client(screen)?;
    let Some(approval) = approval else {
        let reason = reason.unwrap_or_default();
        let asked = client.propose_destruction(zone, epoch, reason).await?;
        return screen.answer(&asked, || super::super::approvals::told(&asked, screen));
    };
    let destroyed = client.destroy_epoch(zone, epoch, approval).await?;
    screen.answer(&destroyed, || {
        let entry = destroyed.entry;
        let zh = format!("第 {epoch} 轮密钥已销毁(账本第 {entry} 条)。请同时销毁此前备份的密钥目录副本:本程序无法代劳");
        let en = format!("the key of epoch {epoch} is destroyed (ledger entry {entry}). Destroy older copies of the key folder too: no program can do that for you");
        of_zone(zone, screen) + screen.pick(&zh, &en)
    })
}

/// Shows how far a job is until it is done: a bar with rate and time left on a terminal, a line elsewhere.
async fn follow(
    client: &Client,
    job: JobId,
    (zh, en): (&str, &str),
    screen: &Screen,
) -> Result<(), Fault> {
    let bar = progress::bar(screen, zh, en, 0);
    loop {
        let jobs = client.jobs().await?.jobs;
        let Some(now) = jobs.into_iter().find(|of| of.job == job) else {
            break;
        };
        bar.set_length(now.total.max(now.done));
        bar.set_position(now.done);
        if now.state == "done" {
            bar.finish_and_clear();
            let (done, seconds) = (now.done, now.updated_at.seconds_since(now.began_at));
            screen.aside(
                format!("{zh}完成:{done} 项,用时 {seconds} 秒"),
                format!("{en} is done: {done} in {seconds} s"),
            );
            return Ok(());
        }
        tokio::time::sleep(if is_watched() { LOOK } else { LOOK_SELDOM }).await;
    }
    bar.finish_and_clear();
    Ok(())
}

fn listed(keys: &KeyList, screen: &Screen) -> String {
    let lists = std::iter::once(keys).chain(&keys.apart);
    let lists: Vec<String> = lists.map(|list| listed_one(list, screen)).collect();
    lists.join("\n")
}

fn listed_one(keys: &KeyList, screen: &Screen) -> String {
    let rests_on = match keys.rests_on.as_str() {
        "file" => screen.pick("文件", "a file"),
        "passphrase" => screen.pick("口令", "a passphrase"),
        "pkcs11" => "PKCS#11",
        _ => screen.pick("未知", "unknown"),
    };
    let mut out = String::new();
    let (zh, en) = ("密钥环", "keyring");
    let token = keys.token.as_deref().unwrap_or_default();
    writeln!(
        out,
        "{}{} {} · {} {} · {rests_on} {token}",
        of_zone(keys.zone.as_deref(), screen),
        screen.pick(zh, en),
        keys.keyring,
        screen.pick("根", "root"),
        keys.root
    )
    .expect("a String takes every write");
    let mut table = Table::new([
        screen.pick("轮次", "epoch"),
        screen.pick("状态", "state"),
        screen.pick("套件", "suite"),
        screen.pick("始于", "began"),
        screen.pick("天数", "days"),
        screen.pick("所封密钥", "keys"),
    ]);
    for of in &keys.epochs {
        let state = match of.state.as_str() {
            "current" => screen.pick("当前", "current"),
            "superseded" => screen.pick("已被取代", "superseded"),
            "destroyed" => screen.pick("已销毁", "destroyed"),
            _ => screen.pick("未知(密钥环过旧)", "unknown (keyring too old)"),
        };
        let suite = of
            .suite
            .as_deref()
            .map_or("", |suite| suite_word(suite, screen));
        let began = of.began_at.map(|at| at.to_string()).unwrap_or_default();
        let days = of.age_days.map(|days| days.to_string()).unwrap_or_default();
        table.row([
            &of.epoch.to_string(),
            state,
            suite,
            &began,
            &days,
            &of.keys.to_string(),
        ]);
    }
    out.push_str(&table.render());
    out
}

fn suite_word<'a>(suite: &str, screen: &'a Screen) -> &'a str {
    match suite {
        "national" => screen.pick("国密", "national"),
        _ => screen.pick("国际", "international"),
    }
}

const LOOK: Duration = Duration::from_millis(300);
const LOOK_SELDOM: Duration = Duration::from_secs(1);
