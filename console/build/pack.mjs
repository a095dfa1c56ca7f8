// Packs each built file as brotli and gzip beside itself, then holds the sizes to the budget: what the first
// screen needs, and each screen that is loaded later.
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const FIRST_KB = 420
const LATER_KB = 80

const dist = new URL('../dist/', import.meta.url).pathname
const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'))
rmSync(join(dist, 'manifest.json'))

const gzipped = new Map()
for (const name of readdirSync(dist, { recursive: true })) {
  const path = join(dist, name)
  if (!statSync(path).isFile() || name.startsWith('.')) continue
  const plain = readFileSync(path)
  const brotli = brotliCompressSync(plain, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
  })
  const gzip = gzipSync(plain, { level: 9 })
  gzipped.set(name, gzip.length)
  if (brotli.length < plain.length) writeFileSync(`${path}.br`, brotli)
  if (gzip.length < plain.length) writeFileSync(`${path}.gz`, gzip)
}

function needs(key, found = new Set()) {
  const chunk = manifest[key]
  if (found.has(chunk.file)) return found
  found.add(chunk.file)
  for (const css of chunk.css ?? []) found.add(css)
  for (const other of chunk.imports ?? []) needs(other, found)
  return found
}
const kb = (files) => [...files].reduce((sum, file) => sum + (gzipped.get(file) ?? 0), 0) / 1024

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry)
const first = needs(entry)
const over = []
function hold(what, files, most) {
  const size = kb(files)
  console.log(`${what}: ${size.toFixed(1)} KB gzip of ${most}`)
  if (size > most) over.push(what)
}
hold('first route', first, FIRST_KB)
for (const key of Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry)) {
  hold(key, [...needs(key)].filter((file) => !first.has(file)), LATER_KB)
}
if (over.length > 0) throw new Error(`over the budget: ${over.join(', ')}`)
