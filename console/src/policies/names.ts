// Titles of what policies speak of, by the names that stand in them.
import { fieldOf, useRegister } from '../api/register'
import { useAppearance } from '../texts'

/** The words people use for roles, purposes and fields; the name itself where the register has none. */
export function useNames() {
  const { pick } = useAppearance()
  const register = useRegister().data
  const titled = (list: readonly { name: string; title: { zh: string; en: string } }[] | undefined, name: string) => {
    const title = list?.find((one) => one.name === name)?.title
    return title ? pick(title) : name
  }
  return {
    register,
    role: (name: string) => titled(register?.roles, name),
    roles: (names: readonly string[]) => names.map((name) => titled(register?.roles, name)).join(' · '),
    purpose: (name: string) => titled(register?.purposes, name),
    field: (ref: string) => {
      const found = register ? fieldOf(register, ref) : null
      return found ? `${pick(found.collection.title)} · ${pick(found.field.title)}` : ref
    },
  }
}
