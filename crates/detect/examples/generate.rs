//! Writes labelled text of its own making: `generate SEED COUNT > FILE`, lines as `score` reads them.
//!
//! Chats, transcripts, tickets, waybills, forms, logs and e-mail, in Chinese and English, plain and
//! obfuscated. Every value is made from the dice; check digits hold where the kind has one.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use shouxin_model::check_digit::{luhn_check, resident_id_check, uscc_check, vin_check};

pub(crate) struct Dice(pub(crate) ChaCha8Rng);

impl Dice {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.0.next_u64() % limit.max(1) as u64) as usize
    }

    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'0' + self.below(10) as u8))
            .collect()
    }

    fn of(&mut self, alphabet: &str, count: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..count)
            .map(|_| letters[self.below(letters.len())])
            .collect()
    }
}

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|word| word.parse::<u64>().unwrap_or(1));
    let (seed, count) = (
        arguments.next().unwrap_or(1),
        arguments.next().unwrap_or(200),
    );
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
    for number in 0..count {
        let templates = match number % 3 {
            0 => CHINESE,
            1 => ENGLISH,
            _ => OBFUSCATED,
        };
        let lang = ["zh", "en", "ob"][(number % 3) as usize];
        let mut text = String::new();
        let mut spans = Vec::new();
        for _ in 0..=dice.below(3) {
            if !text.is_empty() {
                text.push(['\n', ' '][dice.below(2)]);
            }
            let template = dice.pick(templates);
            fill(template, lang == "ob", &mut dice, &mut text, &mut spans);
        }
        let line = serde_json::json!({"id": format!("{lang}{number}"), "lang": lang, "text": text, "spans": spans});
        print(&line.to_string());
    }
}

#[allow(clippy::print_stdout, reason = "a tool that prints")]
fn print(line: &str) {
    println!("{line}");
}

/// Replaces `{KIND}` by a value of the kind and notes where it stands. `{0-9…}` gives digits and the like.
pub(crate) fn fill(
    template: &str,
    obfuscated: bool,
    dice: &mut Dice,
    text: &mut String,
    spans: &mut Vec<serde_json::Value>,
) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (slot, after) = after.split_once('}').unwrap_or((after, ""));
        rest = after;
        let value = value(slot, obfuscated, dice);
        if slot.chars().next().is_some_and(|c| c.is_ascii_uppercase()) {
            let start = text.chars().count();
            let kind = slot.split(':').next().unwrap_or(slot);
            spans.push(serde_json::json!({"start": start, "end": start + value.chars().count(), "type": kind}));
        }
        text.push_str(&value);
    }
    text.push_str(rest);
}

fn value(slot: &str, obfuscated: bool, dice: &mut Dice) -> String {
    match slot {
        "PHONE" if obfuscated => hidden_phone(dice),
        "PHONE" => phone(dice),
        "PHONE:en" => foreign_phone(dice),
        "PERSON" => format!(
            "{}{}",
            dice.pick(&[
                "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "欧阳"
            ]),
            dice.pick(&[
                "伟", "秀英", "建国", "思远", "雨桐", "磊", "玉兰", "子涵", "海燕", "志强"
            ])
        ),
        "ADDRESS" => format!(
            "{}{}{}号{}{}栋{}",
            dice.pick(&[
                "广东省深圳市南山区",
                "北京市朝阳区",
                "上海市浦东新区",
                "成都市武侯区",
                "苏州市姑苏区"
            ]),
            dice.pick(&[
                "科园路",
                "人民南路",
                "望京街道阜通东大街",
                "金桥镇新金桥路",
                "十全街"
            ]),
            1 + dice.below(999),
            dice.pick(&["", "锦绣花园", "翠湖小区", "万科城"]),
            1 + dice.below(30),
            101 + dice.below(2000)
        ),
        "LANDLINE" => landline(dice),
        "ID_CARD" => id_card(dice, obfuscated),
        "PASSPORT" => [
            format!("E{}", dice.digits(8)),
            format!("G{}", dice.digits(8)),
            format!("E{}{}", dice.of("ABCDEFGHJKLMNP", 1), dice.digits(7)),
        ][dice.below(3)]
        .clone(),
        "TRAVEL_PERMIT" => [
            format!("C{}", dice.digits(8)),
            format!("H{}", dice.digits(8)),
            format!("M{}", dice.digits(10)),
            format!("C{}{}", dice.of("ABCDEFG", 1), dice.digits(7)),
        ][dice.below(4)]
        .clone(),
        "BANK_CARD" => bank_card(dice),
        "USCC" => uscc(dice),
        "VIN" => vin(dice),
        "PLATE" => plate(dice, obfuscated),
        "EMAIL" => email(dice, obfuscated),
        "IP" => format!(
            "{}.{}.{}.{}",
            11 + dice.below(190),
            dice.below(256),
            dice.below(256),
            1 + dice.below(254)
        ),
        "MAC" => {
            let mark = dice.pick(&[":", "-"]);
            (0..6)
                .map(|_| dice.of("0123456789ABCDEF", 2))
                .collect::<Vec<_>>()
                .join(mark)
        }
        "IMEI" => with_luhn(format!("86{}", dice.digits(12))),
        "WECHAT" => {
            let word = dice.pick(&["lan", "xiaoyu", "hello", "mumu", "sky", "feng"]);
            match dice.below(3) {
                0 => format!("{word}_{}", dice.digits(4)),
                1 => format!("{word}{}", dice.digits(6)),
                _ => format!("wxid_{}", dice.of("abcdefghijkmnpqrstuvwxyz0123456789", 14)),
            }
        }
        "QQ" => format!("{}{}", 1 + dice.below(9), {
            let count = 5 + dice.below(5);
            dice.digits(count)
        }),
        "WAYBILL" => match dice.below(5) {
            0 => format!("SF{}", dice.digits(13)),
            1 => format!("YT{}", dice.digits(13)),
            2 => format!("JDVB{}", dice.digits(11)),
            3 => format!("7{}{}", 3 + dice.below(6), dice.digits(13)),
            _ => format!("JT{}", dice.digits(13)),
        },
        "GPS" => format!(
            "{}.{},{}{}.{}",
            20 + dice.below(25),
            dice.digits(6),
            dice.pick(&["", " "]),
            90 + dice.below(40),
            dice.digits(6)
        ),
        "DOB" => {
            let (year, month, day) = (
                1950 + dice.below(60),
                1 + dice.below(12),
                1 + dice.below(28),
            );
            match dice.below(4) {
                0 => format!("{year}年{month}月{day}日"),
                1 => format!("{year}-{month:02}-{day:02}"),
                2 => format!("{year}/{month}/{day}"),
                _ => format!("{year}.{month:02}.{day:02}"),
            }
        }
        "DOB:en" => {
            let (year, month, day) = (
                1950 + dice.below(55),
                dice.pick(&["January", "Feb", "March", "Apr", "June", "October"]),
                1 + dice.below(28),
            );
            match dice.below(3) {
                0 => format!("{month} {day}, {year}"),
                1 => format!("{day} {month} {year}"),
                _ => format!("{:02}/{day:02}/{year}", 1 + dice.below(12)),
            }
        }
        "PERSON:en" => {
            let given = dice.pick(&[
                "Emily", "Marcus", "Olivia", "Daniel", "Priya", "Ahmed", "Sofia", "Liam", "Grace",
                "Mei", "Chloe", "Hector", "Ingrid", "Tomasz", "Fatima", "Noah",
            ]);
            let family = dice.pick(&[
                "Watson",
                "Bell",
                "O'Connor",
                "Nguyen",
                "Sharma",
                "Khan",
                "Rossi",
                "Kowalski",
                "Fischer",
                "Brooks",
                "Tan",
                "Delgado",
                "McCarthy",
                "Okafor",
                "Lindqvist",
                "Park",
            ]);
            match dice.below(6) {
                0 => format!("{given} {}. {family}", dice.of("ABCDEFGHJKLMR", 1)),
                1 => format!(
                    "{} {}",
                    dice.pick(&["Zhang", "Li", "Wang", "Chen", "Zhao"]),
                    dice.pick(&["Wei", "Xiaoming", "Na", "Jianguo", "Meiling", "Hao"])
                ),
                _ => format!("{given} {family}"),
            }
        }
        "ADDRESS:en" => {
            let street = format!(
                "{} {} {}",
                1 + dice.below(9999),
                dice.pick(&[
                    "Maple",
                    "Oak Hill",
                    "Washington",
                    "5th",
                    "Jefferson",
                    "Cedar",
                    "Mill",
                    "Queens"
                ]),
                dice.pick(&[
                    "Street", "Ave", "Road", "Blvd", "Lane", "Dr", "Court", "Crescent", "Way"
                ])
            );
            let unit = dice.pick(&["", "", " Apt. 4B", ", Suite 210", ", Unit 7", " #12"]);
            match dice.below(4) {
                0 => format!(
                    "{street}{unit}, {} {} {}{}",
                    dice.pick(&["London", "Leeds", "Bristol"]),
                    dice.pick(&["SW1A", "LS1", "BS8"]),
                    1 + dice.below(9),
                    dice.of("ABDEFGHJLNPQRSTUWXYZ", 2)
                ),
                1 => format!(
                    "Room {}, Building {}, No. {} {} Road, {} District, {} {}",
                    dice.below(2000) + 100,
                    1 + dice.below(30),
                    1 + dice.below(999),
                    dice.pick(&["Zhongshan", "Renmin", "Keyuan"]),
                    dice.pick(&["Nanshan", "Pudong", "Haidian"]),
                    dice.pick(&["Shenzhen", "Shanghai", "Beijing"]),
                    dice.digits(6).replace('0', "1")
                ),
                _ => format!(
                    "{street}{unit}, {}, {} {}",
                    dice.pick(&[
                        "Springfield",
                        "New Haven",
                        "San Jose",
                        "Port Angela",
                        "Lake Erin"
                    ]),
                    dice.pick(&["IL", "CA", "TX", "NY", "WA", "OR"]),
                    dice.digits(5).replace('0', "1")
                ),
            }
        }
        "n" => dice.digits(1 + 1),
        "order" => format!(
            "{}{}",
            dice.pick(&["20260", "WO-", "NO.2026", "GD", "A-"]),
            dice.digits(9)
        ),
        "amount" => format!("{}.{}", 1 + dice.below(9000), dice.digits(2)),
        "part" => format!("{}-{}", dice.digits(5), dice.digits(5)),
        "date" => format!("2026-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28)),
        "version" => format!(
            "{}.{}.{}.{}",
            dice.below(10),
            dice.below(20),
            dice.below(10),
            dice.below(10)
        ),
        other => other.to_owned(),
    }
}

fn mobile(dice: &mut Dice) -> String {
    let head = dice.pick(&[
        "138", "139", "150", "159", "186", "177", "199", "166", "192", "173",
    ]);
    format!("{head}{}", dice.digits(8))
}

fn phone(dice: &mut Dice) -> String {
    let number = mobile(dice);
    let (a, b, c) = (&number[..3], &number[3..7], &number[7..]);
    match dice.below(7) {
        0 => format!("{a}-{b}-{c}"),
        1 => format!("{a} {b} {c}"),
        2 => format!("+86{number}"),
        3 => format!("+86 {a} {b} {c}"),
        _ => number,
    }
}

fn chinese(number: &str, dice: &mut Dice) -> String {
    let ways = [
        "零一二三四五六七八九",
        "零幺二三四五六七八九",
        "〇一二三四五六七八九",
        "洞幺两三四五六拐八勾",
        "零壹贰叁肆伍陆柒捌玖",
    ];
    let way: Vec<char> = dice.pick(&ways).chars().collect();
    number.bytes().map(|b| way[usize::from(b - b'0')]).collect()
}

fn hidden_phone(dice: &mut Dice) -> String {
    let number = mobile(dice);
    let (a, b, c) = (&number[..3], &number[3..7], &number[7..]);
    match dice.below(10) {
        0 => chinese(&number, dice),
        1 => format!("{a}{}{c}", chinese(b, dice)),
        2 => number
            .chars()
            .map(|d| d.to_string())
            .collect::<Vec<_>>()
            .join(dice.pick(&[" ", "-", ".", "、"])),
        3 => number
            .bytes()
            .map(|b| char::from_u32(0xFF10 + u32::from(b - b'0')).unwrap_or(' '))
            .collect(),
        4 => format!("{a}\u{200b}{b}\u{200b}{c}"),
        5 => format!(
            "{}，{}，{}",
            chinese(a, dice),
            chinese(b, dice),
            chinese(c, dice)
        ),
        6 => format!("{a}杠{b}杠{c}"),
        7 => number.replace('0', "O").replacen('1', "l", 1),
        8 => format!("{a}.{b}.{c}"),
        _ => format!("{}\n{}", &number[..7], &number[7..]),
    }
}

fn foreign_phone(dice: &mut Dice) -> String {
    let (a, b, c) = (
        format!("{}{}", 2 + dice.below(8), dice.digits(2)),
        format!("{}{}", 2 + dice.below(8), dice.digits(2)),
        dice.digits(4),
    );
    match dice.below(5) {
        0 => format!("({a}) {b}-{c}"),
        1 => format!("{a}-{b}-{c}"),
        2 => format!("+1 {a} {b} {c}"),
        3 => format!("{a}.{b}.{c}"),
        _ => format!("+44 7{} {}", dice.digits(3), dice.digits(6)),
    }
}

fn landline(dice: &mut Dice) -> String {
    let area = dice.pick(&["010", "021", "0755", "0571", "028"]);
    let number = format!("{}{}", 2 + dice.below(7), dice.digits(7));
    match dice.below(4) {
        0 => format!("({area}){number}"),
        1 => format!("{area}{number}"),
        2 => format!("{area}-{number}转{}", 100 + dice.below(900)),
        _ => format!("{area}-{number}"),
    }
}

fn id_card(dice: &mut Dice, obfuscated: bool) -> String {
    let first = format!(
        "{}99{}{}{:02}{:02}{}",
        dice.pick(&["11", "31", "44", "51"]),
        dice.digits(2),
        1950 + dice.below(60),
        1 + dice.below(12),
        1 + dice.below(28),
        dice.digits(3)
    );
    let check = first
        .as_bytes()
        .try_into()
        .map(resident_id_check)
        .unwrap_or(b'X');
    let whole = format!("{first}{}", char::from(check));
    match dice.below(3) {
        0 if obfuscated => format!("{} {} {}", &whole[..6], &whole[6..14], &whole[14..]),
        1 if obfuscated => chinese(&first, dice) + &whole[17..],
        _ => whole,
    }
}

fn with_luhn(payload: String) -> String {
    let check = char::from(luhn_check(payload.as_bytes()));
    payload + &check.to_string()
}

fn bank_card(dice: &mut Dice) -> String {
    let count = [13, 16][dice.below(2)];
    let whole = with_luhn(format!("62{}{}", dice.below(10), dice.digits(count - 1)));
    if dice.below(3) > 0 {
        return whole;
    }
    let groups: Vec<&str> = whole
        .as_bytes()
        .chunks(4)
        .filter_map(|four| std::str::from_utf8(four).ok())
        .collect();
    groups.join(" ")
}

fn uscc(dice: &mut Dice) -> String {
    let first = format!(
        "91{}99{}MA{}{}",
        dice.pick(&["11", "31", "44"]),
        dice.digits(2),
        dice.of("0123456789ABCDEFGHJKLMNPQRTUWXY", 6),
        dice.digits(1)
    );
    let check = first.as_bytes().try_into().map(uscc_check).unwrap_or(b'0');
    format!("{first}{}", char::from(check))
}

fn vin(dice: &mut Dice) -> String {
    let text = format!(
        "L{}0{}",
        dice.of("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", 7),
        dice.of("ABCDEFGHJKLMNPRST", 2) + &dice.digits(6)
    );
    let check = text.as_bytes().try_into().map(vin_check).unwrap_or(b'0');
    format!("{}{}{}", &text[..8], char::from(check), &text[9..])
}

fn plate(dice: &mut Dice, obfuscated: bool) -> String {
    let (province, office) = (
        dice.pick(&["京", "沪", "粤", "川", "浙", "苏"]),
        dice.of("ABCDEFG", 1),
    );
    let mark = dice.pick(&["", "", "·", " "]);
    let serial = match dice.below(4) {
        0 => format!("D{}", dice.digits(5)),
        1 => format!("{}挂", dice.digits(4)),
        2 => format!("{}{}", dice.of("ABCDEFGHJKLM", 1), dice.digits(4)),
        _ => dice.digits(5),
    };
    let whole = format!("{province}{office}{mark}{serial}");
    if obfuscated && dice.below(2) == 0 {
        whole.to_lowercase()
    } else {
        whole
    }
}

fn email(dice: &mut Dice, obfuscated: bool) -> String {
    let (local, host) = (
        format!(
            "{}{}",
            dice.pick(&["li.na", "wang", "sales_", "tom", "amy-"]),
            dice.digits(2)
        ),
        dice.pick(&["example.com", "mail.example.org", "example.cn"]),
    );
    match dice.below(4) {
        0 if obfuscated => format!("{local} 艾特 {}", host.replace('.', " 点 ")),
        1 if obfuscated => format!("{local}圈a{}", host.replace('.', "点")),
        2 if obfuscated => format!("{local}[at]{}", host.replace('.', "[dot]")),
        _ => format!("{local}@{host}"),
    }
}

const CHINESE: &[&str] = &[
    "【在线客服】用户：东西到了少一件，单号{WAYBILL}，麻烦回电{PHONE}",
    "坐席：您好很高兴为您服务。客户：我要改个手机号，原来的{PHONE}不用了，换成{PHONE}。",
    "师傅您好，我家在装修，{PHONE}打不通就打座机{LANDLINE}，上午别来",
    "工单{order}｜客户投诉｜回访电话：{PHONE}｜诉求：退{amount}元",
    "姓名：略\n证件类型：身份证\n证件号码：{ID_CARD}\n手机号码：{PHONE}\n电子邮箱：{EMAIL}",
    "实名信息有误，正确的身份证是{ID_CARD}，出生日期{DOB}，麻烦更正",
    "退款请打{BANK_CARD}，招行的，{amount}元别打错",
    "开专票，税号{USCC}，电话{LANDLINE}，开户行账号{BANK_CARD}",
    "{PLATE}，车架{VIN}，行驶{order}公里保养，配件{part}两件",
    "报案：{PLATE}与{PLATE}追尾，对方司机电话{PHONE}",
    "加个微信吧{WECHAT}，或者QQ{QQ}，发你截图",
    "{date} 10:22:31 WARN login failed user=zhang ip={IP} mac={MAC} ver={version}",
    "{date}T08:00:00+08:00 device imei={IMEI} pos={GPS} speed=32km/h",
    "请携带护照（{PASSPORT}）或港澳通行证（{TRAVEL_PERMIT}）原件办理",
    "乘机人护照号{PASSPORT}，出生年月{DOB}，联系电话{PHONE}",
    "快递员：喂你好，{WAYBILL}这个件放丰巢了，取件码{n}-{n}；收件人：好的，下次打{PHONE}",
    "发件人 {PHONE}；收件人 {PHONE}；运单号 {WAYBILL}；保价{amount}元",
    "{{\"mobile\":\"{PHONE}\",\"idCard\":\"{ID_CARD}\",\"email\":\"{EMAIL}\",\"orderNo\":\"{order}\"}}",
    "序号,手机,车牌,VIN\n1,{PHONE},{PLATE},{VIN}\n2,{PHONE},{PLATE},{VIN}",
    "客户生日{DOB}，本月赠送{amount}元券，有效期至{date}",
    "订单{order}共{n}件，合计{amount}元，{date}发货，版本{version}，配件{part}缺货",
    "热线400-820-{n}00转人工，工号{n}{n}为您服务，验证码{n}{n}{n}",
    "故障码P0{n}1，里程{n}{n}{n}公里，更换{part}，工时费{amount}",
];

const OBFUSCATED: &[&str] = &[
    "加我说，电话{PHONE}，别在平台上聊",
    "手机号是{PHONE}，对，就这个",
    "客户：我报一下号码，{PHONE}。坐席：好的",
    "威信{WECHAT}，备注来意",
    "vx：{WECHAT}",
    "➕V：{WECHAT}",
    "扣扣{QQ}",
    "企鹅号：{QQ}",
    "邮箱{EMAIL}，发我资料",
    "身份证号：{ID_CARD}",
    "车牌{PLATE}，停门口了",
    "联系{PHONE}或者微信{WECHAT}",
    "单号 {WAYBILL}，{order}那单别管",
    "下午三点零五分到，五一前一二三号楼都能装",
];

const ENGLISH: &[&str] = &[
    "Hi team, {PERSON:en} called about order {order}; best number is {PHONE:en}.",
    "Agent: may I have your name? Customer: {PERSON:en}. Agent: and your address? Customer: {ADDRESS:en}.",
    "Please deliver to {PERSON:en}, {ADDRESS:en}. Leave it with the neighbor.",
    "From: {PERSON:en} <{EMAIL}>\nSubject: Refund of ${amount}\n\nDear Support,\nmy card {BANK_CARD} was charged twice.\n\nThanks,\n{PERSON:en}",
    "Passenger {PERSON:en}, passport {PASSPORT}, born {DOB:en}, phone {PHONE:en}",
    "{date} 09:14:02 INFO session opened user=\"{PERSON:en}\" ip={IP} mac={MAC}",
    "Driver {PERSON:en} reported that {PLATE} (VIN {VIN}) broke down at {GPS}.",
    "Tracking number {WAYBILL} shows delivered but {PERSON:en} never got it.",
    "Date of birth: {DOB:en}\nEmail: {EMAIL}\nPhone: {PHONE:en}\nAddress: {ADDRESS:en}",
    "Device IMEI {IMEI} was registered by {PERSON:en} on {date}.",
    "My WeChat is {WECHAT} and my QQ number is {QQ}.",
    "Call our Shenzhen office at {LANDLINE} or e-mail {EMAIL}.",
    "The invoice {order} for ${amount} is overdue since {date}. Version {version} is installed.",
    "Thank You For Your Order! Part {part} ships on Monday. Happy New Year from the Customer Care Team.",
    "客户 {PERSON:en} 说收货地址是 {ADDRESS:en}，电话 {PHONE:en}",
    "{PERSON:en} and {PERSON:en} met with the Regional Sales Manager in Chicago.",
];
