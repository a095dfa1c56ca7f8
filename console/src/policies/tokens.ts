// The words of a text by their sort, for colouring. It knows just enough of Cedar to tell them apart, and takes the
// rules of other texts; what is right or wrong is for the server.

export type Sort = 'case' | 'comment' | 'string' | 'annotation' | 'keyword' | 'type' | 'number' | 'plain'

export interface Token {
  sort: Sort
  text: string
}

/** Rules by their rank: sticky expressions that match at least one character. */
export type Rules = readonly (readonly [Sort, RegExp])[]

const CEDAR: Rules = [
  ['case', /\/\/\?.*/y],
  ['comment', /\/\/.*/y],
  ['string', /"(?:[^"\\]|\\.)*"?/y],
  ['annotation', /@[A-Za-z_]\w*/y],
  ['type', /[A-Za-z_]\w*(?=::)/y],
  [
    'keyword',
    /\b(?:permit|forbid|when|unless|principal|action|resource|context|in|has|like|is|if|then|else|true|false)\b/y,
  ],
  ['number', /\b\d+\b/y],
  ['plain', /[A-Za-z_]\w*/y],
]

/** The tokens of one line; put together they are the line again. */
export function tokensOf(line: string, rules: Rules = CEDAR): Token[] {
  const tokens: Token[] = []
  let at = 0
  const push = (sort: Sort, text: string) => {
    const last = tokens[tokens.length - 1]
    if (sort === 'plain' && last?.sort === 'plain') last.text += text
    else tokens.push({ sort, text })
    at += text.length
  }
  while (at < line.length) {
    const found = rules.map(([sort, rule]) => {
      rule.lastIndex = at
      return [sort, rule.exec(line)?.[0]] as const
    }).find(([, text]) => text)
    if (found?.[1]) push(found[0], found[1])
    else push('plain', line[at] ?? '')
  }
  return tokens
}
