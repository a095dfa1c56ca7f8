// How much two texts differ, by their lines.

/** How many lines of `text` are not in `source`, or the other way round: of the two the greater. */
export function changedLines(source: string, text: string): number {
  if (source === text) return 0
  const count = new Map<string, number>()
  for (const line of source.split('\n')) count.set(line, (count.get(line) ?? 0) + 1)
  for (const line of text.split('\n')) count.set(line, (count.get(line) ?? 0) - 1)
  const gone = [...count.values()].filter((left) => left > 0).reduce((sum, left) => sum + left, 0)
  const come = [...count.values()].filter((left) => left < 0).reduce((sum, left) => sum - left, 0)
  // Lines that only moved are a change as well.
  return Math.max(gone, come, 1)
}
