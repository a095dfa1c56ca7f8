// The notices that the demo begins with, as a page asks them.
import { type Browser, expect, type Page } from '@playwright/test'
import { call, done } from './api'
import { as } from './console'
import { become } from './office'

const SHOUXIN = process.env.SHOUXIN_URL ?? 'http://127.0.0.1:8080'

/** Asks about one purpose that is part of "agree to all". */
export const NOTICE = 'marketing'

/** Asks about one that needs a consent of its own; `partner` lets it give data to somebody else. */
export const RESCUE = 'rescue'

export interface Asked {
  name: string
  title: string
  sensitive: boolean
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

/** Publishes the rescue notice with a partner who gets the data, proposed by one and approved by another. */
export async function partner(browser: Browser) {
  if ((await asked(RESCUE)).share) return
  const page = await browser.newPage({ baseURL: SHOUXIN })
  await as(page, 'officer')
  const { body } = await call(page, 'GET', `/api/v1/notices/${RESCUE}`)
  const purpose = 'name = "roadside-rescue"\n'
  const notice = body.source.replace(purpose, `${purpose}recipients = ["partner"]\n`) + PARTNER
  const proposal = { notice, reason: '新的救援公司' }
  const { approval, digest } = await post(page, 'officer', '/api/v1/notices/proposals', proposal)
  await become(page, 'deputy')
  const decision = { decision: 'approve', digest }
  await done(page, 'deputy', 'PUT', `/api/v1/approvals/${approval}/decision`, decision)
  await become(page, 'officer')
  await post(page, 'officer', '/api/v1/notices/versions', { notice, approval })
  await page.close()
}

const post = (page: Page, login: string, path: string, body: unknown) => done(page, login, 'POST', path, body)
