//! Words of forms and tables that no name is, though they begin as names do.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use super::cues::{Words, each};

/// Whether columns and fields are called so or filled with it, where names stand too: 姓名 | 籍贯 | 电话, 故障：花屏.
pub(super) fn is_heading(word: &str) -> bool {
    static WORDS: OnceLock<FxHashSet<&str>> = OnceLock::new();
    WORDS
        .get_or_init(|| each(HEADINGS).chain(each(VALUES)).collect())
        .contains(word)
}

/// What columns and fields are called.
const HEADINGS: Words = &[
    // Of people.
    "全名 籍贯 民族 国籍 性别 年龄 学历 学位 专业 毕业 毕业院校 政治面貌 婚否 婚况 血型 身高 体重 宗教 关系 昵称 \
     生日 班级 年级 学号 学籍 宿舍 成绩 总分 名次 学分 科目 课程 入学 离校 工号 职务 职位 职称 岗位 部门 单位 \
     车次 航班 座位 席别 舱位 票号 票种 病区 床号 诊断 医嘱 公民 居民 经理 司机",
    // Of work and pay.
    "白班 夜班 早班 晚班 中班 班次 出勤 考勤 加班 迟到 早退 工时 工资 奖金 补贴 扣款 应发 实发 社保 公积金 个税 绩效 排班 到岗 离岗",
    // Of goods and parcels.
    "品名 品类 品牌 货名 货号 货品 商品 规格 型号 颜色 尺码 尺寸 件数 数量 重量 体积 保修 时效 路由 网点 \
     母单 子单 原单 原运单 到付 寄付 月结 保价",
    // Of money.
    "单价 总价 金额 余额 费用 运费 合计 小计 付款 收款 楼层费 上楼费 停车费 安装费 补卡费 工本费 保费 保单 保额 险种 \
     积分 户名 支行 开户行 农商行 银联 抬头 税号",
    // Of houses and vehicles.
    "户型 面积 楼号 房号 楼层 朝向 租金 押金 车型 车系 车位 车牌 里程 排量 牌照",
    // Of whatever is kept in tables.
    "备注 说明 编号 序号 单号 类型 类别 等级 级别 状态 日期 时间 渠道 来源 国家 区域 城市 省份 位置 邮编 次数 结果 意见 \
     标签 分组 盖章 签章 签字 签名 经办 复核 审批 审核 公网 内网 外网",
];

/// What fields are filled with.
const VALUES: Words = &[
    // Goods and what is wrong with them.
    "国行 港行 美版 双卡 冷柜 展柜 花屏 黑屏 白屏 蓝屏 闪屏 常亮 闪红 修卡 校表 车机 布洛芬",
    // When, and how.
    "周一至 周六至 别弄混",
    // What is typed and mended, and what one says in passing.
    "全角 半角 公邮 私邮 补登 补全 补录 补拍 补打 补传 楼栋 谢啦 谢咯 谢哈 钱转 钱打 左前门 左后门 右后门 应为 申告 原车主 新车主 原业主 原房东 修表 修车 蓝牌 黄牌 绿牌 危化 皮卡 高一 高二 高三 韩国 泰国 官网查",
];
