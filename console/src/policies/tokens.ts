// The words of a policy text by their sort, for colouring. It knows just enough of Cedar to tell them apart; what
// is right or wrong is for the server.

export type Sort = 'case' | 'comment' | 'string' | 'annotation' | 'keyword' | 'type' | 'number' | 'plain'

export interface Token {
  sort: Sort
  text: string
}

const RULES: readonly (readonly [Sort, RegExp])[] = [
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
export function tokensOf(line: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const push = (sort: Sort, text: string) => {
    const last = tokens[tokens.length - 1]
    if (sort === 'plain' && last?.sort === 'plain') last.text += text
    else tokens.push({ sort, text })
    at += text.length
  }
  while (at < line.length) {
    const found = RULES.map(([sort, rule]) => {
      rule.lastIndex = at
      return [sort, rule.exec(line)?.[0]] as const
    }).find(([, text]) => text)
    if (found?.[1]) push(found[0], found[1])
    else push('plain', line[at] ?? '')
  }
  return tokens
}
