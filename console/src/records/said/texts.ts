// The texts of this folder. They come with the record, not with the first screen.
import { useAppearance } from '../../texts'
import { said as en } from '../../texts/en/said'
import { said as zh } from '../../texts/zh/said'

export const useSaid = (): typeof zh => (useAppearance().language === 'zh' ? zh : en)
