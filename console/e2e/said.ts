// A customer who said several things about one purpose, and is nobody else's in these tests.
import type { Page } from '@playwright/test'
import { call, done, write } from './api'
import { become } from './office'

/** The row of the purpose that most was said about. */
export const SAID = '[data-purpose="marketing-contact"]'

/** A page of a signed form: a PNG of one pixel. */
export const FORM =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Makes one, and leaves the officer at the page; gives the subject. */
export async function makeSaid(page: Page): Promise<string> {
  await become(page, 'sysadmin')
  const mobile = `139${String(Date.now()).slice(-8)}`
  const { subject } = await write(page, 'customer', { name: '测试人', mobile, address: '上海市浦东新区测试路1号' })
  await become(page, 'officer')
  const { snapshot } = (await call(page, 'GET', '/notices/marketing')).body as { snapshot: string }
  const rescue = (await call(page, 'GET', '/notices/rescue')).body as { snapshot: string }
  const hour = new Date(Date.now() + 3_600_000).toISOString()
  await say(page, subject, [
    { purpose: 'marketing-contact', state: 'given', form: 'general', snapshot, through: 'counter', place: 'sh-01' },
    { purpose: 'marketing-contact', state: 'refused', form: 'general', channel: 'phone', through: 'call-centre', place: 'recording-0042' },
    { purpose: 'marketing-contact', state: 'refused', form: 'general', part: 'customer.date_of_birth', through: 'paper' },
    { purpose: 'roadside-rescue', state: 'given', form: 'once', snapshot: rescue.snapshot, expires_at: hour, through: 'call-centre', place: 'recording-0043' },
  ])
  return subject
}

export const say = (page: Page, subject: string, consents: unknown[]) =>
  done(page, 'officer', 'POST', `/api/v1/subjects/${subject}/consents`, { consents })
