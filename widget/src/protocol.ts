// What the widget and the server say to each other.

/** A purpose that rests on consent, as the notice in force tells it. */
export interface Purpose {
  name: string
  title: string
  text: string
  /** Titles of the fields that it needs. */
  fields: string[]
  recipients: string[]
  kept: string
  sensitive: boolean
  /** Whether "agree to all" may turn it on. */
  in_all: boolean
  /** Gives data to others: stays off while the browser sends Global Privacy Control. */
  share: boolean
}

/** What a visitor said before. */
export interface Said {
  on: string[]
  off: string[]
}

export interface Config {
  notice: string
  version: number
  hash: string
  title: string
  /** The address of the whole notice, from the server's root. */
  page: string
  /** Proves to the server which notice was shown; goes back with the answer. */
  token: string
  purposes: Purpose[]
  /** Whether this visitor may be asked now. */
  ask: boolean
  /** From when on somebody who refused this version may be asked again. */
  again_from?: string
  /** Nothing, if the server does not know this visitor. */
  said?: Said
  /** Whether the request carried `Sec-GPC: 1`. */
  gpc: boolean
}

/** What the person chose. */
export interface Choice {
  on: string[]
  off: string[]
  /** By one of the two buttons for all. */
  all: boolean
}

export interface Receipt extends Said {
  receipt: string
  at: string
  entry: number
  version: number
  gpc: boolean
  /** Names this browser from now on, where the person is not signed in with the host. */
  visitor?: string
}

/** Who is asked: somebody whom the host knows, or this browser. */
export interface Who {
  session?: string | undefined
  visitor?: string | undefined
}

/** Where the server is, and which notice it is asked for. */
export interface Place {
  server: string
  notice: string
  language: 'zh' | 'en'
  through: string
}

/** The server answered, and not as asked. */
export class Refused extends Error {
  constructor(readonly status: number) {
    super(`${status}`)
  }
}

const MOST_MILLIS = 10_000

/** The notice in force; throws if the server cannot be reached or refuses. */
export function config(place: Place, who: Who): Promise<Config> {
  const token = who.session ?? who.visitor
  const path = `${encodeURIComponent(place.notice)}/config?language=${place.language}`
  return asked(place, path, token ? { headers: { 'Shouxin-Visitor': token } } : {})
}

/** Takes the choice down; throws unless the server gave its receipt. */
export function say(place: Place, token: string, choice: Choice, gpc: boolean, who: Who): Promise<Receipt> {
  const named = who.session ? { session: who.session } : who.visitor ? { visitor: who.visitor } : {}
  const body = JSON.stringify({ token, ...choice, gpc, through: place.through, ...named })
  return asked(place, 'consents', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
}

async function asked<T>(place: Place, path: string, request: RequestInit): Promise<T> {
  const answer = await fetch(`${place.server}/widget/v1/${path}`, {
    ...request,
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(MOST_MILLIS),
  })
  if (!answer.ok) throw new Refused(answer.status)
  return answer.json()
}
