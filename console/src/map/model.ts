// What the register declares as a graph of collections, purposes and recipients, with observed uses laid over it.
import type { Schemas } from '../api/client'
import type { Register } from '../api/register'

export type Observed = Schemas['ObservationsAnswer']
export type Flow = Schemas['ObservedFlow']
export type Finding = Schemas['ObservedFinding']
export type Recipient = Schemas['ObservedRecipient']

export type Place = 'collection' | 'purpose' | 'recipient'

/** How often something was given and refused. */
export interface Uses {
  given: number
  refused: number
}

export interface MapNode extends Uses {
  id: string
  place: Place
  /** Of a collection or purpose its name; of a recipient its kind and name. */
  name: string
  recipient?: Recipient
  /** Whether the register in force knows it. */
  declared: boolean
}

export interface MapLink extends Uses {
  id: string
  from: string
  to: string
  /** Whether the register declares it. Undeclared uses stand beside declared ones. */
  declared: boolean
  /** How often something was given, by form. */
  forms: Record<string, number>
}

export interface MapGraph {
  nodes: MapNode[]
  links: MapLink[]
}

/** Whether something of the field was given, not just asked for. */
export const isGiven = (flow: Flow): boolean => flow.form !== 'withheld'
/** Writes bring fields in; everything else uses them. */
export const isUse = (flow: Flow): boolean => flow.act !== 'write'

export const collectionOf = (field: string): string => field.split('.')[0] ?? field
export const recipientId = ({ kind, name }: Recipient): string => `recipient:${kind}:${name ?? ''}`

/** Collections that lead to purposes, purposes that lead to recipients: as declared, and as used. */
export function graphOf(register: Register, observed: Observed): MapGraph {
  const nodes = new Map<string, MapNode>()
  const links = new Map<string, MapLink>()
  const node = (place: Place, name: string, declared: boolean, recipient?: Recipient) => {
    const id = recipient ? recipientId(recipient) : `${place}:${name}`
    const known = nodes.get(id)
    if (known) return known
    const made: MapNode = { id, place, name, declared, given: 0, refused: 0, ...(recipient ? { recipient } : {}) }
    nodes.set(id, made)
    return made
  }
  const link = (from: string, to: string, declared: boolean) => {
    const id = `${from}>${to}${declared ? '' : '!'}`
    const known = links.get(id)
    if (known) return known
    const made: MapLink = { id, from, to, declared, given: 0, refused: 0, forms: {} }
    links.set(id, made)
    return made
  }

  for (const purpose of register.purposes) {
    const own = node('purpose', purpose.name, true).id
    for (const name of new Set(purpose.fields.map(collectionOf))) link(node('collection', name, true).id, own, true)
    for (const name of purpose.roles) link(own, node('recipient', name, true, { kind: 'role', name }).id, true)
    for (const { key } of observed.keys.filter((one) => one.live && one.purposes.includes(purpose.name))) {
      link(own, node('recipient', key, true, { kind: 'key', name: key }).id, true)
    }
  }
  const collections = new Set(register.collections.map(({ name }) => name))
  const purposes = new Set(register.purposes.map(({ name }) => name))
  for (const flow of observed.flows) {
    if (!isUse(flow) || !flow.purpose) continue
    const inside = collectionOf(flow.field)
    const collection = node('collection', inside, collections.has(inside))
    const purpose = node('purpose', flow.purpose, purposes.has(flow.purpose))
    const recipient = node('recipient', flow.recipient.name ?? flow.recipient.kind, true, flow.recipient)
    // Which of the two steps is not declared: what is read for the purpose, or who names it.
    const wrong = flow.undeclared ?? ''
    const byRecipient = wrong === 'role-not-declared' || wrong === 'key-not-declared'
    const first = link(collection.id, purpose.id, wrong === '' || byRecipient)
    const second = link(purpose.id, recipient.id, !byRecipient && wrong !== 'purpose-not-declared')
    for (const one of [collection, purpose, recipient, first, second]) {
      if (isGiven(flow)) one.given += flow.count
      else one.refused += flow.count
    }
    for (const one of [first, second]) {
      if (isGiven(flow)) one.forms[flow.form] = (one.forms[flow.form] ?? 0) + flow.count
    }
  }
  return { nodes: [...nodes.values()], links: [...links.values()] }
}

/** A link's look: used, declared without traffic, or not declared. */
export const stateOf = (link: MapLink): 'used' | 'idle' | 'undeclared' =>
  !link.declared ? 'undeclared' : link.given > 0 ? 'used' : 'idle'

export interface Cell extends Uses {
  declared: boolean
}

/** Uses by field and purpose; a cell that is neither declared nor used is not there. */
export function cellsOf(register: Register, observed: Observed): Map<string, Cell> {
  const cells = new Map<string, Cell>()
  const cell = (field: string, purpose: string, declared: boolean) => {
    const key = cellKey(field, purpose)
    const known = cells.get(key) ?? { given: 0, refused: 0, declared }
    cells.set(key, known)
    return known
  }
  for (const purpose of register.purposes) for (const field of purpose.fields) cell(field, purpose.name, true)
  for (const flow of observed.flows) {
    if (!isUse(flow) || !flow.purpose) continue
    const own = cell(flow.field, flow.purpose, false)
    if (isGiven(flow)) own.given += flow.count
    else own.refused += flow.count
  }
  return cells
}

export const cellKey = (field: string, purpose: string) => `${field}>${purpose}`

/** How dark a cell is, 0 to 5: by the order of magnitude beside the greatest. */
export function heatOf(count: number, most: number): number {
  if (count <= 0 || most <= 0) return 0
  return Math.max(1, Math.ceil((5 * Math.log1p(count)) / Math.log1p(most)))
}

/** What a field was used for, over all purposes and recipients. */
export function usesOf(observed: Observed): Map<string, Uses & { written: number }> {
  const uses = new Map<string, Uses & { written: number }>()
  for (const flow of observed.flows) {
    const own = uses.get(flow.field) ?? { given: 0, refused: 0, written: 0 }
    if (!isGiven(flow)) own.refused += flow.count
    else if (isUse(flow)) own.given += flow.count
    else own.written += flow.count
    uses.set(flow.field, own)
  }
  return uses
}

/** Whether a flow belongs to a node of the picture. */
export function touches(flow: Flow, node: MapNode): boolean {
  if (node.place === 'collection') return collectionOf(flow.field) === node.name
  if (node.place === 'purpose') return flow.purpose === node.name
  return node.recipient !== undefined && recipientId(flow.recipient) === recipientId(node.recipient)
}

/** Findings of one kind together, in the order in which they should be looked at. */
export const FINDING_GROUPS = [
  {
    group: 'undeclared',
    kinds: ['field-not-declared', 'purpose-not-declared', 'not-in-purpose', 'role-not-declared', 'key-not-declared'],
  },
  { group: 'unread', kinds: ['unread-field'] },
  { group: 'unused', kinds: ['unused-purpose'] },
  { group: 'idle', kinds: ['idle-key', 'idle-role'] },
] as const

export type FindingGroup = (typeof FINDING_GROUPS)[number]['group']

export function groupFindings(findings: readonly Finding[]): { group: FindingGroup; findings: Finding[] }[] {
  return FINDING_GROUPS.map(({ group, kinds }) => ({
    group,
    findings: findings.filter(({ kind }) => kinds.some((one) => one === kind)),
  }))
}
