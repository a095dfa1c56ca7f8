// Which kinds of field a full number can be. Only its shape is looked at; the server checks the rest.

const SHAPES: readonly (readonly [kind: string, shape: RegExp])[] = [
  ['mobile', /^1[3-9]\d{9}$/],
  ['vin', /^[A-HJ-NPR-Z0-9]{17}$/],
  ['plate', /^\p{Script=Han}[A-Z][A-Z0-9]{5,6}$/u],
  ['waybill', /^[A-Z]{2}\d{10,15}$|^\d{12,15}$/],
  ['landline', /^0\d{2,3}-?\d{7,8}$/],
  ['code', /^[A-Z]{2,4}-?\d[\d-]{6,20}$/],
]

/** What was typed in the form in which it is looked for: no spaces, capitals, no country code. */
export function normal(typed: string): string {
  const plain = typed.normalize('NFKC').replace(/[\s·•]/gu, '').toUpperCase()
  return /^(\+?86)1[3-9]\d{9}$/.test(plain) ? plain.slice(-11) : plain
}

/** The kinds of field whose values look like this, likeliest first. */
export function kindsOf(value: string): string[] {
  const kinds = SHAPES.filter(([, shape]) => shape.test(value)).map(([kind]) => kind)
  return kinds.length === 0 && NUMBER.test(value) ? ['code'] : kinds
}

/** Whatever else a house may number its orders by. */
const NUMBER = /^(?=.*\d)[A-Z\d]{1,16}(-[A-Z\d]{1,20})+$/
