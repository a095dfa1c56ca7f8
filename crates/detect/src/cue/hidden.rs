//! Words that people write so that a filter overlooks them.

use super::Cue;

/// The words, parted by blanks; `_` stands for a blank within a word.
#[rustfmt::skip]
pub(super) const WORDS: &[(Cue, &str)] = &[
    (Cue::Wechat, "微♥ 薇♥ 威♥ 卫♥ 维♥ 徽♥ 卫❤ 威❤ 徽❤ 维❤ 围❤ v♥ v心 v芯 V心 vxin v❤️ ➕v♥ ➕v❤ 加v♥ 加v❤ ➕卫星 加卫星 卫星： 卫星: 卫星号： 卫信 卫心 威心 威心号 维心 围信 围心 \
        加威信 威信号 加徽信 微芯 薇芯 薇心 薇星 微星号 威芯 唯信 喂信 微亻言 徽亻言 w信 we信 v我 +v信 ➕vx ➕wx +vx +wx 加vx 加wx 加_v +_v v： 胃星 绿色聊天软件 绿色聊天 绿色图标 ➕💚 加💚 +💚 💚号 💚： 💚: 绿💚 wei_xin wei_xin_hao weixinhao v信同名 微信同名 微_信 v_信 🛰号 🛰️号 卫✨ 🐍信 ➕V信 绿泡泡号 绿色软件号 小绿 绿标 VX号 威x 薇x wei♥ 微忄 ➕微 ➕威 加威 加卫 ➕卫 vx同号 V💬 v💬 ➕V💬 薇💬 微💬 "),
    (Cue::Qq, "扣扣号码 蔻蔻号 叩扣 抠抠号 企鹅号码 小企鹅号 ➕扣 ➕q ➕Q 加抠 口口 秋秋号 球球 求求号 q我 扣我 加企鹅 🐧 🐧号 扣： 扣: 叩： q: q：  企💎  ⓠⓠ qｑ q_号"),
    (Cue::Phone, "电活 电hua 手几 手机hao 手鸡 手机號 电話 電話 手機 dh 打偶 联細 拨我 打俺 dianhua shouji 號码 号碼 ☎ 📞 📱 ☎️ call我 叩我"),
    (Cue::IdCard, "身份zheng 身fen证 shenfenzheng 身份證 身分證"),
    (Cue::Bank, "银行ka 卡hao 卡號 收款卡 收款账号 打款账号"),
    (Cue::At, "[圈] (圈) （圈） 圈圈a 圈A 小老鼠符号 老鼠 ＠ @@@ (a) （a） [a] 【a】 【圈a】 （圈a） (圈a) [圈a] （艾特） (艾特) at符号 爱特符号 阿特 埃特 ait"),
];
