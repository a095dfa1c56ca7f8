//! Classes of goods, told by words in their names.

use std::borrow::Cow;

use shouxin_model::Text;

/// The class of the goods that `name` speaks of; `None` if no word of it is known.
///
/// Chinese names end with what the thing is (苹果|手机, 儿童|连衣裙): of several known words the one that
/// ends last decides, and of those the longest.
pub fn goods_class(name: &str) -> Option<Text> {
    let name = name.to_lowercase();
    CLASSES
        .iter()
        .flat_map(|&(zh, en, words)| words.split_whitespace().map(move |word| (zh, en, word)))
        .filter_map(|(zh, en, word)| {
            name.rfind(word)
                .map(|at| ((at + word.len(), word.len()), zh, en))
        })
        .max_by_key(|&(rank, ..)| rank)
        .map(|(_, zh, en)| Text::fixed(zh, en))
}

/// `text` with what is named as the goods of a parcel told by its class alone: `品名：女士连衣裙` becomes
/// `品名：服装`, and goods of no known class `其他物品`. Text without such a heading comes back as it is.
pub fn generalise_goods(text: &str) -> Cow<'_, str> {
    let mut told = String::new();
    let mut done = 0;
    while let Some((start, end)) = text.get(done..).and_then(named_goods) {
        let (start, end) = (done + start, done + end);
        let (Some(before), Some(name)) = (text.get(done..start), text.get(start..end)) else {
            break;
        };
        told.push_str(before);
        told.push_str(&told_by_class(name));
        done = end;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    told.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(told)
}

/// What stands for a value of the column of this name, if that is one of goods: their class, told in the language of
/// the value. Numbers are counts or codes of something else there, and stay; `None` for those, and for other columns.
pub fn generalise_goods_column(column: &str, value: &str) -> Option<String> {
    let name: String = column
        .trim()
        .chars()
        .filter(|c| !matches!(c, ' ' | '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect();
    let value = value.trim();
    let is_name = value.chars().any(char::is_alphabetic);
    (is_name && COLUMNS.contains(&name.as_str())).then(|| told_by_class(value).into_owned())
}

/// The class of what bears this name, in the language of the name. What is a class already stays.
fn told_by_class(name: &str) -> Cow<'_, str> {
    let is_told =
        name == OTHER.0 || name == OTHER.1 || goods_classes().any(|c| c.zh == name || c.en == name);
    match goods_class(name) {
        _ if is_told => Cow::Borrowed(name),
        Some(class) if name.is_ascii() => class.en,
        Some(class) => class.zh,
        None if name.is_ascii() => Cow::Borrowed(OTHER.1),
        None => Cow::Borrowed(OTHER.0),
    }
}

/// What columns of goods are called, in small letters without spaces.
const COLUMNS: [&str; 24] = [
    "品名",
    "物品",
    "物品名",
    "物品名称",
    "货物",
    "货物名称",
    "货品",
    "货品名称",
    "商品",
    "商品名",
    "商品名称",
    "产品名称",
    "托寄物",
    "托寄物内容",
    "寄托物",
    "内件",
    "内件品名",
    "contents",
    "goods",
    "goodsname",
    "item",
    "itemname",
    "product",
    "productname",
];

const OTHER: (&str, &str) = ("其他物品", "other goods");

/// Where the first goods with a heading stand: from the first character of the name to the one after its last.
fn named_goods(text: &str) -> Option<(usize, usize)> {
    let heading = |(at, c): (usize, char)| {
        let rest = text.get(at..)?;
        if !HEADING_FIRSTS.contains(c.to_ascii_lowercase()) {
            return None;
        }
        let word = HEADINGS.iter().find(|word| {
            rest.get(..word.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(word))
        })?;
        let after = rest.get(word.len()..)?;
        let mark = after
            .trim_start_matches([' ', '"'])
            .strip_prefix(['：', ':', '=', '为', '是'])?;
        let name = mark.trim_start_matches([' ', '"', '“']);
        let start = text.len() - name.len();
        let length = name
            .find(ENDS)
            .unwrap_or(name.len())
            .min(border(name, LONGEST_NAME));
        let name = name.get(..length)?.trim_end();
        (!name.is_empty()).then_some((start, start + name.len()))
    };
    text.char_indices().find_map(heading)
}

/// The greatest border of a character at or before `upto`.
fn border(text: &str, upto: usize) -> usize {
    (0..=upto.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

/// What announces the goods of a parcel, the longer first.
const HEADINGS: [&str; 14] = [
    "物品名称",
    "货物名称",
    "商品名称",
    "托寄物内容",
    "寄托物",
    "托寄物",
    "内件品名",
    "内件",
    "品名",
    "物品",
    "货物",
    "contents",
    "goods",
    "item",
];
/// The characters that they begin with.
const HEADING_FIRSTS: &str = "物货商托寄内品cgi";
/// What ends the name of goods.
const ENDS: [char; 18] = [
    '，', ',', '。', '；', ';', '\n', '\r', '\t', '|', '（', '(', '×', '*', '"', '”', '、', '{',
    '[',
];
/// The longest name, in bytes.
const LONGEST_NAME: usize = 120;

/// Every class.
pub fn goods_classes() -> impl Iterator<Item = Text> {
    CLASSES.iter().map(|&(zh, en, _)| Text::fixed(zh, en))
}

/// Class in Chinese and English, words that tell it.
const CLASSES: &[(&str, &str, &str)] = &[
    (
        "服装",
        "clothing",
        "连衣裙 裙 t恤 衬衫 外套 大衣 羽绒服 毛衣 卫衣 裤 牛仔 西装 夹克 旗袍 睡衣 汉服 马甲 服装 衣服 风衣",
    ),
    (
        "内衣袜品",
        "underwear and socks",
        "内衣 文胸 内裤 袜 丝袜 保暖衣 秋衣 秋裤 背心 塑身衣 吊带",
    ),
    (
        "鞋靴",
        "footwear",
        "鞋 靴 运动鞋 皮鞋 凉鞋 拖鞋 高跟鞋 帆布鞋 雨靴 鞋垫 球鞋",
    ),
    (
        "箱包",
        "bags",
        "背包 书包 手提包 钱包 行李箱 拉杆箱 单肩包 挎包 公文包 卡包 腰包 箱包",
    ),
    (
        "饰品钟表",
        "jewellery and watches",
        "项链 戒指 耳环 手链 手镯 吊坠 发卡 胸针 手表 腕表 钻戒 饰品 怀表",
    ),
    (
        "美妆护肤",
        "cosmetics",
        "口红 面膜 粉底 眼影 精华 面霜 乳液 爽肤水 香水 卸妆 防晒霜 睫毛膏 化妆品 眉笔",
    ),
    (
        "个人护理",
        "personal care",
        "洗发水 沐浴露 牙膏 牙刷 剃须刀 卫生巾 洗面奶 护发素 香皂 漱口水 身体乳 吹风机",
    ),
    (
        "母婴",
        "mother and baby",
        "奶粉 纸尿裤 尿不湿 奶瓶 婴儿车 辅食 孕妇装 爬行垫 安抚奶嘴 婴儿床 吸奶器 推车",
    ),
    (
        "玩具",
        "toys",
        "玩具 积木 拼图 毛绒 玩偶 遥控车 手办 模型 公仔 魔方 盲盒 娃娃",
    ),
    (
        "食品",
        "food",
        "零食 饼干 巧克力 糖果 坚果 蛋糕 面包 方便面 大米 面粉 食用油 酱油 火锅底料 月饼 麦片 薯片",
    ),
    (
        "生鲜",
        "fresh food",
        "水果 苹果 橙子 车厘子 草莓 牛肉 羊肉 猪肉 海鲜 大闸蟹 虾 蔬菜 鸡蛋 三文鱼",
    ),
    (
        "酒水饮料",
        "drinks",
        "白酒 红酒 啤酒 饮料 矿泉水 牛奶 酸奶 果汁 可乐 葡萄酒 威士忌 黄酒 汽水",
    ),
    (
        "茶叶咖啡",
        "tea and coffee",
        "茶叶 绿茶 红茶 普洱 乌龙茶 花茶 白茶 咖啡 咖啡豆 铁观音 龙井 茶饼",
    ),
    (
        "药品保健",
        "medicine and health food",
        "药 感冒灵 维生素 钙片 鱼油 蛋白粉 口服液 胶囊 阿胶 保健品 益生菌 膏药 创可贴",
    ),
    (
        "医疗器械",
        "medical devices",
        "血压计 血糖仪 体温计 轮椅 口罩 助听器 制氧机 雾化器 拐杖 护膝 试纸 隐形眼镜",
    ),
    (
        "手机通讯",
        "phones",
        "手机 智能手机 对讲机 电话机 老人机 折叠屏 iphone 5g手机 电话卡 流量卡 座机 二手手机",
    ),
    (
        "数码配件",
        "digital accessories",
        "手机壳 充电器 数据线 充电宝 耳机 钢化膜 移动电源 支架 存储卡 u盘 读卡器 手机膜 蓝牙音箱",
    ),
    (
        "电脑办公",
        "computers and office",
        "电脑 笔记本电脑 键盘 鼠标 显示器 打印机 硬盘 路由器 显卡 主板 墨盒 平板电脑 投影仪 内存条",
    ),
    (
        "摄影摄像",
        "cameras",
        "相机 镜头 单反 摄像机 三脚架 无人机 云台 闪光灯 运动相机 拍立得 胶卷 补光灯",
    ),
    (
        "家用电器",
        "home appliances",
        "冰箱 洗衣机 空调 电视 微波炉 电饭煲 吸尘器 热水器 电风扇 加湿器 扫地机器人 破壁机 烤箱 油烟机",
    ),
    (
        "家具",
        "furniture",
        "沙发 床 床垫 餐桌 椅子 书桌 衣柜 书架 茶几 鞋柜 电脑椅 置物架 梳妆台",
    ),
    (
        "家纺",
        "home textiles",
        "被子 床单 被套 四件套 枕头 毛毯 窗帘 毛巾 浴巾 凉席 地毯 抱枕 蚊帐",
    ),
    (
        "厨具餐具",
        "kitchenware",
        "锅 菜刀 砧板 碗 盘子 筷子 水杯 保温杯 饭盒 茶具 勺子 炒锅 餐具",
    ),
    (
        "家居日用",
        "household goods",
        "纸巾 洗衣液 垃圾袋 拖把 收纳箱 衣架 雨伞 灯泡 洗洁精 卫生纸 香薰 蜡烛 清洁剂",
    ),
    (
        "五金建材",
        "hardware and building",
        "螺丝 电钻 扳手 水龙头 瓷砖 油漆 门锁 开关 插座 电线 地板 花洒 涂料",
    ),
    (
        "汽车用品",
        "car parts and care",
        "轮胎 机油 雨刮器 刹车片 火花塞 行车记录仪 车载 汽车坐垫 脚垫 滤清器 玻璃水 蓄电池 车膜 安全座椅",
    ),
    (
        "运动户外",
        "sports and outdoors",
        "球拍 篮球 足球 羽毛球 瑜伽垫 帐篷 哑铃 跑步机 鱼竿 登山杖 泳衣 滑板 自行车 睡袋",
    ),
    (
        "图书文具",
        "books and stationery",
        "书 图书 教材 小说 绘本 字典 笔记本 钢笔 铅笔 试卷 文具 杂志 橡皮 作业本",
    ),
    (
        "乐器",
        "musical instruments",
        "吉他 钢琴 小提琴 古筝 二胡 电子琴 笛子 架子鼓 尤克里里 萨克斯 琵琶 口琴",
    ),
    (
        "宠物用品",
        "pet supplies",
        "猫粮 狗粮 猫砂 宠物 狗绳 猫爬架 猫罐头 狗窝 鱼缸 猫抓板 狗零食 逗猫棒",
    ),
    (
        "鲜花绿植",
        "flowers and plants",
        "鲜花 玫瑰 多肉 盆栽 绿植 种子 百合 花束 绿萝 花盆 兰花 发财树",
    ),
    (
        "文件单证",
        "documents",
        "文件 合同 发票 证件 票据 标书 资料 档案 护照 身份证 单证 证书",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_ends_last_tells_the_class() {
        for (name, class) in [
            ("女士连衣裙", "服装"),
            ("苹果手机", "手机通讯"),
            ("iPhone 手机壳", "数码配件"),
            ("汽车机油 5W-30", "汽车用品"),
            ("儿童绘本", "图书文具"),
            ("笔记本电脑", "电脑办公"),
            ("笔记本", "图书文具"),
            ("牛奶巧克力", "食品"),
            ("合同 2 份", "文件单证"),
        ] {
            assert_eq!(goods_class(name).unwrap().zh, class, "{name}");
        }
        assert_eq!(goods_class("量子纠缠"), None);
    }

    #[test]
    fn a_column_of_goods_is_told_by_classes() {
        for (column, value, told) in [
            ("品名", "女士连衣裙", Some("服装")),
            (" 商品 名称", "量子纠缠", Some("其他物品")),
            ("Item_Name", "蓝色T恤", Some("服装")),
            ("product", "red gizmo", Some("other goods")),
            ("item", "服装", Some("服装")),
            // A count, or the code of something else.
            ("item", "3", None),
            ("品名", "  ", None),
            ("商品编号", "女士连衣裙", None),
            ("备注", "女士连衣裙", None),
        ] {
            let answer = generalise_goods_column(column, value);
            assert_eq!(answer.as_deref(), told, "{column} {value}");
        }
    }

    #[test]
    fn goods_with_a_heading_are_told_by_their_class() {
        for (text, told) in [
            ("品名：女士连衣裙，数量1件", "品名：服装，数量1件"),
            (
                "物品名称: 抗抑郁药(2盒)\n收件人",
                "物品名称: 药品保健(2盒)\n收件人",
            ),
            (
                "内件为量子纠缠器。品名：牛奶巧克力*2",
                "内件为其他物品。品名：食品*2",
            ),
            (
                "contents: running shoe, 1 pc",
                "contents: other goods, 1 pc",
            ),
            ("{\"品名\":\"女士连衣裙\"}", "{\"品名\":\"服装\"}"),
            ("货物已发出", "货物已发出"),
            ("品名：服装", "品名：服装"),
            ("品名：", "品名："),
        ] {
            assert_eq!(generalise_goods(text), told, "{text}");
        }
    }

    #[test]
    fn every_class_has_ten_words_of_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for (zh, _, words) in CLASSES {
            assert!(words.split_whitespace().count() >= 10, "{zh}");
            for word in words.split_whitespace() {
                assert!(seen.insert(word), "{word} twice");
            }
        }
        assert!(CLASSES.len() >= 30);
    }
}
