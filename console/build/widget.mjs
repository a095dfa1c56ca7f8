// Builds <shouxin-consent> to one module under a name that holds its version and a digest of its content, packed
// as the server sends it, with what `GET /api/v1/widget` tells of it. Holds its size to the budget.
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'

const MOST_KB = 8

const folder = new URL('../../widget/', import.meta.url).pathname
const dist = `${folder}dist/`
const { version } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'))

const built = await build({
  configFile: false,
  root: folder,
  logLevel: 'warn',
  build: {
    write: false,
    target: 'es2022',
    modulePreload: { polyfill: false },
    lib: { entry: 'src/index.ts', formats: ['es'] },
    // What a library keeps of its shape nobody reads here.
    rolldownOptions: { output: { minify: true } },
  },
})
const [{ output }] = [built].flat()
if (output.length !== 1) throw new Error(`the widget is one file, not ${output.length}`)
const code = Buffer.from(output[0].code)

const digest = (algorithm, encoding) => createHash(algorithm).update(code).digest(encoding)
const name = `shouxin-consent-${version}-${digest('sha256', 'hex').slice(0, 12)}.js`
const gzip = gzipSync(code, { level: 9 })
const brotli = brotliCompressSync(code, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })

for (const old of readdirSync(dist)) if (old !== '.gitignore') rmSync(dist + old)
writeFileSync(dist + name, code)
writeFileSync(`${dist}${name}.gz`, gzip)
writeFileSync(`${dist}${name}.br`, brotli)
const told = { version, file: name, integrity: `sha384-${digest('sha384', 'base64')}`, size_bytes: code.length }
writeFileSync(`${dist}widget.json`, `${JSON.stringify(told)}\n`)

const size = gzip.length / 1024
console.log(`widget: ${size.toFixed(1)} KB gzip of ${MOST_KB}\n  ${name}\n  ${told.integrity}`)
if (size > MOST_KB) throw new Error('the widget is over its budget')
