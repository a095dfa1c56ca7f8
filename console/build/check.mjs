// What no compiler checks: each antd component in use is in the static style sheet, and nothing listed is
// unused.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { components, unstyled } from './components.mjs'

const root = new URL('../src/', import.meta.url).pathname
const used = new Set()
for (const name of readdirSync(root, { recursive: true })) {
  if (!/\.tsx?$/.test(name)) continue
  const text = readFileSync(join(root, name), 'utf8')
  for (const [, names] of text.matchAll(/import\s+(?:type\s+)?\{([^}]*)\}\s+from\s+'antd'/g)) {
    for (const item of names.split(',')) {
      const plain = item.trim().replace(/^type\s+/, '').split(/\s+as\s+/)[0]
      if (plain) used.add(plain)
    }
  }
  if (/from\s+'antd\/(?!locale\/)/.test(text)) throw new Error(`${name}: import from 'antd' itself`)
}
const missing = [...used].filter((name) => !components.includes(name) && !unstyled.includes(name))
const idle = components.filter((name) => !used.has(name))
if (missing.length > 0) throw new Error(`not in build/components.mjs, so without style: ${missing.join(', ')}`)
if (idle.length > 0) throw new Error(`in build/components.mjs and used nowhere: ${idle.join(', ')}`)
console.log(`${used.size} imports from antd, each with its styles`)
