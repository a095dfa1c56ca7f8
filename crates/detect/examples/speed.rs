//! Measures speed and memory: `speed [SECONDS [ROW]]`, by default one second for each row of the table;
//! `speed --file FILE [SECONDS]` measures a file of one's own instead: lines of `{"text"}` if its name ends in
//! `jsonl`, else one text.
//!
//! Each kind of text is about two megabytes of documents made by the generator, some lines each, looked at
//! one by one by one thread, by that thread's own time; the development set is measured as its documents and
//! as one long text of them. Then a gigabyte goes through a stream in a process
//! of its own, whose greatest memory is told, and a fresh process is timed to its first hit.

use std::borrow::Cow;
use std::process::Command;

use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;
use shouxin_detect::{Detector, Hit, Scope, Stream};

#[path = "generate.rs"]
#[allow(dead_code, reason = "its command is not ours")]
mod generate;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("--first") => first(),
        Some("--file") => {
            let path = arguments.get(1).ok_or("--file FILE")?;
            let seconds = arguments.get(2).map_or("1", String::as_str).parse()?;
            print(HEAD);
            row("file", &read(path)?, seconds);
        }
        Some("--stream") => stream(arguments.get(1).is_some_and(|scope| scope == "structured")),
        seconds => {
            let only = arguments.get(1).map(String::as_str);
            table(seconds.unwrap_or("1").parse()?, only)?;
            if only.is_none() {
                return processes();
            }
        }
    }
    Ok(())
}

/// The kinds of text, each with the lines it is made of.
const TEXTS: [(&str, &[&str]); 7] = [
    ("chat", CHAT),
    ("ticket", TICKET),
    ("log", LOG),
    ("form", FORM),
    ("dense", DENSE),
    ("prose", PROSE),
    ("english", ENGLISH),
];

fn table(seconds: f64, only: Option<&str>) -> Result<(), Box<dyn std::error::Error>> {
    print(HEAD);
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    for (name, lines) in TEXTS {
        if wanted(name) {
            row(name, &documents(lines), seconds);
        }
    }
    let developed = read(DEVELOPMENT_SET)?;
    if wanted("dev") {
        row("dev", &developed, seconds);
    }
    if wanted("dev lines") {
        lines("dev lines", &developed, seconds)?;
    }
    if wanted("dev joined") {
        row("dev joined", &[developed.join("\n").repeat(40)], seconds);
    }
    Ok(())
}

/// What a process of its own tells: its first hit, its memory.
fn processes() -> Result<(), Box<dyn std::error::Error>> {
    let own = std::env::current_exe()?;
    let mut spent: Vec<f64> = (0..9)
        .map(|_| {
            let start = now();
            Command::new(&own)
                .arg("--first")
                .status()
                .map(|_| now() - start)
        })
        .collect::<Result<_, _>>()?;
    spent.sort_by(f64::total_cmp);
    print(&format!(
        "start to first hit {:.1} ms, all kinds",
        1e3 * spent[4]
    ));
    for scope in ["structured", "all"] {
        Command::new(&own).args(["--stream", scope]).status()?;
    }
    Ok(())
}

const HEAD: &str = "text       bytes a hit | structured MB/s | all kinds MB/s";

/// What the repository is developed with; it has a hit every forty bytes or so.
const DEVELOPMENT_SET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/detect/dev.jsonl");

fn row(name: &str, documents: &[String], seconds: f64) {
    let bytes: usize = documents.iter().map(String::len).sum();
    let (hits, structured) = rate(documents, Scope::Structured, seconds);
    let (_, all) = rate(documents, Scope::All, seconds);
    let apart = bytes.checked_div(hits).unwrap_or(0);
    print(&format!(
        "{name:10} {apart:11} | {structured:15.1} | {all:14.1}"
    ));
}

/// The same with the reading and writing of `shouxin detect --format jsonl` around it.
fn lines(name: &str, documents: &[String], seconds: f64) -> Result<(), Box<dyn std::error::Error>> {
    let mut lines = Vec::new();
    for (id, text) in documents.iter().enumerate() {
        lines.push(serde_json::to_vec(
            &serde_json::json!({"id": id, "text": text}),
        )?);
    }
    let mut rates = Vec::new();
    for scope in [Scope::Structured, Scope::All] {
        let detector = Detector::with_scope(scope);
        let (start, mut done, mut spent) = (busy_seconds(), 0, 0.0);
        while spent < seconds {
            for line in &lines {
                let document: Document<'_> = serde_json::from_slice(line)?;
                let hits = detector.detect(&document.text);
                let spans: Vec<Span> = hits.iter().map(Span::of).collect();
                let mut told = Vec::with_capacity(1 << 10);
                serde_json::to_writer(&mut told, &spans)?;
                done += document.text.len();
                std::hint::black_box(told);
            }
            spent = busy_seconds() - start;
        }
        rates.push(done as f64 / spent / 1e6);
    }
    if let [structured, all] = rates.as_slice() {
        print(&format!(
            "{name:10} {:11} | {structured:15.1} | {all:14.1}",
            ""
        ));
    }
    Ok(())
}

/// A hit as the command writes it.
#[derive(serde::Serialize)]
struct Span {
    start: usize,
    end: usize,
    r#type: &'static str,
    confidence: u16,
    rule: &'static str,
    check: &'static str,
    class: &'static str,
}

impl Span {
    fn of(hit: &Hit) -> Self {
        Self {
            start: hit.chars.start,
            end: hit.chars.end,
            r#type: hit.kind.word(),
            confidence: hit.confidence,
            rule: hit.rule,
            check: hit.check.word(),
            class: hit.class.word(),
        }
    }
}

/// The documents of a file.
fn read(path: &str) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let file = std::fs::read_to_string(path)?;
    if !path.ends_with("jsonl") {
        return Ok(vec![file]);
    }
    let lines = file.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            Ok(serde_json::from_str::<Document<'_>>(line)?
                .text
                .into_owned())
        })
        .collect()
}

#[derive(serde::Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

/// Hits in all documents, and megabytes a second.
fn rate(documents: &[String], scope: Scope, seconds: f64) -> (usize, f64) {
    let detector = Detector::with_scope(scope);
    let hits = documents
        .iter()
        .map(|text| detector.detect(text).len())
        .sum();
    let (start, mut done, mut spent) = (busy_seconds(), 0, 0.0);
    while spent < seconds {
        for text in documents {
            drop(detector.detect(text));
            done += text.len();
        }
        spent = busy_seconds() - start;
    }
    (hits, done as f64 / spent / 1e6)
}

fn documents(lines: &[&str]) -> Vec<String> {
    let mut dice = generate::Dice(ChaCha8Rng::seed_from_u64(7));
    let (mut made, mut bytes) = (Vec::new(), 0);
    while bytes < 2_000_000 {
        let mut text = String::new();
        for _ in 0..4 + dice.below(8) {
            let line = dice.pick(lines);
            generate::fill(line, false, &mut dice, &mut text, &mut Vec::new());
            text.push('\n');
        }
        bytes += text.len();
        made.push(text);
    }
    made
}

/// The first hit of a process.
fn first() {
    drop(Detector::new().detect("收件人：王建国，电话13700001111，北京市朝阳区科园路8号"));
}

/// A gigabyte of chat, or a twentieth of it for all kinds, which keep no more.
fn stream(structured: bool) {
    let (scope, name, megabytes) = if structured {
        (Scope::Structured, "structured", 1000)
    } else {
        (Scope::All, "all kinds", 50)
    };
    let detector = Detector::with_scope(scope);
    let text = documents(CHAT).concat();
    first();
    let before = peak_kilobytes();
    let mut stream = Stream::new(&detector);
    let (mut bytes, mut hits) = (0, 0);
    while bytes < megabytes * 1_000_000 {
        hits += stream
            .push(&text)
            .iter()
            .map(|piece| piece.hits.len())
            .sum::<usize>();
        bytes += text.len();
    }
    hits += stream.finish().hits.len();
    print(&format!(
        "a stream of {} MB, {name}: {hits} hits; peak memory {:.1} MB, of it {:.1} MB before the stream",
        bytes / 1_000_000,
        peak_kilobytes() / 1e3,
        before / 1e3
    ));
}

#[allow(clippy::print_stdout, reason = "a tool that prints")]
fn print(line: &str) {
    println!("{line}");
}

#[allow(clippy::disallowed_methods, reason = "a tool that measures")]
fn now() -> f64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}

/// How long this thread has run, by the kernel's account: other load on the machine does not count.
fn busy_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told
        .split(' ')
        .next()
        .and_then(|word| word.parse::<u64>().ok());
    nanoseconds.unwrap_or(u64::MAX) as f64 / 1e9
}

fn peak_kilobytes() -> f64 {
    let told = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    number.unwrap_or(f64::NAN)
}

const CHAT: &[&str] = &[
    "客户：你好，我上周买的那台洗衣机到现在还没有人来安装，能帮我看看是什么情况吗？",
    "客服：您好，很抱歉给您带来不便，请问方便提供一下您的订单号吗？",
    "客户：{order}，当时说的是{date}上午来，我在家等了一天。",
    "客服：好的，正在为您查询，请稍等一下哦。",
    "客服：查到了，师傅那边显示电话没有打通，您留的号码是{PHONE}对吗？",
    "客户：对的，不过我换号了，现在打{PHONE}，或者加我微信{WECHAT}也行。",
    "客户：我姓名{PERSON}，地址是{ADDRESS}，下午三点以后都有人。",
    "客服：好的{PERSON}女士，已经为您重新安排，师傅会提前半小时联系您。",
    "客户：行吧，麻烦快一点，家里老人小孩的衣服都堆着呢，真的很不方便。",
    "客户：谢谢，辛苦了！",
    "客服：不客气，请问还有其他可以帮您的吗？祝您生活愉快，再见。",
];

const TICKET: &[&str] = &[
    "工单{order} 优先级P2 客户投诉配送延误，{date}创建，要求今日内回复处理结果。",
    "回访记录：致电{PHONE}，客户{PERSON}表示已收到货物，但外包装破损，要求补偿{amount}元。",
    "处理人备注：已联系仓库核实，破损发生在末端派送环节，运单{WAYBILL}，责任方为承运商。",
    "客户来电咨询保养套餐，车牌{PLATE}，车架号{VIN}，里程{n}{n}{n}公里，建议更换机油机滤。",
    "升级原因：客户两次来电未解决，情绪激动，要求主管回电；登记邮箱{EMAIL}。",
    "处理结果：同意全额退款{amount}元，原路退回，预计三至五个工作日到账，请客户留意。",
    "内部流转：一线受理后转二线技术支持，技术确认为固件版本{version}的已知问题，待升级。",
    "上门地址：{ADDRESS}，联系人{PERSON}，备用电话{LANDLINE}。",
];

const LOG: &[&str] = &[
    "{date} 10:22:31.482 INFO  [http-nio-8080-exec-{n}] c.e.order.OrderService - order {order} created, amount={amount}, cost=23ms",
    "{date} 10:22:31.501 DEBUG [pool-2-thread-{n}] c.e.cache.RedisClient - hit key=order:detail:{order} ttl=300",
    "{date} 10:22:32.017 WARN  [http-nio-8080-exec-{n}] c.e.auth.LoginFilter - login failed ip={IP} mobile={PHONE} reason=BAD_CREDENTIALS",
    "{date} 10:22:32.113 ERROR [scheduler-1] c.e.job.SyncJob - retry 3/5 failed: java.net.SocketTimeoutException: connect timed out",
    "{date} 10:22:33.240 INFO  [mq-consumer-{n}] c.e.mq.Listener - topic=logistics payload={{\"waybill\":\"{WAYBILL}\",\"status\":\"DELIVERED\"}}",
    "{date} 10:22:33.871 INFO  [http-nio-8080-exec-{n}] c.e.gateway.AccessLog - GET /api/v2/items?page={n}&size=20 200 17ms",
    "\tat com.example.order.service.impl.OrderServiceImpl.create(OrderServiceImpl.java:1{n})",
];

const FORM: &[&str] = &[
    "姓名：{PERSON}",
    "证件类型：居民身份证",
    "证件号码：{ID_CARD}",
    "联系电话：{PHONE}",
    "电子邮箱：{EMAIL}",
    "通讯地址：{ADDRESS}",
    "申请日期：{date}",
    "申请事由：本人因工作变动需办理业务变更手续，特此申请，请予批准。",
    "业务类型：套餐变更　当前套餐：畅享融合套餐{amount}元档　目标套餐：尊享套餐",
    "经办人意见：材料齐全，符合办理条件，建议受理。",
    "备注：客户要求在每月一日起生效，已告知违约金及合约期等相关条款，客户确认无异议。",
];

const DENSE: &[&str] = &[
    "{PHONE}，{ID_CARD}，{BANK_CARD}，{EMAIL}",
    "{PLATE} {VIN} {PHONE} {WAYBILL}",
    "{{\"mobile\":\"{PHONE}\",\"idCard\":\"{ID_CARD}\",\"email\":\"{EMAIL}\",\"orderNo\":\"{order}\"}}",
    "序号,手机,车牌,VIN\n1,{PHONE},{PLATE},{VIN}\n2,{PHONE},{PLATE},{VIN}",
    "微信{WECHAT}，QQ{QQ}，税号{USCC}，电话{LANDLINE}，护照{PASSPORT}",
    "imei={IMEI} pos={GPS} ip={IP} mac={MAC}",
];

const PROSE: &[&str] = &[
    "春天的傍晚，河堤上的柳树垂下细长的枝条，风一吹便在水面上画出一圈圈的波纹，远处的山色渐渐暗了下来。",
    "这款产品采用了全新的设计语言，机身更加轻薄，续航能力也有明显提升，适合经常出差的用户使用。",
    "会议讨论了下一阶段的工作安排，各部门负责人分别汇报了目前的进展和遇到的困难，并就资源协调达成一致。",
    "她把旧书一本一本擦干净，重新摆回书架上，阳光从窗户照进来，落在那些泛黄的书脊上，安静得像一段往事。",
    "为了提高服务质量，公司决定对客服人员进行统一培训，内容包括沟通技巧、产品知识和投诉处理流程等方面。",
];

const ENGLISH: &[&str] = &[
    "Customer: Hi, I ordered a washing machine last week and nobody has come to install it yet.",
    "Agent: I am sorry to hear that, could you give me the order number and the name on the account please?",
    "Customer: Sure, it is {order} and my name is {PERSON:en}.",
    "Agent: Thank you, I can see that the technician could not reach you at {PHONE:en}.",
    "Customer: That is my old number, please use {PHONE:en} or e-mail {EMAIL}.",
    "Customer: The address is {ADDRESS:en}, the doorbell does not work so ask them to knock.",
    "Agent: No problem, I have booked a new visit for {date} between nine and noon.",
    "Agent: Is there anything else that I can help you with today?",
    "Customer: No, that is all, thanks for sorting this out so quickly.",
];
