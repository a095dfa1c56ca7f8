// The mapping that a person made of a guess, as the file that the server reads.

export interface Source {
  thirdParty: boolean
  name: string
  authorisation: string
  /** `2026-01-31`. */
  date: string
}

/** Which column feeds which field; a column without one is left out on purpose. */
export interface Choice {
  column: string
  field: string | null
}

/** The mapping as TOML. */
export function mappingOf(choices: readonly Choice[], source: Source): string {
  const ignored = choices.filter(({ field }) => field === null).map(({ column }) => quoted(column))
  const fed = choices.filter(({ field }) => field !== null)
  const stated = source.thirdParty
    ? [
        `name = ${quoted(source.name)}`,
        `authorisation = ${quoted(source.authorisation)}`,
        `date = ${quoted(source.date)}`,
      ]
    : []
  return [
    ...(ignored.length > 0 ? [`ignore = [${ignored.join(', ')}]`] : []),
    '[source]',
    `third_party = ${source.thirdParty}`,
    ...stated,
    '[columns]',
    ...fed.map(({ column, field }) => `${quoted(column)} = ${quoted(field ?? '')}`),
    '',
  ].join('\n')
}

/** A basic string of TOML: its escapes are those of JSON, but for one more character. */
const quoted = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f')
