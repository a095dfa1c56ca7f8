// Purposes, collections and fields by the titles that the register gives them.
import { useRegister } from '../api/register'
import { useAppearance } from '../texts'

interface Named {
  name: string
  title: { zh: string; en: string }
}

/** What is not in the register in force keeps its name. */
export function useTitles() {
  const register = useRegister()
  const { pick } = useAppearance()
  const titled = (all: readonly Named[] | undefined, name: string) => {
    const found = all?.find((one) => one.name === name)
    return found ? pick(found.title) : name
  }
  return {
    purpose: (name: string) => titled(register.data?.purposes, name),
    collection: (name: string) => titled(register.data?.collections, name),
    field: (ref: string) => {
      const [inside, name] = ref.split('.')
      const collection = register.data?.collections.find((one) => one.name === inside)
      const field = collection?.fields.find((one) => one.name === name)
      return collection && field ? `${pick(collection.title)} · ${pick(field.title)}` : ref
    },
  }
}
