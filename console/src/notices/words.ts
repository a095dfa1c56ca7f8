// The words of the notices' screens: loaded with the screens, not with the first one.
import { useAppearance } from '../texts'
import { notices as en } from '../texts/en/notices'
import { notices as zh } from '../texts/zh/notices'

export type Words = typeof zh

export function useWords(): Words {
  return useAppearance().language === 'zh' ? zh : en
}
