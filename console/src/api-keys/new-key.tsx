// A new key of a service: no roles of administration, named purposes, named networks, at most a year.
import { Form, Input, Select } from 'antd'
import { answer, api, type Schemas } from '../api/client'
import { useRegister } from '../api/register'
import { siloOf } from '../people/roles'
import { Dialog } from '../shared/dialog'
import { useAppearance } from '../texts'

interface Given {
  name: string
  roles: string[]
  purposes?: string[]
  fields?: string[]
  networks: string
  rate: string
  days: number
}

interface Props {
  open: boolean
  onClose: () => void
  onMade: (made: Schemas['ApiKeyMade']) => void
}

export function NewKey({ open, onClose, onMade }: Props) {
  const { texts, pick } = useAppearance()
  const register = useRegister()
  const t = texts.people.apiKeys
  const roles = (register.data?.roles ?? []).filter(({ name }) => siloOf(register.data, name) === null)
  const named = (one: { name: string; title: { zh: string; en: string } }) => ({ value: one.name, label: pick(one.title) })
  const fields = (register.data?.collections ?? []).flatMap((collection) => [
    { value: `${collection.name}.*`, label: t.allOf(pick(collection.title)) },
    ...collection.fields.map((field) => ({
      value: `${collection.name}.${field.name}`,
      label: `${pick(collection.title)} · ${pick(field.title)}`,
    })),
  ])
  return (
    <Dialog<Given>
      open={open}
      width={560}
      title={t.make}
      lead={<p className="note">{t.makeLead}</p>}
      submit={t.makeSubmit}
      initial={{ rate: '600', days: 90, networks: '' }}
      onClose={onClose}
      onSubmit={async (given) => {
        const body = {
          name: given.name,
          roles: given.roles,
          purposes: given.purposes ?? [],
          fields: given.fields ?? [],
          rate_per_minute: Number(given.rate),
          addresses: given.networks.split(/[\s,]+/).filter(Boolean),
          expires_at: new Date(Date.now() + given.days * 86_400_000).toISOString(),
        }
        onMade(await answer(api.POST('/api/v1/api-keys', { body })))
      }}
    >
      <Form.Item name="name" label={t.name} extra={t.nameHint} rules={[{ required: true, max: 60, message: t.nameBad }]}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="roles" label={t.roles} rules={[{ required: true, message: t.rolesBad }]}>
        <Select mode="multiple" options={roles.map(named)} optionFilterProp="label" />
      </Form.Item>
      <Form.Item name="purposes" label={t.purposes} extra={t.purposesHint}>
        <Select mode="multiple" options={(register.data?.purposes ?? []).map(named)} optionFilterProp="label" />
      </Form.Item>
      <Form.Item name="fields" label={t.fields} extra={t.fieldsHint}>
        <Select mode="multiple" options={fields} optionFilterProp="label" maxTagCount={6} />
      </Form.Item>
      <Form.Item name="networks" label={t.networks} extra={t.networksHint} rules={[{ required: true, message: t.networksBad }]}>
        <Input.TextArea rows={2} placeholder="10.20.0.0/16" spellCheck={false} />
      </Form.Item>
      <div className="two">
        <Form.Item name="rate" label={t.rate} rules={[{ required: true, pattern: /^[1-9]\d{0,5}$/, message: t.rateBad }]}>
          <Input inputMode="numeric" autoComplete="off" />
        </Form.Item>
        <Form.Item name="days" label={t.term}>
          <Select options={[30, 90, 180, 364].map((value) => ({ value, label: t.days(value) }))} />
        </Form.Item>
      </div>
    </Dialog>
  )
}
