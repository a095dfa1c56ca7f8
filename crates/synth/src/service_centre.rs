//! Service centre: customers, orders, tickets with what was said, feedback, devices and log lines.

use shouxin_model::Moment;

use crate::{
    day::{DAY_SECONDS, date_text, daytime, time_text},
    dice::Dice,
    generator::{Turn, yuan},
    identifier::{imei, ip, landline, mac, qq},
    person::{Other, Person},
    record::SynthRecord,
    scene::Scene,
};

/// The records of one customer.
pub(crate) fn subject(turn: &Turn<'_>, dice: &mut Dice) -> Vec<SynthRecord> {
    let person = Person::roll(dice, turn.index, turn.seed, turn.city, turn.today);
    let other = Other::roll(dice, turn.city, turn.today);
    let product = dice.pick_early(&PRODUCTS);
    let device = device(turn, dice);
    let orders: Vec<SynthRecord> = (0..dice.pick(&[1, 1, 1, 1, 2, 2, 3]))
        .map(|place| transaction(turn, dice, &person, &product, place))
        .collect();

    let order = orders[0].get("order_number").unwrap_or_default();
    let amount = orders[0].get("amount").unwrap_or_default();
    let serial = device.get("imei").unwrap_or("不在身边，看不到");
    let case = [
        ("company", "客户服务中心"),
        ("company_en", "the customer service centre"),
        ("order", order),
        ("amount", amount),
        ("imei", serial),
        ("product", product.title),
        ("product_en", product.title_en),
        ("trouble", dice.pick(product.troubles)),
    ];
    let scene = |day| Scene {
        person: &person,
        other: &other,
        day,
        case: &case,
    };

    let mut records = vec![basic(dice, &person)];
    for (place, ticket) in tickets(turn, dice).iter().enumerate() {
        records.push(interaction(
            turn,
            dice,
            ticket,
            place as u64,
            &scene(ticket.day),
        ));
        if ticket.closed.is_some() && dice.permille(450) {
            records.push(feedback(turn, dice, ticket, &scene(ticket.day)));
        }
    }
    for _ in 0..dice.below(4) {
        records.push(log(turn, dice, &scene(turn.today)));
    }
    if dice.permille(700) {
        records.push(device.clone());
    }
    records.extend(orders.iter().cloned());
    records
}

fn basic(dice: &mut Dice, person: &Person) -> SynthRecord {
    // Papers are asked for when an account is contested, and always from people from abroad.
    let proved = dice.permille(180) || person.passport.is_some();
    let member = dice.pick_early(&["none", "silver", "gold", "platinum"]);
    let language = match (person.name.foreign, dice.permille(2)) {
        (true, _) => "en",
        (false, true) => "other",
        (false, false) => "zh",
    };
    SynthRecord::new("basic")
        .with("name", &*person.name.full)
        .with("mobile", &*person.mobile)
        .with_some(
            "landline",
            dice.permille(70)
                .then(|| landline(dice, person.city.area_code)),
        )
        .with_some("email", dice.permille(500).then_some(&*person.email))
        .with_some("wechat", dice.permille(550).then_some(&*person.wechat))
        .with_some("qq", dice.permille(220).then(|| qq(dice)))
        .with_some(
            "resident_id",
            person.resident_id.as_deref().filter(|_| proved),
        )
        .with_some("passport", person.passport.as_deref().filter(|_| proved))
        .with("address", &*person.address.full)
        .with_some(
            "date_of_birth",
            (member != "none").then(|| date_text(person.birth_day)),
        )
        .with("member_level", member)
        .with("language", language)
        // Told by the customer and consented to; most never say anything.
        .with_some(
            "care_need",
            dice.permille(25)
                .then(|| dice.pick(&["hearing", "sight", "speech", "mobility"])),
        )
}

fn transaction(
    turn: &Turn<'_>,
    dice: &mut Dice,
    person: &Person,
    product: &Product,
    place: u64,
) -> SynthRecord {
    let day = turn.today - dice.between(0, 700);
    let state = match turn.today - day {
        0..2 => dice.pick(&["placed", "paid", "paid"]),
        2..8 => dice.pick(&["paid", "shipped", "shipped", "refunding"]),
        _ => dice.pick(&[
            "completed",
            "completed",
            "completed",
            "completed",
            "completed",
            "refunded",
        ]),
    };
    let refund = state.starts_with("refund");
    SynthRecord::new("transaction")
        .with("order_number", turn.number("SO", day, place))
        .with("payment_number", turn.number("PAY", day, place))
        .with("product", product.code)
        .with(
            "amount",
            yuan(dice, product.price * 8 / 10, product.price * 11 / 10),
        )
        .with(
            "paid_by",
            dice.pick_early(&["wechat-pay", "alipay", "card", "transfer", "cash"]),
        )
        .with_some("bank_card", refund.then_some(&*person.bank_card))
        .with("state", state)
        .with("ordered_at", time_text(turn.office_hour(dice, day)))
}

/// One ticket: the day it was opened, its state, and when it was closed.
struct Ticket {
    day: i64,
    opened: Moment,
    status: &'static str,
    closed: Option<Moment>,
}

/// The customer's tickets, oldest first; the last one may be open.
fn tickets(turn: &Turn<'_>, dice: &mut Dice) -> Vec<Ticket> {
    let open = turn.must_be_open.unwrap_or_else(|| dice.permille(180));
    let past = dice.pick(&[0, 1, 1, 1, 2, 2, 3]).max(usize::from(!open));
    let mut days: Vec<i64> = (0..past)
        .map(|_| turn.today - dice.between(4, 420))
        .collect();
    days.sort_unstable();
    let mut tickets: Vec<Ticket> = days
        .into_iter()
        .map(|day| {
            let opened = turn.office_hour(dice, day);
            let closed = daytime(opened.plus_seconds(dice.between(600, 3 * DAY_SECONDS)));
            Ticket {
                day,
                opened,
                status: "closed",
                closed: Some(closed),
            }
        })
        .collect();
    if open {
        let day = turn.today - dice.between(0, 5);
        let opened = turn.office_hour(dice, day);
        let status = dice.pick(&["open", "in-progress", "in-progress", "waiting-customer"]);
        tickets.push(Ticket {
            day,
            opened,
            status,
            closed: None,
        });
    }
    tickets
}

fn interaction(
    turn: &Turn<'_>,
    dice: &mut Dice,
    ticket: &Ticket,
    place: u64,
    scene: &Scene<'_>,
) -> SynthRecord {
    let handler = turn.case_handler(dice);
    let topic = dice.pick_early(&TOPICS);
    let channel = dice.pick_early(&["phone", "chat", "wechat", "app", "email"]);
    let rule = match (scene.person.name.foreign, channel) {
        (true, _) => "desk.english",
        (false, "phone") => topic.said,
        (false, "email") => topic.mailed,
        (false, _) => topic.chatted,
    };
    SynthRecord::new("interaction")
        .with("number", turn.number("TK", ticket.day, place))
        .with("status", ticket.status)
        .with("assignee", &*handler.login)
        .with("site", &*handler.site)
        .with("region", &*handler.region)
        .with("channel", channel)
        .with("topic", topic.name)
        .with("priority", dice.pick_early(&["normal", "low", "high"]))
        .with("summary", scene.say(topic.summed_up, dice))
        .with("transcript", scene.say(rule, dice))
        .with("opened_at", time_text(ticket.opened))
        .with_some("closed_at", ticket.closed.map(time_text))
}

fn feedback(turn: &Turn<'_>, dice: &mut Dice, ticket: &Ticket, scene: &Scene<'_>) -> SynthRecord {
    let at = ticket
        .closed
        .unwrap_or(ticket.opened)
        .plus_seconds(dice.between(300, DAY_SECONDS))
        .min(turn.now);
    let score = dice.pick_early(&["5", "4", "1", "3", "2"]);
    let rule = if score >= "4" {
        "feedback.good"
    } else {
        "feedback.bad"
    };
    SynthRecord::new("feedback")
        .with("score", score)
        .with_some("comment", dice.permille(600).then(|| scene.say(rule, dice)))
        .with(
            "topic",
            dice.pick(&["attitude", "speed", "result", "other"]),
        )
        .with("at", time_text(at))
}

fn device(turn: &Turn<'_>, dice: &mut Dice) -> SynthRecord {
    let platform = dice.pick_early(&["android", "ios", "mini-program", "harmony", "web"]);
    let phone = matches!(platform, "android" | "harmony");
    let seen = turn.now.plus_seconds(-dice.between(60, 60 * DAY_SECONDS));
    SynthRecord::new("device")
        .with("platform", platform)
        .with_some("imei", phone.then(|| imei(dice)))
        .with_some("mac", (phone || platform == "web").then(|| mac(dice)))
        .with(
            "app_version",
            format!(
                "{}.{}.{}",
                dice.between(5, 8),
                dice.below(13),
                dice.below(6)
            ),
        )
        .with("last_seen_at", time_text(seen))
}

fn log(turn: &Turn<'_>, dice: &mut Dice, scene: &Scene<'_>) -> SynthRecord {
    let at = turn.now.plus_seconds(-dice.between(30, 180 * DAY_SECONDS));
    let (action, outcome, rule) = dice.pick_early(&LOG_LINES);
    SynthRecord::new("log")
        .with("at", time_text(at))
        .with("action", action)
        .with("ip", ip(dice))
        .with("outcome", outcome)
        .with("detail", scene.say(rule, dice))
}

/// What a ticket is about, and the rules that say it.
#[derive(Clone, Copy)]
struct Topic {
    name: &'static str,
    said: &'static str,
    mailed: &'static str,
    chatted: &'static str,
    summed_up: &'static str,
}

macro_rules! topics {
    ($($name:literal)*) => {
        /// By falling frequency.
        const TOPICS: [Topic; 7] = [$(Topic {
            name: $name,
            said: concat!("desk.", $name),
            mailed: concat!("desk.mail.", $name),
            chatted: concat!("desk.chat.", $name),
            summed_up: concat!("desk.summary.", $name),
        }),*];
    };
}
topics!["enquiry" "order" "refund" "repair" "complaint" "account" "other"];

/// Action, outcome and rule of a log line, by falling frequency.
const LOG_LINES: [(&str, &str, &str); 10] = [
    ("sign-in", "ok", "log.sign-in"),
    ("order", "ok", "log.order"),
    ("payment", "ok", "log.payment"),
    ("sign-out", "ok", "log.sign-out"),
    ("sign-in", "refused", "log.refused"),
    ("profile-change", "ok", "log.change"),
    ("payment", "failed", "log.failed"),
    ("password-reset", "ok", "log.reset"),
    ("sign-in", "failed", "log.broken"),
    ("password-reset", "refused", "log.refused"),
];

/// Something sold, and what goes wrong with it.
#[derive(Clone, Copy)]
struct Product {
    code: &'static str,
    title: &'static str,
    title_en: &'static str,
    /// In whole yuan.
    price: i64,
    troubles: &'static [&'static str],
}

/// By falling frequency.
const PRODUCTS: [Product; 8] = [
    Product {
        code: "PHN-12",
        title: "手机",
        title_en: "phone",
        price: 3299,
        troubles: &["充不进电", "自动关机", "屏幕闪烁", "听筒没声音"],
    },
    Product {
        code: "EAR-3",
        title: "蓝牙耳机",
        title_en: "headset",
        price: 399,
        troubles: &["右边没声音", "连不上", "充电盒不亮"],
    },
    Product {
        code: "AIR-35",
        title: "空调",
        title_en: "air conditioner",
        price: 2899,
        troubles: &["不制冷", "漏水", "外机响得厉害"],
    },
    Product {
        code: "WSH-10",
        title: "洗衣机",
        title_en: "washing machine",
        price: 1999,
        troubles: &["不排水", "脱水时跳起来", "报E3"],
    },
    Product {
        code: "LAP-14",
        title: "笔记本电脑",
        title_en: "laptop",
        price: 4999,
        troubles: &["蓝屏", "键盘失灵", "风扇一直转"],
    },
    Product {
        code: "ROB-2",
        title: "扫地机器人",
        title_en: "robot vacuum",
        price: 2499,
        troubles: &["原地打转", "找不到充电座", "不吸尘"],
    },
    Product {
        code: "WTR-60",
        title: "热水器",
        title_en: "water heater",
        price: 1699,
        troubles: &["打不着火", "水忽冷忽热", "漏电保护跳了"],
    },
    Product {
        code: "LCK-5",
        title: "智能门锁",
        title_en: "door lock",
        price: 1299,
        troubles: &["指纹识别不了", "半夜自己响", "打不开门"],
    },
];
