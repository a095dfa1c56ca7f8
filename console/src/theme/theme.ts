// The seeds of `seeds.json` as antd's theme: the same that `build/css.mjs` writes the styles with.
import { type ThemeConfig, theme } from 'antd'
import seeds from './seeds.json'

export function themeOf(dark: boolean, still: boolean): ThemeConfig {
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: { ...seeds.shared, ...(dark ? seeds.dark : seeds.light), motion: !still },
    components: seeds.components,
    hashed: false,
    zeroRuntime: true,
    cssVar: { key: dark ? 'sx-d' : 'sx-l' },
  }
}
