// The rows of a file that were refused, cut out of the person's own file in this page: the server keeps no copy
// of it, and no row travels back.

export interface Outcome {
  row: number
  outcome: string
  codes: string[]
  fields: string[]
  messages: string[]
}

/** The outcome file of the server: `row,outcome,code,field,subject,message`. */
export function outcomesOf(csv: string): Outcome[] {
  const parts = (text: string | undefined) => (text ? text.split('; ') : [])
  return cellsOf(csv.replace(/^\ufeff/, ''), ',')
    .slice(1)
    .filter((cells) => cells.length >= 6)
    .map((cells) => ({
      row: Number(cells[0]),
      outcome: cells[1] ?? '',
      codes: parts(cells[2]),
      fields: parts(cells[3]),
      messages: parts(cells[5]),
    }))
}

/** The rows of a CSV text and their cells. */
export function cellsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const end = () => {
    row.push(cell)
    cell = ''
  }
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? ''
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (text[at + 1] === '"') {
        cell += '"'
        at += 1
      } else quoted = false
    } else if (sign === '"' && cell === '') quoted = true
    else if (sign === delimiter) end()
    else if (sign === '\n' || sign === '\r') {
      if (sign === '\r' && text[at + 1] === '\n') at += 1
      end()
      rows.push(row)
      row = []
    } else cell += sign
  }
  if (cell !== '' || row.length > 0) {
    end()
    rows.push(row)
  }
  return rows
}

/** The text of a file in UTF-8, UTF-16 or GB18030, as its bytes have it. */
export function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

export interface Refused {
  row: number
  reason: string
}

/** The refused rows of a CSV text as a CSV of their own: number and reason first, then the row as it was. No
 *  cell of it is run by a spreadsheet. */
export function refusedCsv(
  text: string,
  headerRow: number | null,
  refused: readonly Refused[],
  heads: readonly [row: string, reason: string],
): string {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  const header = headerRow === null ? '' : recordAt(lines, headerRow)
  const delimiter = delimiterOf(header || (lines.find((line) => line.trim() !== '') ?? ''))
  const cells = (record: string) => cellsOf(record, delimiter)[0] ?? []
  const rows = [
    [...heads, ...cells(header)],
    ...refused.map(({ row, reason }) => [String(row), reason, ...cells(recordAt(lines, row))]),
  ]
  const written = rows.map((row) => row.map((cell) => `"${neutral(cell).replaceAll('"', '""')}"`).join(','))
  return `\ufeff${written.join('\r\n')}\r\n`
}

/** The refused lines of an NDJSON text. */
export function refusedLines(text: string, refused: readonly Refused[]): string {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  return refused.map(({ row }) => `${lines[row - 1] ?? ''}\n`).join('')
}

/** The record that begins on this line, from 1: further lines join it while a quotation mark is open. One that
 *  never closes costs its own line only, as the server has it. */
function recordAt(lines: readonly string[], line: number): string {
  const first = lines[line - 1] ?? ''
  let record = first
  for (let at = line; (record.match(/"/g)?.length ?? 0) % 2 === 1; at += 1) {
    const next = lines[at]
    if (next === undefined || at - line > MOST_LINES) return first.replaceAll('"', '')
    record += `\n${next}`
  }
  return record
}

/** The sign that parts the cells of this line: the one that stands there most. */
function delimiterOf(line: string): string {
  const count = (sign: string) => line.split(sign).length
  return [',', ';', '\t', '|', '，'].reduce((best, sign) => (count(sign) > count(best) ? sign : best))
}

/** The cell so that no spreadsheet runs it: the same rule as the server's for files that leave. */
export function neutral(cell: string): string {
  const inner = cell.replace(/^'+/, '')
  const seen = inner.replace(/^[\s\p{Cc}\ufeff\u200b-\u200f\u2060]+/u, '')
  return /^[\t\r\n]/.test(inner) || /^[=+\-@＝＋－＠﹦﹢﹣﹫|｜]/.test(seen) ? `'${cell}` : cell
}

const MOST_LINES = 200
