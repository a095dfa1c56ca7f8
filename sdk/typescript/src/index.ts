export { consentElement, onConsent, type ConsentElement, type ConsentState } from './browser'
export { followChanges, type Following, type Page } from './changes'
export {
  Client,
  type Call,
  type ConsentRequest,
  type ConsentSession,
  type Settings,
  type TakenDown,
  type Widget,
} from './client'
export { Problem, type ProblemBody } from './problem'
export { NotAuthentic, verifyWebhook, type Headers, type Message } from './webhook'
export type { components, operations, paths } from './generated/api'
