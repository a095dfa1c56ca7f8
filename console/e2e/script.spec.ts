// Sixty texts that want to run, stored over the API, opened and revealed: they are shown as what they are and
// run nowhere.
import { call, stepUp, write } from './api'
import { as, choosePurpose, expect, test } from './console'

/** What each would do, were it to run: a flag in the page, and a request that nothing else makes. */
const RUN = "window.ran=1;fetch('/canary')"

const TEXTS: readonly string[] = [
  `<script>${RUN}</script>`,
  `<ScRiPt>${RUN}</sCrIpT>`,
  `"><script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `<script src=/canary></script>`,
  `<script src="data:text/javascript,${RUN}"></script>`,
  `<script type=module>import '/canary'</script>`,
  `<<script>${RUN}//<</script>`,
  `<scr<script>ipt>${RUN}</scr</script>ipt>`,
  `<noscript><p title="</noscript><img src=/canary onerror=${RUN}>">`,
  `<img src=/canary onerror="${RUN}">`,
  `<img src=x onerror=${RUN}//`,
  `"><img src=/canary onerror=${RUN}>`,
  `' onmouseover='${RUN}`,
  `" autofocus onfocus="${RUN}`,
  `<body onload="${RUN}">`,
  `<body onpageshow=${RUN}>`,
  `<input autofocus onfocus="${RUN}">`,
  `<select autofocus onfocus=${RUN}><option>x</select>`,
  `<textarea autofocus onfocus=${RUN}></textarea>`,
  `<details open ontoggle="${RUN}">x</details>`,
  `<video src=/canary onerror="${RUN}"></video>`,
  `<audio src=/canary onerror="${RUN}"></audio>`,
  `<video><source onerror="${RUN}"></video>`,
  `<marquee onstart="${RUN}">x</marquee>`,
  `<div style="animation-name:x" onanimationstart="${RUN}">x</div>`,
  `<p oncontentvisibilityautostatechange=${RUN} style=content-visibility:auto>`,
  `<svg onload="${RUN}"></svg>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin="${RUN}" attributeName=x dur=1s></svg>`,
  `<svg><set onbegin=${RUN} attributeName=x to=0></svg>`,
  `<svg><image href=/canary onerror=${RUN}></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id=x onload='${RUN}'/>#x"></svg>`,
  `<svg><foreignObject><iframe src=/canary></iframe></foreignObject></svg>`,
  `<math><mtext><table><mglyph><style><!--</style><img src=/canary onerror="${RUN}">`,
  `<math href="javascript:${RUN}">x</math>`,
  `<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=${RUN} src=/canary>">`,
  `<a href="javascript:${RUN}">x</a>`,
  `javascript:${RUN}`,
  `JaVaScRiPt:${RUN}`,
  `java&#10;script:${RUN}`,
  `&#106;&#97;vascript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  `<iframe src="javascript:${RUN}"></iframe>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `<object data="/canary"></object>`,
  `<embed src="/canary">`,
  `<base href="/canary/">`,
  `<meta http-equiv="refresh" content="0;url=/canary">`,
  `<link rel=stylesheet href=/canary>`,
  `<style>@import '/canary';*{background:url(/canary)}</style>`,
  `<div style="background:url(/canary)">x</div>`,
  `expression(${RUN})`,
  `{{constructor.constructor("${RUN}")()}}`,
  '${' + RUN + '}',
  `<%= ${RUN} %>`,
  `#{${RUN}}`,
  `\\u003cscript\\u003e${RUN}\\u003c/script\\u003e`,
  `＜script＞${RUN}＜/script＞`,
  `<img src=/canary onerror\u3000=${RUN}>\u202e<tpircs>`,
]

/** What a name may hold of it: letters and signs. */
const NAME = "alert(document.cookie), 'x'"

test('sixty texts that want to run are shown as texts and run nowhere', async ({ page }) => {
  test.setTimeout(420_000)
  expect(new Set(TEXTS).size).toBe(60)
  await as(page, 'sysadmin')
  await stepUp(page, 'sysadmin')
  const { subject } = await write(page, 'customer', { name: NAME, mobile: '13812340060', address: TEXTS[0] ?? '' })
  const records: string[] = []
  for (let at = 0; at < TEXTS.length; at += 2) {
    const values = {
      // What is not sealed stands in the page as soon as the record is opened.
      number: `CP-${at} ${TEXTS[at] ?? ''}`.slice(0, 120),
      category: 'other', state: 'received', content: TEXTS[at] ?? '', result: TEXTS[at + 1] ?? '',
    }
    records.push((await write(page, 'complaint', values, subject)).record)
  }

  await page.context().clearCookies()
  await as(page, 'officer')
  await stepUp(page, 'officer')
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  let dialogs = 0
  page.on('dialog', (dialog) => {
    dialogs += 1
    void dialog.dismiss()
  })
  await page.goto(`/console/records/${subject}`)
  // The purpose whose clear reads of a day are enough.
  await choosePurpose(page, '个人信息权利请求答复')
  await expect(page.locator('.card-name').filter({ hasText: `CP-0 ${TEXTS[0]}` })).toBeVisible()

  for (const [at, text] of TEXTS.entries()) {
    const card = page.locator(`.card[data-record="${records[Math.floor(at / 2)]}"]`)
    const field = card.locator(`[data-field="complaint.${at % 2 === 0 ? 'content' : 'result'}"]`)
    if ((await card.getAttribute('open')) === null) await card.locator('summary').click()
    await field.getByRole('button', { name: /申请查看/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('调查客户的投诉').check()
    await dialog.getByRole('button', { name: '查看 60 秒' }).click()
    await expect(field.locator('.lent-value')).toBeVisible()
    // As it was written, without what nobody sees.
    const shown = await field.locator('.lent-value').evaluate((element) => element.textContent)
    expect(shown).toBe(text.replace(/\u202e/g, ''))
    await expect(dialog).toHaveCount(0)
  }

  const made = await page.evaluate(() => {
    const all = [...document.querySelectorAll('*')]
    const attributes = all.flatMap((element) => [...element.attributes])
    return {
      ran: (window as unknown as { ran?: number }).ran ?? null,
      handlers: attributes.filter(({ name }) => name.startsWith('on')).length,
      scripts: attributes.filter(({ value }) => /^\s*javascript:/i.test(value)).length,
      strange: document.querySelectorAll(
        'main :is(script, iframe, object, embed, base, meta, link, style, math, img, video, audio, marquee, form)',
      ).length,
    }
  })
  expect(made).toEqual({ ran: null, handlers: 0, scripts: 0, strange: 0 })
  expect(asked.filter((url) => url.includes('canary'))).toEqual([])
  expect(dialogs).toBe(0)
  // That a request to it would have been heard.
  await page.evaluate(() => fetch('/canary').catch(() => null))
  expect(asked.filter((url) => url.includes('canary'))).toHaveLength(1)
  expect((await call(page, 'GET', '/api/v1/me')).status).toBe(200)
})
