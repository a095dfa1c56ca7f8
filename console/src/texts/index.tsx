// Language and theme: chosen before signing in, kept in this browser, nothing else is.
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react'
import { setLanguage } from '../api/client'
import type { Text } from '../api/register'
import { en } from './en'
import { type Texts, zh } from './zh'

export type Language = 'zh' | 'en'

interface Appearance {
  language: Language
  texts: Texts
  dark: boolean
  /** A text that the register declares in both languages. */
  pick: (text: Text) => string
  /** A moment of the API as people read it, to the minute. */
  moment: (at: string) => string
  toggleLanguage: () => void
  toggleTheme: () => void
}

const Context = createContext<Appearance | null>(null)

export function AppearanceProvider({ children }: { children: ReactNode }) {
  const [language, putLanguage] = useState<Language>(firstLanguage)
  const [dark, setDark] = useState(firstDark)
  const texts = language === 'zh' ? zh : en
  // Before any child asks the server.
  setLanguage(texts.languageTag)

  useEffect(() => {
    document.documentElement.lang = texts.languageTag
    document.documentElement.dataset.theme = dark ? 'dark' : 'light'
    document.title = texts.productLong
  }, [texts, dark])

  const value = useMemo<Appearance>(() => {
    const shape = new Intl.DateTimeFormat(texts.languageTag, { dateStyle: 'medium', timeStyle: 'short' })
    return {
      language,
      texts,
      dark,
      pick: (text) => text[language],
      moment: (at) => shape.format(new Date(at)),
      toggleLanguage: () => {
        const next = language === 'zh' ? 'en' : 'zh'
        keep('language', next)
        putLanguage(next)
      },
      toggleTheme: () => {
        keep('theme', dark ? 'light' : 'dark')
        setDark(!dark)
      },
    }
  }, [language, texts, dark])
  return <Context value={value}>{children}</Context>
}

export function useAppearance(): Appearance {
  const value = use(Context)
  if (!value) throw new Error('AppearanceProvider is missing')
  return value
}

const kept = (name: string) => localStorage.getItem(`shouxin.${name}`)
const keep = (name: string, value: string) => localStorage.setItem(`shouxin.${name}`, value)

function firstLanguage(): Language {
  const chosen = kept('language')
  if (chosen === 'zh' || chosen === 'en') return chosen
  return navigator.language.startsWith('en') ? 'en' : 'zh'
}

function firstDark(): boolean {
  const chosen = kept('theme')
  return chosen ? chosen === 'dark' : window.matchMedia('(prefers-color-scheme: dark)').matches
}
