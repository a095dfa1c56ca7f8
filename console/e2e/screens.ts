// Every screen, and a persona that has it: pictures are taken of them, and each is examined in both themes.
import type { Page } from '@playwright/test'
import { openRecord } from './console'
import { sendCrm } from './discovery'
import { makeSaid, SAID } from './said'

export interface Screen {
  /** The name of its pictures. */
  name: string
  /** The login of the persona. */
  as: string
  /** Where it is: an address below `/console`, or how one gets there. */
  at: string | ((page: Page) => Promise<unknown>)
  /** What is opened there, once it is in the language of the picture. */
  then?: (page: Page) => Promise<unknown>
}

export const SCREENS: readonly Screen[] = [
  { name: 'today', as: 'officer', at: '/today' },
  { name: 'today-admin', as: 'sysadmin', at: '/today' },
  { name: 'records', as: 'adviser', at: '/records' },
  { name: 'record', as: 'adviser', at: openRecord },
  { name: 'record-unknown', as: 'adviser', at: '/records/sub_06fs8k0000000000000000000g' },
  { name: 'explain', as: 'adviser', at: explainField },
  { name: 'explain-unknown', as: 'adviser', at: '/explain?read=rd_1' },
  { name: 'register', as: 'officer', at: '/register' },
  { name: 'alarms', as: 'officer', at: '/alarms' },
  { name: 'ledger', as: 'auditadmin', at: '/ledger' },
  { name: 'account', as: 'adviser', at: '/account' },
  { name: 'people', as: 'secadmin', at: '/people' },
  { name: 'people-one', as: 'secadmin', at: openAccount },
  { name: 'devices', as: 'secadmin', at: '/people?view=devices' },
  { name: 'api-keys', as: 'secadmin', at: '/api-keys' },
  { name: 'approvals', as: 'deputy', at: '/approvals' },
  { name: 'approvals-past', as: 'officer', at: '/approvals?view=past' },
  { name: 'grants', as: 'officer', at: '/approvals?view=grants' },
  { name: 'keys', as: 'sysadmin', at: '/keys' },
  { name: 'quotas', as: 'adviser', at: '/quotas' },
  { name: 'quotas-all', as: 'secadmin', at: '/quotas' },
  { name: 'policies', as: 'secadmin', at: '/policies' },
  { name: 'policies-read', as: 'auditadmin', at: '/policies' },
  { name: 'import', as: 'sysadmin', at: '/import' },
  { name: 'guide', as: 'sysadmin', at: '/guide' },
  { name: 'lost', as: 'adviser', at: '/nowhere' },
  { name: 'map', as: 'officer', at: '/map' },
  { name: 'map-history', as: 'officer', at: '/map/history' },
  { name: 'map-propose', as: 'secadmin', at: '/map/propose' },
  { name: 'consents', as: 'officer', at: '/consents' },
  { name: 'consents-purpose', as: 'auditadmin', at: '/consents?purpose=marketing-contact&show=said&range=90' },
  { name: 'downstreams', as: 'sysadmin', at: '/downstreams' },
  { name: 'audiences', as: 'officer', at: '/audiences' },
  { name: 'notices', as: 'officer', at: '/notices' },
  { name: 'notices-read', as: 'adviser', at: '/notices' },
  { name: 'notice', as: 'adviser', at: '/notices/rescue' },
  { name: 'notice-unknown', as: 'officer', at: '/notices/nothing' },
  { name: 'notice-edit', as: 'officer', at: '/notices/marketing/edit' },
  { name: 'notice-new', as: 'officer', at: '/notices/loyalty-club/edit' },
  { name: 'discovery', as: 'officer', at: openDiscovery },
  { name: 'discovery-read', as: 'auditadmin', at: '/discovery?state=any' },
  { name: 'discovery-one', as: 'officer', at: openDiscovery, then: openFinding },
  { name: 'quality', as: 'officer', at: '/quality' },
  { name: 'said', as: 'officer', at: openSaid, then: openPurpose },
  { name: 'said-history', as: 'officer', at: openSaid, then: openHistory },
  { name: 'said-enter', as: 'officer', at: openSaid, then: openEnter },
  { name: 'said-counter', as: 'adviser', at: openRecord, then: openCounter },
]

/** The first account that the list has. */
async function openAccount(page: Page) {
  await page.goto('/console/people')
  await page.getByRole('table').getByRole('button').first().click()
  await page.getByRole('dialog').waitFor()
}

/** The way from a masked field to the decision about it. */
async function explainField(page: Page) {
  await openRecord(page)
  await page.locator('[data-field="customer.mobile"]').getByRole('button', { name: /为什么/ }).click()
  await page.getByRole('link', { name: '查看完整的阶梯' }).click()
  await page.locator('.ladder').first().waitFor()
}

async function openDiscovery(page: Page) {
  await sendCrm(page)
  await page.goto('/console/discovery?source=crm-db')
}

async function openFinding(page: Page) {
  await page.getByRole('table').last().getByRole('button').first().click()
  await page.getByRole('dialog').waitFor()
}

/** A customer who said several things, opened by the officer. */
async function openSaid(page: Page) {
  const subject = await makeSaid(page)
  await page.goto(`/console/records/${subject}`)
}

/** Opens the purpose that most was said about. */
async function openPurpose(page: Page) {
  await page.locator(`${SAID} button`).first().click()
  await page.locator('.said-words').waitFor()
}

async function openHistory(page: Page) {
  await openPurpose(page)
  await page.locator('.said-foot .said-tools button').first().click()
  await page.locator('.said-events').waitFor()
}

async function openEnter(page: Page) {
  await openPurpose(page)
  await page.locator('.said-foot .said-tools button').last().click()
  await page.getByRole('dialog').waitFor()
}

async function openCounter(page: Page) {
  await page.locator('.panel-extra .said-tools button').first().click()
  await page.getByRole('dialog').locator('[type=submit]').click()
  await page.locator('.said-qr').waitFor()
}

/** Opens a screen in this theme and language, in a page where its persona is signed in; gives its address. */
export async function show(page: Page, screen: Screen, theme: 'light' | 'dark', language: 'zh' | 'en'): Promise<string> {
  // In Chinese first: the ways to a screen are written in it.
  await choose(page, theme, 'zh')
  if (typeof screen.at === 'string') await page.goto(`/console${screen.at}`)
  else await screen.at(page)
  const address = page.url()
  if (language === 'zh') await settle(page, screen)
  else await showAgain(page, screen, address, theme, language)
  return address
}

/** Opens a screen that was shown before in another theme and language. */
export async function showAgain(page: Page, screen: Screen, address: string, theme: 'light' | 'dark', language: 'zh' | 'en') {
  await choose(page, theme, language)
  if (page.url() === address) await page.reload()
  else await page.goto(address)
  await settle(page, screen)
}

async function settle(page: Page, { then }: Screen) {
  await page.getByRole('main').waitFor()
  await page.waitForLoadState('networkidle')
  await then?.(page)
}

export const choose = (page: Page, theme: string, language: string) =>
  page.evaluate(
    ([theme, language]) => {
      localStorage.setItem('shouxin.theme', theme ?? '')
      localStorage.setItem('shouxin.language', language ?? '')
    },
    [theme, language],
  )
