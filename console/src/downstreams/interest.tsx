// What a system is told about: purposes, and of words about parts of them those that touch these.
import { Form, Select } from 'antd'
import { fieldOf, useRegister } from '../api/register'
import { useAppearance } from '../texts'
import { useConsenting } from '../texts/consenting'

export interface Interest {
  purposes: string[]
  parts?: string[]
}

export function InterestItems() {
  const { pick } = useAppearance()
  const consenting = useConsenting()
  const register = useRegister()
  const t = consenting.downstreams
  const purposes = (register.data?.purposes ?? []).map(({ name, title }) => ({ value: name, label: pick(title) }))
  const parts = (register.data?.collections ?? []).flatMap((collection) => [
    { value: `${collection.name}.*`, label: t.allOf(pick(collection.title)) },
    ...collection.fields.map((field) => ({
      value: `${collection.name}.${field.name}`,
      label: `${pick(collection.title)} · ${pick(field.title)}`,
    })),
  ])
  return (
    <>
      <Form.Item name="purposes" label={t.purposes} rules={[{ required: true, message: t.purposesBad }]}>
        <Select mode="multiple" options={purposes} optionFilterProp="label" />
      </Form.Item>
      <Form.Item name="parts" label={t.parts} extra={t.partsHint}>
        <Select mode="multiple" options={parts} optionFilterProp="label" maxTagCount={6} />
      </Form.Item>
    </>
  )
}

/** What a part is called: a field, or all of a collection; its name where the register in force has no such. */
export function usePartTitle(): (part: string) => string {
  const { pick } = useAppearance()
  const consenting = useConsenting()
  const register = useRegister()
  return (part) => {
    const collection = register.data?.collections.find(({ name }) => part === `${name}.*`)
    if (collection) return consenting.downstreams.allOf(pick(collection.title))
    const found = register.data && fieldOf(register.data, part)
    return found ? `${pick(found.collection.title)} · ${pick(found.field.title)}` : part
  }
}
