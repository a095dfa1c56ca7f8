// What differs between two texts, line by line.

export interface Line {
  sign: ' ' | '+' | '-'
  text: string
  /** Its number in the newer text, in the older one where it is gone; from 1. */
  number: number
}

/** Every line of both texts in order: those gone, those new, those that stayed. */
export function diff(older: string, newer: string): Line[] {
  const [from, to] = [older.split('\n'), newer.split('\n')]
  let head = 0
  while (head < from.length && head < to.length && from[head] === to[head]) head += 1
  let tail = 0
  while (
    tail < from.length - head &&
    tail < to.length - head &&
    from[from.length - 1 - tail] === to[to.length - 1 - tail]
  ) {
    tail += 1
  }
  const stay = (text: string, at: number): Line => ({ sign: ' ', text, number: at + 1 })
  return [
    ...to.slice(0, head).map(stay),
    ...middle(from.slice(head, from.length - tail), to.slice(head, to.length - tail), head),
    ...to.slice(to.length - tail).map((text, at) => stay(text, to.length - tail + at)),
  ]
}

/** The longest common run of lines stays; beyond a size where that takes long, all is replaced. */
function middle(from: readonly string[], to: readonly string[], head: number): Line[] {
  const gone = (at: number): Line => ({ sign: '-', text: from[at] ?? '', number: head + at + 1 })
  const come = (at: number): Line => ({ sign: '+', text: to[at] ?? '', number: head + at + 1 })
  if (from.length * to.length > MOST_CELLS) return [...from.map((_, at) => gone(at)), ...to.map((_, at) => come(at))]
  const width = to.length + 1
  const longest = new Uint32Array((from.length + 1) * width)
  const cell = (a: number, b: number) => longest[a * width + b] ?? 0
  for (let a = from.length - 1; a >= 0; a -= 1) {
    for (let b = to.length - 1; b >= 0; b -= 1) {
      longest[a * width + b] = from[a] === to[b] ? cell(a + 1, b + 1) + 1 : Math.max(cell(a + 1, b), cell(a, b + 1))
    }
  }
  const lines: Line[] = []
  let [a, b] = [0, 0]
  while (a < from.length || b < to.length) {
    if (a < from.length && b < to.length && from[a] === to[b]) {
      lines.push({ sign: ' ', text: to[b] ?? '', number: head + b + 1 })
      a += 1
      b += 1
    } else if (b >= to.length || (a < from.length && cell(a + 1, b) >= cell(a, b + 1))) {
      lines.push(gone(a))
      a += 1
    } else {
      lines.push(come(b))
      b += 1
    }
  }
  return lines
}

/** The changed lines with a few around them; each piece begins where lines were left out. */
export function pieces(lines: readonly Line[], around = 3): Line[][] {
  const found: Line[][] = []
  let last = Number.NEGATIVE_INFINITY
  lines.forEach((line, at) => {
    const near = lines.slice(Math.max(0, at - around), at + around + 1).some(({ sign }) => sign !== ' ')
    if (!near) return
    if (at !== last + 1) found.push([])
    found[found.length - 1]?.push(line)
    last = at
  })
  return found
}

const MOST_CELLS = 4_000_000
