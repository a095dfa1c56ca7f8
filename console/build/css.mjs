// Writes antd's styles as a file, for both themes: with `zeroRuntime` the page makes none itself, so that
// the content policy can refuse inline styles.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extractStyle } from '@ant-design/static-style-extract'
import { ConfigProvider, theme } from 'antd'
import { createElement } from 'react'
import { components } from './components.mjs'

const seeds = JSON.parse(readFileSync(new URL('../src/theme/seeds.json', import.meta.url), 'utf8'))

function styles(dark) {
  const key = dark ? 'sx-d' : 'sx-l'
  const config = {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: { ...seeds.shared, ...(dark ? seeds.dark : seeds.light) },
    components: seeds.components,
    hashed: false,
    zeroRuntime: false,
    cssVar: { key },
  }
  const page = (node) => createElement(ConfigProvider, { theme: config }, node)
  const found = extractStyle({ includes: components, customTheme: page })
  return found.replace(/<\/?style[^>]*>/g, '\n')
}

// The rules are the same in both; only the variables differ, and stand under the theme's own key.
function variables(css, key) {
  const rules = []
  let depth = 0
  let start = 0
  for (let at = 0; at < css.length; at += 1) {
    if (css[at] === '{') depth += 1
    if (css[at] !== '}') continue
    depth -= 1
    if (depth === 0) {
      const rule = css.slice(start, at + 1)
      if (rule.includes(`.${key}`)) rules.push(rule)
      start = at + 1
    }
  }
  return rules.join('')
}

const light = styles(false)
const dark = variables(styles(true), 'sx-d')
if (dark === '') throw new Error('the dark theme has no variables: has the name of its key changed?')
const folder = new URL('../src/generated/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('antd.css', folder), light + dark)
console.log(`antd.css: ${Math.round((light.length + dark.length) / 1024)} KB for ${components.length} components`)
