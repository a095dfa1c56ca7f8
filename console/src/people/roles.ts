// Roles as the register declares them, by the silo of administration they belong to.
import type { Schemas } from '../api/client'
import type { Register } from '../api/register'

export type Staff = Schemas['Staff']
export type Opened = Schemas['StaffOpened']

export const SILOS = ['system', 'security', 'audit'] as const
export type Silo = (typeof SILOS)[number]

/** The silo that a role belongs to; null for one that works with the data. */
export function siloOf(register: Register | undefined, role: string): Silo | null {
  const silo = register?.roles.find((one) => one.name === role)?.silo
  return SILOS.find((one) => one === silo) ?? null
}
