// The words of consent, its audiences and downstream systems: they come with the screens that use them, for the
// first route carries enough.
import { useAppearance } from '.'
import { consenting as en } from './en/consenting'
import { consenting as zh } from './zh/consenting'

export type Consenting = typeof zh

const WORDS: Record<'zh' | 'en', Consenting> = { zh, en }

/** These words in the language of the page. */
export const useConsenting = (): Consenting => WORDS[useAppearance().language]
