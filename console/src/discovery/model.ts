// What scans found, as the screen shows it: filters in the address, columns and shades of the heat map.
import type { Schemas } from '../api/client'
import { heatOf } from '../map/model'
import { FACETS, type FacetName, type Search } from './search'

export type Finding = Schemas['DiscoveryFinding']
export type Source = Schemas['DiscoverySource']
export type Place = Schemas['DiscoveryPlace']
export type Pattern = Schemas['DiscoveryPattern']
export type Suppression = Schemas['DiscoverySuppression']

/** Stands for findings of every state: open is what one comes for. */
export const ANY = 'any'

/** The filters as the API takes them. */
export function queryOf(search: Search): Partial<Record<FacetName, string>> {
  const query: Partial<Record<FacetName, string>> = {}
  for (const name of FACETS) {
    const value = name === 'state' ? (search.state ?? 'open') : search[name]
    if (value !== undefined && value !== ANY) query[name] = value
  }
  return query
}

/** The values of a facet with their counts, in an order that people expect. */
export function valuesOf(facets: readonly Schemas['DiscoveryFacet'][], name: FacetName): [value: string, count: number][] {
  const order = ORDER[name] ?? []
  const rank = (value: string) => {
    const at = order.indexOf(value)
    return at < 0 ? order.length : at
  }
  return facets
    .filter((facet) => facet.name === name)
    .map(({ value, count }): [string, number] => [value, count])
    .sort(([a, m], [b, n]) => rank(a) - rank(b) || n - m || a.localeCompare(b))
}

const ORDER: Partial<Record<FacetName, string[]>> = {
  severity: ['high', 'medium', 'low', 'info'],
  state: ['open', 'confirmed', 'dismissed', 'suppressed', 'resolved'],
  class: ['undeclared', 'drift', 'not-found'],
}

/** The kinds that a heat map has columns for, the most wide-spread first. */
export function columnsOf(places: readonly Place[]): string[] {
  const counts = new Map<string, number>()
  for (const { cells } of places) for (const { what } of cells) counts.set(what, (counts.get(what) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([what]) => what)
}

export const shareOf = ({ cells, sampled }: Pick<Finding, 'cells' | 'sampled'>): number => (sampled === 0 ? 0 : cells / sampled)

/** The shade of a cell, 1 to 5. */
export const shadeOf = (finding: Finding): number => heatOf(Math.round(shareOf(finding) * 1000), 1000)

/** Tables and files read from left to right. */
export const placeOf = (path: readonly string[]): string => path.join(' / ')

export const TONES: Record<string, 'hot' | 'warm' | 'cool' | 'muted'> = { high: 'hot', medium: 'warm', low: 'cool', info: 'muted' }

export const TASKS = ['declare', 'raise-class', 'remove', 'undeclare'] as const
export type Task = (typeof TASKS)[number]

/** What is most likely to be done about it. */
export const usualTask = ({ class: of }: Finding): Task =>
  of === 'drift' ? 'raise-class' : of === 'not-found' ? 'undeclare' : 'declare'

/** What is done in the register. */
export const isOfRegister = (task: string | null | undefined): boolean => task !== null && task !== undefined && task !== 'remove'

/** The end of a day in China, as the API takes a moment; `null` for a day that is over or more than a year ahead. */
export function endOf(day: string, now: number): string | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return null
  const at = Date.parse(`${day}T23:59:59+08:00`)
  return at > now && at <= now + 366 * 86_400_000 ? new Date(at).toISOString() : null
}
