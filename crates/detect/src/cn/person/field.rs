//! Fields that ask for a name: what fills one is a name though no surname begins it.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use crate::cn::chars::is_han;
use crate::cn::lexicon;

use super::cues::{Words, each};
use super::features::{self, Scene};
use super::names::{Names, Place, RARE};

/// Where fields are filled by something that can only be a name, in characters.
pub(super) fn find(scene: &Scene<'_>) -> Vec<(usize, usize)> {
    let text = scene.text;
    let mut found = Vec::new();
    for at in 1..text.len() {
        if !is_han(text.get(at)) || is_han(text.before(at)) {
            continue;
        }
        let end = run_end(scene, at);
        if is_whole(scene, at, end) && is_only_name(scene, at, end) {
            found.push((at, end));
        }
    }
    found.extend(
        scene
            .cells()
            .iter()
            .copied()
            .filter(|&(start, end)| is_only_name(scene, start, end)),
    );
    found
}

/// Whether `start..end` is all that follows a label of names and a mark: 收件人：王伟，
pub(super) fn is_whole(scene: &Scene<'_>, start: usize, end: usize) -> bool {
    if scene.is_name_cell(start, end) {
        return true;
    }
    let text = scene.text;
    let marked = matches!(
        text.before(start),
        ':' | '：' | '=' | '\t' | '|' | '"' | ' ' | '\u{3000}'
    );
    if is_han(text.get(end)) || is_heading(text.str(start..end)) {
        return false;
    }
    // 申请人米兰，配偶国强： the role may need no mark.
    if !marked {
        return "人员主者师偶".contains(text.before(start)) && features::is_role(text, start);
    }
    let label = features::label_end(text, start);
    "人名员者主".contains(text.before(label)) && features::is_role(text, label)
}

fn run_end(scene: &Scene<'_>, start: usize) -> usize {
    let mut end = start;
    while end < start + 9 && is_han(scene.text.get(end)) {
        end += 1;
    }
    end
}

/// Whether the stretch is no word, and no office or firm.
fn is_only_name(scene: &Scene<'_>, start: usize, end: usize) -> bool {
    let text = scene.text;
    let chars = text.slice(start..end);
    let names = Names::built_in();
    let foreign = (3..=8).contains(&chars.len()) && chars.iter().all(|&c| names.is_translit(c));
    let short = (2..=4).contains(&chars.len())
        && chars
            .iter()
            .skip(1)
            .all(|&c| names.given(c, Place::Second) < RARE);
    let office = OFFICES.contains(text.before(end)) || OTHERS.contains(&text.str(start..end));
    (foreign || short)
        && !office
        && !is_heading(text.str(start..end))
        && !scene.is_barred(start, end)
        && !has_word(scene, start, end)
}

/// Whether columns and fields are called so, that stand beside names in tables and forms: 姓名 | 籍贯 | 电话.
pub(super) fn is_heading(word: &str) -> bool {
    static WORDS: OnceLock<FxHashSet<&str>> = OnceLock::new();
    WORDS
        .get_or_init(|| each(HEADINGS).collect())
        .contains(word)
}

const HEADINGS: Words = &[
    // Of people.
    "全名 籍贯 民族 国籍 性别 年龄 学历 学位 专业 毕业 毕业院校 政治面貌 婚否 婚况 血型 身高 体重 宗教 关系 昵称 \
     生日 班级 年级 学号 学籍 宿舍 成绩 总分 名次 学分 科目 课程 入学 离校 工号 职务 职位 职称 岗位 部门 单位 \
     车次 航班 座位 席别 舱位 票号 票种 病区 床号 诊断 医嘱",
    // Of work and pay.
    "班次 出勤 考勤 加班 迟到 早退 工时 工资 奖金 补贴 扣款 应发 实发 社保 公积金 个税 绩效 排班 到岗 离岗",
    // Of goods and money.
    "品名 品类 品牌 货名 货号 货品 商品 规格 型号 颜色 尺码 尺寸 件数 数量 单价 总价 金额 余额 费用 运费 合计 小计 \
     母单 子单 原运单 原单 国行 港行 美版 花屏 黑屏 白屏 蓝屏 闪屏 双卡 冷柜 展柜 楼层费 上楼费 停车费 安装费 到付 寄付 月结 保价 保费 保单 保额 险种 路由 公网 内网 外网 常亮 闪红 补卡费 工本费 布洛芬 别弄混 周一至 周六至 网点 时效 重量 体积 积分 户名 农商行 支行 开户行 抬头 税号",
    // Of houses and vehicles.
    "户型 面积 楼号 房号 楼层 朝向 租金 押金 车型 车系 车位 里程 排量 牌照",
    // Of whatever is kept in tables.
    "备注 说明 编号 序号 单号 类型 类别 等级 级别 状态 日期 时间 渠道 来源 区域 城市 省份 邮编 次数 结果 意见 标签 分组 \
     位置 司机 银联 国家 付款 收款 车牌 公民 居民 经理 保修 修卡 盖章 签章 签字 签名 经办 复核 审批 审核",
];

/// Whether common words make up the stretch.
fn has_word(scene: &Scene<'_>, start: usize, end: usize) -> bool {
    let text = scene.text;
    (start..end).any(|from| {
        let mut common = false;
        lexicon::words_at(text, from, |length, word| {
            common |= length > 1 && from + length <= end && word.cost < 105;
        });
        common
    })
}

/// The last characters of offices, firms and titles.
const OFFICES: &str = "部组科处室店司局院行厂站所队班总工哥姐叔婶爷奶妈爸姨嫂台柜点号";

/// What people write when they give no name.
const OTHERS: &[&str] = &[
    "同上", "不详", "未知", "匿名", "无名", "自取", "本店", "门卫", "暂无", "略", "待定", "保密",
];
