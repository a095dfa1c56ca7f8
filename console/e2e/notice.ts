// The notices that the demo begins with, as a page asks them.
import { type Browser, expect, type Page } from '@playwright/test'
import { call, done } from './api'
import { become } from './office'

const SHOUXIN = process.env.SHOUXIN_URL ?? 'http://127.0.0.1:8080'

/** Asks about one purpose; `prepare` lets "agree to all" turn it on. */
export const NOTICE = 'marketing'

/** Asks about one that needs a consent of its own; `prepare` lets it give data to somebody else. */
export const RESCUE = 'rescue'

export interface Asked {
  name: string
  title: string
  sensitive: boolean
  in_all: boolean
  share: boolean
}

/** The one purpose that a notice asks about. */
export async function asked(notice: string): Promise<Asked> {
  const answer = await fetch(`${SHOUXIN}/widget/v1/${notice}/config?language=zh`)
  const { purposes } = await answer.json()
  expect(purposes, notice).toHaveLength(1)
  return purposes[0]
}

const PARTNER = `
[[recipient]]
name = "partner"
kind = "controller"
title = { zh = "示例道路救援公司", en = "Example Roadside Help" }
contact = { zh = "邮箱 partner@example.com", en = "mail partner@example.com" }
text = { zh = "它派出救援车,找到您和您的车。", en = "It sends the rescue car and finds you and your car." }
`

/** Publishes both anew, unless that was done: proposed by one, approved by another. */
export async function prepare(browser: Browser) {
  const page = await browser.newPage({ baseURL: SHOUXIN, viewport: { width: 1440, height: 900 } })
  if (!(await asked(NOTICE)).in_all) {
    const purposes = 'purposes = ["marketing-contact"]\n'
    await publish(page, NOTICE, (text) => text.replace(purposes, `${purposes}in_all = true\n`))
  }
  if (!(await asked(RESCUE)).share) {
    const purpose = 'name = "roadside-rescue"\n'
    await publish(page, RESCUE, (text) => text.replace(purpose, `${purpose}recipients = ["partner"]\n`) + PARTNER)
  }
  await page.close()
}

async function publish(page: Page, name: string, change: (text: string) => string) {
  await become(page, 'officer')
  const { body } = await call(page, 'GET', `/api/v1/notices/${name}`)
  const notice = change(body.source)
  const { approval, digest } = await post(page, 'officer', '/api/v1/notices/proposals', { notice, reason: '试用' })
  await become(page, 'deputy')
  const decision = { decision: 'approve', digest }
  await done(page, 'deputy', 'PUT', `/api/v1/approvals/${approval}/decision`, decision)
  await become(page, 'officer')
  await post(page, 'officer', '/api/v1/notices/versions', { notice, approval })
}

const post = (page: Page, login: string, path: string, body: unknown) => done(page, login, 'POST', path, body)
