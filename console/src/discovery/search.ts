// What stands in the address of the discovery screen: read with the router, before the screen is loaded.
export const FACETS = ['severity', 'state', 'class', 'what', 'source'] as const
export type FacetName = (typeof FACETS)[number]

/** What stands in the address. Without a state, what is open. */
export type Search = Partial<Record<FacetName, string>> & { id?: string }

const WORD = /^[\w.-]{1,60}$/

/** The part of an address that this screen knows; everything else is left out. */
export function searchOf(search: Record<string, unknown>): Search {
  const found: Search = {}
  for (const name of [...FACETS, 'id'] as const) {
    const value = search[name]
    if (typeof value === 'string' && WORD.test(value)) found[name] = value
  }
  return found
}
