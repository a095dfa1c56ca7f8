// Parts of a notice to begin from; what stands between 〔 and 〕 is for the author.

export const SNIPPETS = {
  purpose: `
[[purpose]]
name = "〔register-name〕"
text = { zh = "我们用这些信息〔做什么〕。", en = "We use these data to 〔do what〕." }
refusal = { zh = "您不会〔得到什么〕。其他服务照常。", en = "You will not get 〔what〕. All other service goes on as usual." }
`,
  recipient: `
[[recipient]]
name = "〔short-name〕"
kind = "processor"
title = { zh = "〔公司名称〕", en = "〔name of the company〕" }
contact = { zh = "邮箱 〔地址〕", en = "mail 〔address〕" }
text = { zh = "它替我们〔做什么〕。", en = "It 〔does what〕 for us." }
`,
  switch: `
[[switch]]
name = "〔short-name〕"
title = { zh = "〔同意什么〕", en = "〔what is agreed to〕" }
purposes = ["〔register-name〕"]
`,
  event: `
[[event]]
name = "〔register-name〕"
title = { zh = "〔从什么起算〕", en = "〔what the period counts from〕" }
`,
  section: `
[[section]]
title = { zh = "〔标题〕", en = "〔heading〕" }
text = { zh = "〔正文〕", en = "〔text〕" }
`,
} as const

export type Snippet = keyof typeof SNIPPETS

/** A notice of this name with everything that each one needs. */
export const blank = (name: string): string => `name = "${name}"
title = { zh = "〔标题〕", en = "〔heading〕" }
introduction = { zh = "〔一两句话说明这份告知〕", en = "〔what it is about, in a sentence or two〕" }
way = { zh = "〔怎样处理、谁能看、怎样保护〕", en = "〔how data are handled, who sees them, how they are protected〕" }
rights = { zh = "〔有哪些权利、怎样行使〕", en = "〔people's rights and how to use them〕" }
withdrawal = { zh = "〔怎样撤回同意〕", en = "〔how to take consent back〕" }
complaint = { zh = "〔向谁投诉〕", en = "〔where to complain〕" }
minors = { zh = "〔未满十四周岁怎么办〕", en = "〔what holds for children under 14〕" }
changes = { zh = "〔内容变更时怎样告知〕", en = "〔how changes will be told〕" }

[controller]
name = { zh = "〔公司名称〕", en = "〔name of the company〕" }
contact = { zh = "〔联系方式〕", en = "〔how to reach it〕" }
${SNIPPETS.event}${SNIPPETS.purpose}${SNIPPETS.switch}`
