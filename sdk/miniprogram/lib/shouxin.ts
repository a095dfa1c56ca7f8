// The consent API for a mini-program: the same two calls as the widget's.
import { settings } from './settings'

export interface Purpose {
  name: string
  title: string
  text: string
  fields: string[]
  recipients: string[]
  kept: string
  sensitive: boolean
  in_all: boolean
  share: boolean
}

export interface Config {
  notice: string
  version: number
  title: string
  page: string
  token: string
  purposes: Purpose[]
  ask: boolean
  said?: { on: string[]; off: string[] }
}

export interface Receipt {
  receipt: string
  on: string[]
  off: string[]
  visitor?: string
}

export interface Choice {
  on: string[]
  off: string[]
  all: boolean
}

const MOST_MILLIS = 10_000
const KEY = 'shouxin-consent'

/** Who is asked: the customer whom your server named, or this installation. */
function named(session?: string): { session?: string; visitor?: string } {
  const visitor = wx.getStorageSync(KEY)
  if (session) return { session }
  return typeof visitor === 'string' && visitor ? { visitor } : {}
}

/** What to ask; fails if the server cannot be reached. */
export function configuration(session?: string): Promise<Config> {
  const { session: token, visitor } = named(session)
  const who = token ?? visitor
  const path = `${encodeURIComponent(settings.notice)}/config?language=${settings.language}`
  return ask<Config>('GET', path, who ? { 'Shouxin-Visitor': who } : {})
}

/** Takes a choice down; fails unless the server gave its receipt. */
export async function say(token: string, choice: Choice, session?: string): Promise<Receipt> {
  const body = { token, ...choice, gpc: false, through: 'mini-program', ...named(session) }
  const receipt = await ask<Receipt>('POST', 'consents', { 'Content-Type': 'application/json' }, body)
  if (receipt.visitor) wx.setStorageSync(KEY, receipt.visitor)
  return receipt
}

function ask<T>(method: 'GET' | 'POST', path: string, header: Record<string, string>, data?: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    wx.request({
      url: `${settings.server}/widget/v1/${path}`,
      method,
      header: { ...header, 'Accept-Language': settings.language },
      timeout: MOST_MILLIS,
      ...(data === undefined ? {} : { data }),
      success: ({ statusCode, data }) => {
        if (statusCode === 200) resolve(data as T)
        else reject(new Error(`${statusCode}`))
      },
      fail: () => reject(new Error('away')),
    })
  })
}

/**
 * The host's own privacy check, which comes before anything of ours: resolves once the person has agreed to the
 * mini-program's privacy contract, rejects if that cannot be found out. `show` is told to show the host's button.
 */
export function hostPrivacy(show: (answer: (agreed: boolean) => void) => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    wx.onNeedPrivacyAuthorization((answer) => {
      show((agreed) => {
        answer(agreed ? { event: 'agree', buttonId: 'agree' } : { event: 'disagree' })
        resolve(agreed)
      })
    })
    wx.getPrivacySetting({
      success: ({ needAuthorization }) => {
        if (!needAuthorization) resolve(true)
        else show(resolve)
      },
      fail: () => reject(new Error('privacy')),
    })
  })
}
