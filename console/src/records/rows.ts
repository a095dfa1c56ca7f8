// The records of one collection, put together from the answers about its fields: the one that was opened
// first, then what is open, then the newest.
import type { FieldAnswer } from '../api/client'
import type { Collection, DeclaredField, Register } from '../api/register'
import { valueOf } from './values'

export interface Row {
  record: string
  /** Whether the case is open; nothing where the collection holds no cases. */
  open: boolean | null
  /** Whether it is the case that led here. */
  isThis: boolean
}

export interface Group {
  collection: Collection
  answers: readonly FieldAnswer[]
  rows: readonly Row[]
}

/** What was answered, by collection in the order declared; those without any answer are left out. */
export function groupsOf(register: Register, answers: readonly FieldAnswer[], order: string | undefined): Group[] {
  const groups = register.collections.map((collection) => {
    const own = answers.filter(({ field }) => field.startsWith(`${collection.name}.`))
    return { collection, answers: own, rows: rowsOf(collection, own, order) }
  })
  return groups.filter(({ answers }) => answers.length > 0)
}

function rowsOf(collection: Collection, answers: readonly FieldAnswer[], order: string | undefined): Row[] {
  const records = new Set(answers.flatMap(({ values }) => (values ?? []).map(({ record }) => record)))
  const shape = collection.case
  const status = answers.find(({ field }) => shape !== null && field === `${collection.name}.${shape.status}`)
  const rows = [...records].map((record) => {
    const state = status && valueOf(status, record)
    return { record, open: shape && state !== undefined ? shape.open.includes(state) : null, isThis: record === order }
  })
  const rank = ({ isThis, open }: Row) => (isThis ? 0 : open ? 1 : 2)
  const clock = collection.fields.find(({ kind }) => kind === 'time')
  const times = answers.find(({ field, form }) => form === 'clear' && field === `${collection.name}.${clock?.name}`)
  // Ids of records sort by the time when they came in, where the record itself tells no time.
  const since = ({ record }: Row) => `${(times && valueOf(times, record)) ?? ''} ${record}`
  return rows.sort((a, b) => rank(a) - rank(b) || (since(a) < since(b) ? 1 : -1))
}

/** What is known of the case that a look is for: its state and kind, as the register's codes. */
export interface Matter {
  /** Its number, where the purpose shows it. */
  number: string | undefined
  /** The record of the case. */
  record: string
  collection: string
  open: boolean
  state: string | undefined
  kind: string | undefined
}

/** The case that led here, otherwise the first open one. */
export function matterOf(groups: readonly Group[]): Matter | null {
  for (const { collection, answers, rows } of groups) {
    const shape = collection.case
    const row = rows[0]
    if (!shape || !row || (!row.isThis && !row.open)) continue
    const of = (name: string | undefined) => {
      const one = answers.find(({ field }) => field === `${collection.name}.${name}`)
      return one && one.form === 'clear' ? valueOf(one, row.record) : undefined
    }
    return {
      number: of(collection.key[0]),
      record: row.record,
      collection: collection.name,
      open: row.open === true,
      state: of(shape.status),
      kind: of(kindField(collection)?.name),
    }
  }
  return null
}

/** The declared field that says the state or the kind of the cases of a collection. */
export function codeField(register: Register, name: string, which: 'state' | 'kind'): DeclaredField | undefined {
  const collection = register.collections.find((one) => one.name === name)
  return collection && (which === 'state' ? stateField(collection) : kindField(collection))
}

const stateField = ({ fields, case: shape }: Collection) => fields.find(({ name }) => name === shape?.status)

/** The first other list of allowed values tells what kind of case it is. */
const kindField = ({ fields, case: shape }: Collection) =>
  fields.find(({ name, kind }) => kind === 'enum' && name !== shape?.status)
