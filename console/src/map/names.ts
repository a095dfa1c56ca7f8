// What people call fields, purposes and recipients: as the register declares, whatever kind of thing it is.
import { fieldOf, type Register } from '../api/register'
import { useAppearance } from '../texts'
import { collectionOf, type MapNode, type Observed, type Recipient } from './model'

export function useNames(register: Register, observed?: Observed) {
  const { texts, pick } = useAppearance()
  const collection = (name: string) => {
    const found = register.collections.find((one) => one.name === name)
    return found ? pick(found.title) : name
  }
  const field = (ref: string) => {
    const found = fieldOf(register, ref)
    return found ? pick(found.field.title) : ref
  }
  const purpose = (name: string) => {
    const found = register.purposes.find((one) => one.name === name)
    return found ? pick(found.title) : texts.map.unknownPurpose(name)
  }
  const role = (name: string) => {
    const found = register.roles.find((one) => one.name === name)
    return found ? pick(found.title) : name
  }
  const recipient = ({ kind, name }: Recipient) => {
    if (kind === 'operator') return texts.map.operator
    if (kind === 'role' && name) return role(name)
    if (kind === 'key' && name) return texts.map.key(observed?.keys.find(({ key }) => key === name)?.name ?? name)
    return texts.map.nobody
  }
  const node = (one: MapNode) => {
    if (one.recipient) return recipient(one.recipient)
    return one.place === 'collection' ? collection(one.name) : purpose(one.name)
  }
  return {
    collection,
    field,
    /** A field with its collection before it: several collections have a field of one title. */
    fullField: (ref: string) => `${collection(collectionOf(ref))} · ${field(ref)}`,
    purpose,
    role,
    recipient,
    node,
  }
}

export type Names = ReturnType<typeof useNames>
