// Registering a system: by what way, where, and what it is told about.
import { Checkbox, Form, Input, Segmented } from 'antd'
import { answer, api } from '../api/client'
import { Dialog } from '../shared/dialog'
import { useConsenting } from '../texts/consenting'
import { type Interest, InterestItems } from './interest'
import type { Made } from './model'

interface Given extends Interest {
  name: string
  kind: 'webhook' | 'nats'
  target: string
  from_beginning: boolean
}

interface Props {
  open: boolean
  onClose: () => void
  onMade: (made: Made) => void
}

export function AddDownstream({ open, onClose, onMade }: Props) {
  const consenting = useConsenting()
  const t = consenting.downstreams
  return (
    <Dialog<Given>
      open={open}
      width={560}
      title={t.add}
      lead={<p className="note">{t.addLead}</p>}
      submit={t.addSubmit}
      initial={{ kind: 'webhook', from_beginning: false }}
      onClose={onClose}
      onSubmit={async ({ parts, ...given }) => {
        onMade(await answer(api.POST('/api/v1/downstreams', { body: { ...given, parts: parts ?? [] } })))
      }}
    >
      <Form.Item
        name="name"
        label={t.name}
        extra={t.nameHint}
        validateTrigger="onSubmit"
        rules={[{ required: true, pattern: /^[a-z][a-z0-9-]{0,39}$/, message: t.nameBad }]}
      >
        <Input autoComplete="off" autoCapitalize="none" spellCheck={false} />
      </Form.Item>
      <Form.Item name="kind" label={t.way}>
        <Segmented
          options={(['webhook', 'nats'] as const).map((value) => ({ value, label: t.kinds[value] ?? value }))}
        />
      </Form.Item>
      <Form.Item noStyle shouldUpdate={(before: Given, now: Given) => before.kind !== now.kind}>
        {({ getFieldValue }) => {
          const isNats = getFieldValue('kind') === 'nats'
          return (
            <Form.Item
              name="target"
              label={isNats ? t.targetNats : t.target}
              {...(isNats ? {} : { extra: t.targetHint })}
              rules={[{ required: true, message: t.targetBad }]}
            >
              <Input
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                maxLength={300}
                placeholder={isNats ? 'shouxin.changes.crm' : 'https://crm.example.com/shouxin'}
              />
            </Form.Item>
          )
        }}
      </Form.Item>
      <InterestItems />
      <Form.Item name="from_beginning" valuePropName="checked" extra={t.beginningHint}>
        <Checkbox>{t.beginning}</Checkbox>
      </Form.Item>
    </Dialog>
  )
}
