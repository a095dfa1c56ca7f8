// What the module finds, against what the library found: `node test.mjs <module's folder> <texts> <found>`.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'

const [folder, texts, found] = process.argv.slice(2)
const { initSync, Detector, topics } = await import(pathToFileURL(`${folder}/shouxin_detect_wasm.js`))
initSync({ module: await readFile(`${folder}/shouxin_detect_wasm_bg.wasm`) })

const lines = async (file) => (await readFile(file, 'utf8')).trim().split('\n').map((line) => JSON.parse(line))
const detector = new Detector()
const native = await lines(found)
const documents = await lines(texts)
assert.ok(documents.length > 0 && documents.length === native.length)
let hits = 0
for (const [at, { id, text }] of documents.entries()) {
  const points = (end) => [...text.slice(0, end)].length
  const own = detector.detect(text).map(({ start, end, ...hit }) => ({ start: points(start), end: points(end), ...hit }))
  const spans = native[at].spans.map(({ start_byte, end_byte, ...span }) => span)
  assert.deepEqual(own, spans, id)
  hits += own.length
}

// Offsets are those of JavaScript's strings, beyond the basic plane too.
const text = '👍👍请打13800138000联系我'
const [{ start, end, type }] = detector.detect(text)
assert.deepEqual([text.slice(start, end), type], ['13800138000', 'PHONE'])
assert.equal(detector.redact(text), '👍👍请打[PHONE]联系我')
assert.equal(detector.redact(text, 'mask'), '👍👍请打***********联系我')
assert.throws(() => detector.redact(text, 'hide'), /label, mask and remove/)
assert.deepEqual(new Detector(true).detect('王建国在家'), [])
assert.equal(topics('孩子5岁，发烧')[0].topic, 'health')
console.log(`${documents.length} documents, ${hits} hits: as the library finds them`)
