// What the widget says itself; purposes speak with the words of the notice.

const zh = {
  title: '您的隐私选择',
  lead: '以下用途需要您同意。您可以拒绝,拒绝不影响本页的基本功能,以后也可以随时更改。',
  notice: '阅读完整告知',
  refuse: '全部拒绝',
  choose: '逐项选择',
  agree: '全部同意',
  save: '保存选择',
  close: '关闭',
  settings: '隐私设置',
  gpc: '您的浏览器已发出“全球隐私控制”信号:向他人提供信息的用途保持关闭。',
  sensitive: '涉及敏感个人信息。',
  apart: '须单独同意,不包含在“全部同意”内。',
  held: '因“全球隐私控制”信号保持关闭。',
  fields: '信息:',
  recipients: '提供给:',
  kept: '保存:',
  failed: '没有保存成功,现按“拒绝”处理,相关脚本不会运行。请检查网络后重试。',
  away: '暂时无法连接隐私设置,相关脚本不会运行。请稍后再试。',
  saved: '已记录您的选择。',
  reload: '已在运行的部分将在刷新页面后停止。',
  comma: '、',
}

const en: typeof zh = {
  title: 'Your privacy choices',
  lead: 'These uses need your consent. You may refuse; this page still works, and you can change your mind at any time.',
  notice: 'Read the whole notice',
  refuse: 'Refuse all',
  choose: 'Choose',
  agree: 'Agree to all',
  save: 'Save choices',
  close: 'Close',
  settings: 'Privacy settings',
  gpc: 'Your browser sends Global Privacy Control: uses that give data to others stay off.',
  sensitive: 'Sensitive data. ',
  apart: 'Needs a consent of its own and is not part of “Agree to all”.',
  held: 'Stays off because of Global Privacy Control.',
  fields: 'Data: ',
  recipients: 'Given to: ',
  kept: 'Kept: ',
  failed: 'This was not saved and counts as refused; nothing it concerns will run. Check the connection and try again.',
  away: 'The privacy settings cannot be reached; nothing they concern will run. Try again later.',
  saved: 'Your choice is recorded.',
  reload: 'What already runs stops when you reload the page.',
  comma: ', ',
}

export const texts = { zh, en }
export type Texts = typeof zh
