// The words of what scans found: they come with the screens that use them, for the first route carries enough.
import { useAppearance } from '.'
import { discovery as en } from './en/discovery'
import { discovery as zh } from './zh/discovery'

export type Discovering = typeof zh

const WORDS: Record<'zh' | 'en', Discovering> = { zh, en }

/** These words in the language of the page. */
export const useDiscovering = (): Discovering => WORDS[useAppearance().language]
