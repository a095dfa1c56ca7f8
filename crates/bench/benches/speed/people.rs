//! Synthetic customers by number: the n-th is always the same, and two never share a key.

use std::fmt::Write as _;
use std::io::{self, Read};

/// The heading of the file that [`Csv`] gives.
pub(crate) const HEADING: &str = "姓名,手机号,车架号,邮箱,地址,车牌,微信,备注\n";

/// What leads the columns to fields.
pub(crate) const MAPPING: &str = r#"
[source]
third_party = false

[columns]
"姓名" = "customer.name"
"手机号" = "customer.mobile"
"车架号" = "customer.vin"
"邮箱" = "customer.email"
"地址" = "customer.address"
"车牌" = "customer.plate"
"微信" = "customer.wechat"
"备注" = "customer.remark"
"#;

const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹";
const GIVEN: &str =
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞鹏鑫波斌宇浩凯健俊帆雪慧";
const PLATES: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";

/// The mobile number of the n-th customer.
pub(crate) fn mobile(n: u64) -> String {
    format!("{}{:08}", 130 + n / 100_000_000, n % 100_000_000)
}

/// The name of the n-th customer: about 50,000 different ones.
pub(crate) fn name(n: u64) -> String {
    let pick = |text: &str, n: u64| {
        let count = text.chars().count() as u64;
        text.chars().nth((n % count) as usize).unwrap_or('王')
    };
    let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    [
        pick(SURNAMES, mixed),
        pick(GIVEN, mixed / 31),
        pick(GIVEN, mixed / 1_300),
    ]
    .iter()
    .collect()
}

/// Appends the n-th customer as a line of CSV.
pub(crate) fn line(n: u64, out: &mut String) {
    // Writing into a String cannot fail.
    let _ = writeln!(
        out,
        "{},{},{},user{n}@example.com,上海市浦东新区世纪大道{}号{}室,沪{},wx_{n:09},常规保养。客户要求提前电话联系",
        name(n),
        mobile(n),
        vin(n),
        n % 999 + 1,
        n % 40 * 100 + n % 9 + 1,
        plate(n),
    );
}

/// With a right check digit (GB 16735): what is refused would not be measured.
fn vin(n: u64) -> String {
    const WEIGHTS: [u64; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    // The letters L, S and V count as 3, 2 and 5.
    let mut values = [3, 2, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut rest = n;
    for place in [16, 15, 14, 13, 12, 11, 10, 9] {
        values[place] = rest % 10;
        rest /= 10;
    }
    let sum: u64 = values
        .iter()
        .zip(WEIGHTS)
        .map(|(value, weight)| value * weight)
        .sum();
    let check = b"0123456789X"[(sum % 11) as usize] as char;
    format!("LSV00000{check}{:08}", n % 100_000_000)
}

fn plate(n: u64) -> String {
    let mut rest = n;
    let mut tail = [0u8; 5];
    for place in tail.iter_mut().rev() {
        *place = PLATES[(rest % PLATES.len() as u64) as usize];
        rest /= PLATES.len() as u64;
    }
    format!("A{}", String::from_utf8_lossy(&tail))
}

/// A CSV file of customers that is made while it is read.
pub(crate) struct Csv {
    next: u64,
    end: u64,
    text: String,
    at: usize,
}

impl Csv {
    /// The customers from `first` up to, but not including, `end`.
    pub(crate) fn new(first: u64, end: u64) -> Self {
        Self {
            next: first,
            end,
            text: HEADING.to_owned(),
            at: 0,
        }
    }
}

impl Read for Csv {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.text.len() {
            self.text.clear();
            self.at = 0;
            let stop = self.end.min(self.next + 256);
            for n in self.next..stop {
                line(n, &mut self.text);
            }
            self.next = stop;
        }
        let count = buffer.len().min(self.text.len() - self.at);
        buffer[..count].copy_from_slice(&self.text.as_bytes()[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
