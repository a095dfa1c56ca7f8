// The register as the console reads it: the API hands it out as one JSON value, checked here for the parts
// that are used.
import { useQuery } from '@tanstack/react-query'
import { useAppearance } from '../texts'
import { answer, api, type Me } from './client'

export interface Text {
  zh: string
  en: string
}

export interface DeclaredField {
  name: string
  title: Text
  kind: string
  level: number
  sensitivity: string
  sealed: boolean
  search: string[]
  second_factor: boolean
  owner: string
  scene: Text
  retention: { days: number; from: string; rule: string }
  values: string[]
  /** What people call each of `values`, in the same order; not there where they speak for themselves. */
  value_titles?: Text[]
}

export interface Collection {
  name: string
  title: Text
  zone: string
  /** Whether a person has one record of it at most. */
  single: boolean
  /** The fields that name a record. */
  key: string[]
  fields: DeclaredField[]
  case: { status: string; open: string[]; closed: string } | null
}

/** The review of what a purpose collects: which fields were weighed, three answers, who decided and when. */
export interface Need {
  fields: string[]
  task: Text
  least: Text
  otherwise: Text
  by: string
  on: string
}

export interface Purpose {
  name: string
  title: Text
  basis: Record<string, string>
  consent: string | null
  fields: string[]
  roles: string[]
  condition: string
  quota: { subjects_per_day: number | null; clear_per_day: number | null }
  need?: Need
}

export interface Register {
  title: Text
  profile: string
  collections: Collection[]
  purposes: Purpose[]
  roles: { name: string; title: Text; silo?: string | null }[]
  zones: { name: string; title: Text; apart: boolean }[]
}

/** The register in force. Names and rules only, no data: kept for the session. */
export function useRegister() {
  return useQuery({
    queryKey: ['register'],
    queryFn: async () => {
      const { register } = await answer(api.GET('/api/v1/register'))
      return register as unknown as Register
    },
    staleTime: 5 * 60_000,
  })
}

/** The purposes that the person's roles may name. */
export const purposesOf = (register: Register, me: Me): Purpose[] =>
  register.purposes.filter((purpose) => purpose.roles.some((role) => me.roles.includes(role)))

/** A field named as `collection.field`, with what is declared of it. */
export function fieldOf(register: Register, ref: string): { collection: Collection; field: DeclaredField } | null {
  const [inside, name] = ref.split('.')
  const collection = register.collections.find((one) => one.name === inside)
  const field = collection?.fields.find((one) => one.name === name)
  return collection && field ? { collection, field } : null
}

/** Every field of a purpose, its wildcards written out, in the order declared; at most what one read takes. */
export function fieldsOf(register: Register, purpose: Purpose): string[] {
  const refs = purpose.fields.flatMap((ref) => {
    const [inside, name] = ref.split('.')
    if (name !== '*') return [ref]
    const collection = register.collections.find((one) => one.name === inside)
    return (collection?.fields ?? []).map((field) => `${inside}.${field.name}`)
  })
  return [...new Set(refs)].slice(0, MOST_FIELDS)
}

const MOST_FIELDS = 200

/** Whether a purpose needs a field, by its name or by `collection.*`. */
export const needs = (purpose: Purpose, ref: string): boolean =>
  purpose.fields.some((one) => one === ref || one === `${ref.split('.')[0]}.*`)

/** The title of an allowed value; the value itself where the register has none. */
export function valueTitle(field: DeclaredField, value: string): Text | null {
  return field.value_titles?.[field.values.indexOf(value)] ?? null
}

/** The title of a purpose by its name; the name where the register in force has no such purpose. */
export function usePurposeTitle(): (name: string | null | undefined) => string {
  const register = useRegister()
  const { pick } = useAppearance()
  return (name) => {
    const purpose = register.data?.purposes.find((one) => one.name === name)
    return purpose ? pick(purpose.title) : (name ?? '')
  }
}
