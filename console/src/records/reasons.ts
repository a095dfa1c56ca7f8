// Which reasons fit a look: fixed lists, by the state and kind of the case in hand. What the register of a
// deployment calls otherwise has the general ones.
import type { Purpose } from '../api/register'
import type { Texts } from '../texts/zh'
import type { Matter } from './rows'

export type ReasonKey = keyof Texts['reveal']['reasons'] | keyof Texts['dossier']['reasons']

type Fits = (matter: Matter | null, purpose: Purpose) => boolean

const state =
  (...states: string[]): Fits =>
  (matter) =>
    matter?.state !== undefined && states.includes(matter.state)
const kind =
  (...kinds: string[]): Fits =>
  (matter) =>
    matter?.kind !== undefined && kinds.includes(matter.kind)
const covers =
  (collection: string): Fits =>
  (_, purpose) =>
    purpose.fields.some((field) => field.startsWith(`${collection}.`))
const isRepair: Fits = (matter) => matter?.collection === 'work_order'
const noCase: Fits = (matter) => matter === null

/** In the order in which they are offered; what fits most of all first. */
const REASONS: readonly (readonly [ReasonKey, Fits])[] = [
  ['rescue', (...at) => kind('rescue')(...at) || covers('rescue')(...at)],
  ['parts', state('waiting-parts')],
  ['collect', (...at) => isRepair(...at) && state('completed')(...at)],
  ['parcel', state('accepted', 'sorting', 'in-transit', 'out-for-delivery')],
  ['contact', (matter) => matter?.open === true],
  ['identity', () => true],
  ['delivery', (...at) => isRepair(...at) && state('booked', 'completed')(...at)],
  ['verify', kind('warranty', 'recall', 'accident', 'refund')],
  ['settlement', (...at) => noCase(...at) || state('completed')(...at)],
  ['complaint', (...at) => covers('complaint')(...at) || kind('complaint')(...at)],
  ['request', (matter, purpose) => noCase(matter, purpose) || purpose.condition === 'none'],
  ['other', () => true],
]

/** The reasons that fit, always with one's own words at the end. */
export const reasonsFor = (matter: Matter | null, purpose: Purpose): ReasonKey[] =>
  REASONS.filter(([, fits]) => fits(matter, purpose)).map(([key]) => key)

/** A reason in the words of the language. */
export const reasonText = (texts: Texts, key: ReasonKey): string =>
  ({ ...texts.reveal.reasons, ...texts.dossier.reasons })[key]
