// The words of checks of quality: they come with the screens that use them.
import { useAppearance } from '.'
import { quality as en } from './en/quality'
import { quality as zh } from './zh/quality'

export type Qualifying = typeof zh

const WORDS: Record<'zh' | 'en', Qualifying> = { zh, en }

/** These words in the language of the page. */
export const useQualifying = (): Qualifying => WORDS[useAppearance().language]
