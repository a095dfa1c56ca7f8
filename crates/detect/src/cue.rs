//! Words that announce a value, and words that announce something else.

mod english;
mod hidden;

use std::sync::OnceLock;

use crate::border::is_whole;
use crate::phrases::Phrases;

/// What a word announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cue {
    IdCard,
    Passport,
    Permit,
    Bank,
    Uscc,
    Vin,
    Plate,
    Ip,
    Mac,
    Imei,
    Wechat,
    Qq,
    Waybill,
    Gps,
    Dob,
    Phone,
    Landline,
    Email,
    /// 日生, which ends a date of birth.
    BornOn,
    /// The prefix of ids that WeChat itself gives.
    WechatId,
    /// A spoken or typed stand-in for `@`.
    At,
    /// An English word for a digit or several of them.
    Spoken,
    /// An English word for a vehicle.
    Vehicle,
    /// Something that identifies nobody: orders, parts, errors, versions, amounts, mileage.
    Other,
}

/// A word that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) cue: Cue,
}

/// The word that begins at `at`, the longest if there are several.
pub(crate) fn word_at(words: &Phrases<Cue>, bytes: &[u8], at: usize) -> Option<Said> {
    let accepts = |end, cue| is_word(bytes, at, end, cue);
    let (end, cue) = words.at(bytes, at, accepts)?;
    Some(Said {
        start: at,
        end,
        cue,
    })
}

/// The same for a word whose first character is of three bytes and has this code.
#[inline]
pub(crate) fn wide_word_at(
    words: &Phrases<Cue>,
    bytes: &[u8],
    at: usize,
    code: u32,
) -> Option<Said> {
    let accepts = |end, cue| is_word(bytes, at, end, cue);
    let next = bytes.get(at + 3..)?;
    let (end, cue) = words.after(bytes, at, (code, next), accepts)?;
    Some(Said {
        start: at,
        end,
        cue,
    })
}

/// The lengths that a run of letters may have for a word to begin with it, a bit each, for each letter that it
/// may begin with: nearly all runs are told apart from words by that.
pub(crate) type RunLengths = [u32; 26];

/// The lengths of the runs that the words begin with.
pub(crate) fn run_lengths() -> RunLengths {
    let mut lengths = [0; 26];
    for (word, cue) in spellings() {
        let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
        if let Some(bits) = letter(&word.as_bytes()[..letters]).and_then(|at| lengths.get_mut(at)) {
            *bits |= if is_glued(cue, letters) {
                u32::MAX << letters
            } else {
                length_bit(letters)
            };
        }
    }
    lengths
}

/// Whether a word may begin with this run of letters.
#[inline]
pub(crate) fn may_begin(lengths: &RunLengths, run: &[u8]) -> bool {
    let bits = letter(run).and_then(|at| lengths.get(at));
    bits.is_some_and(|bits| bits & length_bit(run.len()) != 0)
}

/// The place in the alphabet of the letter that a run begins with.
fn letter(run: &[u8]) -> Option<usize> {
    let first = run.first()?.to_ascii_lowercase();
    first.checked_sub(b'a').map(usize::from)
}

/// No word begins with a run as long as the last bit says.
fn length_bit(length: usize) -> u32 {
    1 << length.min(31)
}

/// Whether an id may be written right after a word for WeChat: 我vxhello.
const fn is_glued(cue: Cue, letters: usize) -> bool {
    matches!(cue, Cue::Wechat) && letters == 2
}

/// The words, made ready once.
pub(crate) fn words() -> &'static Phrases<Cue> {
    static BUILT: OnceLock<Phrases<Cue>> = OnceLock::new();
    BUILT.get_or_init(|| Phrases::of(spellings()))
}

/// An English word is one only between characters that are no letters. The short words for WeChat are
/// written together with the id: 我vxhello.
fn is_word(text: &[u8], start: usize, end: usize, cue: Cue) -> bool {
    let begins = text.get(start).is_some_and(u8::is_ascii_alphabetic);
    let is_chinese = start
        .checked_sub(1)
        .and_then(|at| text.get(at))
        .is_none_or(|b| !b.is_ascii());
    if is_glued(cue, end - start) && begins && is_chinese {
        return true;
    }
    // +vhello_99: a letter for WeChat after a plus sign, with an id that no word is.
    if cue == Cue::Wechat
        && text
            .get(start..end)
            .is_some_and(|word| word.ends_with(b"v"))
    {
        let id = text.get(end..).unwrap_or_default();
        let length = id
            .iter()
            .take(24)
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
            .count();
        let id = id.get(..length).unwrap_or_default();
        let marked = id.iter().any(|b| b.is_ascii_digit() || *b == b'_');
        if !begins && length >= 6 && marked && !id.starts_with(b"ip") {
            return true;
        }
    }
    // 加vxlily_20: the id follows, unless the `x` begins it as pinyin (加vxiaoming).
    if cue == Cue::Wechat && !begins {
        let word = text.get(start..end).unwrap_or_default();
        let pinyin = || matches!(text.get(end), Some(b'i' | b'u' | b'I' | b'U'));
        if word.ends_with(b"vx") && !pinyin() || word.ends_with(b"wx") {
            return true;
        }
    }
    // 圈a is followed by the host directly.
    if cue == Cue::At && !begins {
        return true;
    }
    is_whole(text, start, end, u8::is_ascii_alphabetic)
}

/// Each word as people write it, with blanks, and as keys in logs and JSON write it: `id card`, `id_card`.
pub(crate) fn spellings() -> impl Iterator<Item = (String, Cue)> {
    let lists = WORDS.iter().chain(english::WORDS).chain(hidden::WORDS);
    lists.flat_map(|(cue, list)| {
        let words = list.split_whitespace();
        words.flat_map(|word| {
            let written = [word.replace('_', " "), word.to_owned()];
            let other = traditional(word).map(|word| word.replace('_', " "));
            written.into_iter().chain(other).map(|word| (word, *cue))
        })
    })
}

/// The word in traditional characters, if it is written otherwise there: 聯絡電話.
fn traditional(word: &str) -> Option<String> {
    let other = |c: char| TRADITIONAL.iter().find(|(simple, _)| *simple == c);
    let changed = word.chars().any(|c| other(c).is_some());
    changed.then(|| {
        word.chars()
            .map(|c| other(c).map_or(c, |(_, other)| *other))
            .collect()
    })
}

/// The characters that words here hold, simplified and traditional.
#[rustfmt::skip]
const TRADITIONAL: [(char, char); 69] = [
    ('电', '電'), ('话', '話'), ('号', '號'), ('码', '碼'), ('机', '機'), ('联', '聯'), ('络', '絡'), ('账', '賬'), ('帐', '帳'),
    ('护', '護'), ('证', '證'), ('车', '車'), ('单', '單'), ('银', '銀'), ('邮', '郵'), ('乡', '鄉'), ('运', '運'), ('递', '遞'),
    ('实', '實'), ('转', '轉'), ('汇', '匯'), ('户', '戶'), ('储', '儲'), ('订', '訂'), ('经', '經'), ('纬', '緯'), ('网', '網'),
    ('线', '線'), ('设', '設'), ('备', '備'), ('识', '識'), ('别', '別'), ('统', '統'), ('税', '稅'), ('执', '執'), ('业', '業'),
    ('组', '組'), ('织', '織'), ('构', '構'), ('国', '國'), ('际', '際'), ('驾', '駕'), ('驶', '駛'), ('编', '編'), ('时', '時'),
    ('间', '間'), ('来', '來'), ('复', '復'), ('发', '發'), ('货', '貨'), ('预', '預'),
    ('绑', '綁'), ('给', '給'), ('请', '請'), ('约', '約'), ('询', '詢'), ('长', '長'), ('门', '門'), ('东', '東'), ('龙', '龍'),
    ('农', '農'), ('卫', '衛'), ('无', '無'), ('为', '為'), ('写', '寫'), ('报', '報'), ('价', '價'), ('总', '總'), ('额', '額'),
];

/// The words, parted by blanks; `_` stands for a blank within a word.
#[rustfmt::skip]
const WORDS: &[(Cue, &str)] = &[
    (Cue::IdCard, "一代证 一代身份证 二代身份证 身份证上 身份证上是 身份证 身份证号 身份证号码 身份证件号 身份号码 实名 证号 驾驶证 驾驶证号 驾驶证号码 驾照 驾照号 身份核验 公民身份号码 公民身份证号码 证件号 证件号码 证件 身分证 \
        身分证号 份证号 身份证明 身份证是 二代证 sfz sfzh 居民身份证 居民身份证号码 id_card id_number id_no identity_card \
        national_id resident_id chinese_id certNo cert_no certificateNo 身_份_证 身_份_证_号 身_份_证_号_码 证_件_号_码 identity identityNo identity_number identification_number id_card_no id_card_number idcard idCard idNo idNumber id_num 身証 公民身份 公_民_身_份 公_民_身_份_号_码 身_份_号_码 doc_no docNo document_no document_number id_doc_no"),
    (Cue::Passport, "护照 护照号 护照号码 护照编号 passport passport_no passport_number passport_no. passports passportNo 旅行证件 护照件 护_照 护_照_号 护_照_号_码"),
    (Cue::Permit, "台胞 港澳证 港澳通 hkmtp 通_行_证 通_行_证_号 通_行_证_号_码 台_胞_证 回_乡_证 permitNo travelPermit travelPermitNo travel_permit_no travel_permit_number hkPermit permit_code \
        mainland_travel_permit_for_taiwan_residents mainland_travel_permit_for_hong_kong_and_macao_residents 通行证 通行证号 通行证号码 港澳通行证 往来港澳通行证 港澳居民来往内地通行证 台胞证 台胞证号 回乡证 回乡证号 \
        回乡卡 台湾通行证 大通证 入台证 居住证 港澳居民居住证 台湾居民居住证 travel_permit permit_no permit_number \
        home_return_permit home_visit_permit mainland_travel_permit taiwan_compatriot permit hkid 永居证 永久居留证 \
        exit-entry_permit eep"),
    (Cue::Bank, "银行卡 银行卡号 卡号 账号 帐号 账户 帐户 账户号 银行账号 银行账户 银行帐号 储蓄卡 信用卡 借记卡 工资卡 收款账号 \
        收款账户 收款人账号 退款账户 退款账号 退款卡号 开户行 建行 工行 农行 中行 招行 交行 邮储 建设银行 工商银行 农业银行 \
        中国银行 招商银行 浦发 民生银行 平安银行 兴业银行 光大银行 银联 打款 打到 汇到 转账到 转账至 打钱到 转到 退到 退款至 退至 打入 汇入 存入 汇至 打至 原路退回 挂失 存折 卡里 卡是 卡 card card_no card_number credit_card \
        debit_card 银_行_卡 银_行_卡_号 卡_号 账_号 bank_card bankCard bankCardNo payeeAccount payee_account payeeCardNo accountNumber bank_card_no bank_account_no cardNo cardNumber bankAccount accountNo account account_no account_number acct bank_account a/c unionpay visa mastercard"),
    (Cue::Uscc, "统一社会信用代码 社会信用代码 信用代码 税号 纳税人识别号 纳税识别号 纳税号 营业执照 营业执照号 执照号 机构代码 \
        uscc taxNo taxId taxCode creditCode usccCode socialCreditCode credit_no 执照 税务登记号 纳税人识别码 信用代码号 销方 购方 销方税号 购方税号 tax_id tax_no tax_code tax_number credit_code taxpayer_id 信用代码证 开票代码 开票税号"),
    (Cue::Vin, "底盘钢印 钢印号 车架号 车架 车架号码 车辆识别代号 识别代号 车辆识别代码 车辆识别号 识别代码 大架号 底盘号 车身号 vin vin码 vin号 chassis \
        chassis_no chassis_number vehicle_identification_number frame_number vin_code vin_number vin_no"),
    (Cue::Plate, "车牌 车牌号 车牌号码 牌照 牌照号 车号 号牌 号牌号码 牌号 车辆号牌 挂牌 plate plate_no plate_number license_plate \
        licence_plate registration reg_no number_plate license_plate_number registration_number plates tag_number plateNo plateNumber carNo"),
    (Cue::Ip, "管理地址 服务器地址 来源地址 源地址 目的地址 主机地址 公网地址 内网地址 局域网地址 网关 网关地址 ip ip地址 ip_address client_ip remote_addr src_ip"),
    (Cue::Mac, "mac mac地址 mac_address mac_addr macAddr macAddress deviceMac wifiMac 物理地址 硬件地址 网卡地址 bssid 网卡mac 设备mac"),
    (Cue::Imei, "手机序列号 设备序列号 imei imei1 imei2 imei码 imei号 串码 串号 机身码 机身串号 手机串号 手机串码 设备串号 设备号 设备识别码 device meid imei: imeiNo imei_code deviceImei device_imei 拨*#06# 拨打*#06# 串_号 串_码"),
    (Cue::Wechat, "微信 微信账号 微信帐号 微信号 微信号码 微信id 微信名 加微信 微信加 weixin wechat wechat_id we_chat vx v_x wx w_x WeChat 薇信 威信 微❤ 微心 微🌟 微⭐ wechatId weixinId 微号 \
        wei_信 维信 徽信 v信 微x 微信同号 微： 微: 薇❤ 加微 加薇 v_： v_: 加v +v ➕v ＋v ➕薇 +薇 加个v 加我v 绿泡泡 绿色软件 绿泡 薇 薇信号 薇号 卫星 卫星号 微♥ 薇♥ v♥ 加♥ 加❤ ➕❤ ➕♥ +❤ +♥ 威❤ 微芯 微星 微信同名 威❤信 微❤信 薇❤信 微_信 微♥信 wei_xin 徽❤ 徽信号 v: v： 溦信 wei信 v❤ vx号 wx号 vxin 违信 wechatid v信号 "),
    (Cue::Qq, "qq oicq qq号 qq号码 扣扣 扣扣号 企鹅 企鹅号 q号 抠抠 秋秋 球球号 蔻蔻 叩叩 口口号 加q 我扣扣 你扣扣 他扣扣 加扣 加扣扣 我扣 你扣 扣我 q: q： 扣： 扣: q_q 扣号 qq号是 qq_number qq_id \
        qqh qqNo qqNum qqNumber qq_no qq_num qq联系 qq账号 qq帐号 qq在线 qq上 qq客服 加下q 加一下q 加个q 企_鹅_号 扣_扣 小企鹅 叩号 蔲蔲 qiuqiu"),
    (Cue::Waybill, "运单 运单号 运单号码 运单编号 运_单 运_单_号 快_递 快_递_单_号 物_流_单_号 logisticsNo logistics_no logisticsCode waybillCode waybill_code expressCode express_no express_code mail_no mailCode shipmentNo shipment_no trackNo trackingCode tracking_code 快递单号 快递单 快递号 快递编号 物流单号 物流单 物流号 物流编号 包裹 包裹号 包裹单号 快递 快件 快件号 物流 面单 面单号 面单号码 \
        邮件号 邮件号码 邮单 寄件单号 寄件单 发货单号 退货单号 退货快递 回寄单号 回单号 签收单号 滞留件 到站扫描 到件扫描 派件扫描 问题件 派件单号 揽收 派送 派件 中通 圆通 申通 韵达 极兔 顺丰 德邦 \
        京东快递 邮政 菜鸟 ems tracking tracking_number tracking_no tracking_id waybill waybill_no waybill_number waybillNo trackingNo expressNo mailNo parcel parcels shipment \
        consignment awb airway_bill package courier fedex FedEx ups usps dhl sf_express zto yto sto 子单号 母单号 快递运单 快递运单号 顺丰单号 中通单号 圆通单号 申通单号 韵达单号 极兔单号 德邦单号 京东单号 邮政单号 ems单号         顺丰运单 中通快递 圆通速递 韵达快递 申通快递 极兔速递 顺丰速运 德邦物流 京东物流 邮政包裹 菜鸟单号 物流运单 物流运单号 承运单号 托运单号 包裹单 退回运单 换货单号 子母单 退回单号 寄回单号 寄回快递单号 寄回运单号 寄修单号 寄修快递单号 补发单号 国际件 快递单号码"),
    (Cue::Gps, "经纬度 坐标 定位 位置 东经 西经 北纬 南纬 纬度 经度 轨迹点 轨迹 gps lat lng lon latitude longitude coordinates coords \
        position location geo latlng pinged_at 定位点 打卡点 经纬 停在 lat/lng lat/lon"),
    (Cue::Dob, "出_生 出_生_日_期 出_生_年_月 生_日 出生 出生日期 出生年月 出生年月日 出生于 出生时间 出生日 生日 生于 生日是 生日期 诞辰 生辰 降生 born born_on born_in dob d.o.b. d.o.b date_of_birth \
        birth_date birthdate birthDate birthday birth date-of-birth birth_day b'day bday"),
    (Cue::Phone, "电_话 手_机 手_机_号 联_系_电_话 联_系_方_式 电话 电话号 电话号码 手机 手机号 手机号码 手机电话 联系电话 联系方式 联系手机 联系号码 号码 回拨 回电 咨询 回拨号码 拨打 拨 \
        致电 来电 来电号码 短信 预留手机 预留号码 预留电话 绑定手机 收件电话 收件人电话 收货电话 本机 本机号 主叫 被叫 联络电话 联络方式 备用电话 备用号码 备用机 打给 打我 打这个 打他 打她 打 call \
        tel tel. telephone phone phone_number phone_no mobile mobile_number mobile_no cell cellphone cell_phone contact contact_number callback \
        text sms whatsapp WhatsApp phoneNumber phoneNo mobileNo mobilePhone userPhone ring reach hotline msisdn ph ph. 紧急联系 紧急联系人 紧急电话 tel_no dial sjh 联系 联糸 手机机号 手机是 电联"),
    (Cue::Landline, "打家里 座机 固话 固定电话 总机 传真 分机 座机号 办公电话 办公室电话 单位电话 家庭电话 宅电 值班电话 客服电话 前台 服务台 fax office landline switchboard 传真号 座机号码 固话号码 店里电话"),
    (Cue::BornOn, "日生 日出生的 月生人 月生的 号生的 号生人"),
    (Cue::WechatId, "wxid"),
    (Cue::Email, "邮箱 电子邮箱 电子邮件 邮件 邮箱地址 email e-mail mail"),
    (Cue::At, "艾特 圈a 圈_a a_圈 # ［at］ ［艾特］ [艾特] (艾特) （艾特） 【艾特】 {艾特} a特 [圈a] (圈a) #at# #艾特# @@ [@] (@) （@） [at] (at) {at} <at> （at） 【at】 at 爱特 a圈 @符号 小老鼠 花a"),
    (Cue::Other, "原单 原单号 报关单 报关单号 宽带账号 宽带帐号 宽带账户 宽带号 游戏账号 登录账号 会员账号 系统账号 礼券 券号 提货券 参考案例 案例 rma rma# 订单 订单号 订单编号 订单号码 单号 单据号 工单 工单号 工单编号 流水 流水号 交易号 交易单号 交易流水号 商户单号 商户号 支付单号 批次 批次号 批号 序列号 sn s/n transaction_id transaction transactionId upc ean ean13 skuId sku_id goodsId goods_id shopId shop_id itemId item_id productId product_id merchantId batchNo orderSn order_sn spuId createTime create_time updateTime update_time \
        编号 零件 零件号 零件编号 配件 配件号 件号 型号 货号 料号 物料号 物料编码 sku 条码 条形码 故障码 错误码 错误代码 报错 验证码 校验码 取件码 提货码 版本 版本号 升级到 升级至 更新到 appver app_ver appversion fw 固件 固件版本 \
        version ver ver. build firmware order order_no order_number order_id orderId orderNo orders invoiceNo userId invoice invoice_no invoice_number 发票号 发票号码 发票代码 合同 合同号 合同编号 保单号 保单 \
        里程 里程数 公里数 金额 合计 总计 共计 总价 价格 单价 费用 收费 余额 应付 实付 part part_no part_number part_no. model model_no serial serial_no serial_number \
        ticket ticket_no ticket_number case case_no case_number case_id ref ref. reference reference_no reference_number error error_code code batch lot lot_no 建单 建单号 已建单 单据 \
        端口 port ts= pid 时间戳 timestamp request_id req_id trace_id traceid session_id session uid user_id userid 用户id 商品编号 商品id 商品编码 会员号 会员编号 会员卡 会员卡号 会员id 健身卡 购物卡 就诊卡 就诊卡号 医保卡 医保卡号 社保卡 社保卡号 饭卡 门禁卡 加油卡 公交卡         礼品卡 储值卡 积分卡 电话卡 门卡 房卡 水卡 电卡 校园卡 一卡通 病案号 住院号 门诊号 床号 付款码 支付码 学号 工号 员工号 员工编号 \
        店铺号 门店编号 门店号 桩号 设备编号 资产编号 仪表读数 读数 测量值 更换 总数 数量 库存 批准文号 许可证号 备案号 文号 案号 案件号 报案号 理赔号 赔案号 受理号 受理编号 服务单号 服务单 售后单号 售后单 维修单号 \
        维修单 结算单号 结算单 出库单 入库单 采购单 采购单号 提单号 航班 航班号 车次 座位号 房号 表号 户号 电表号 水表号 燃气号 po po_number po_no quote quote_no sum total amount id=  trace spanid span_id \
        checksum hash md5 commit imsi iccid apn cvv 有效期 尾号 尾数 后四位 末四位 ends_in ending_in ending last_four 兑换码 优惠码 券码 激活码 密码 口令 邀请码 卡密 邮编 邮政编码 zip postcode zip_code postal_code isbn 书号 索引号 规格 消防 额 \
        work_order work_order_no wo job_no job_number item_no item sku_no asset asset_tag coupon otp verification_code pin policy_number policy_no claim_number claim_no claim confirmation confirmation_number booking booking_reference 预约号 排队号 取号 叫号"),
];
