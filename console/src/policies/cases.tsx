// The test cases of a policy text: whether each holds, and new ones. A case is a line of the text itself.
import { CheckCircleFilled, CloseCircleFilled, PlusOutlined } from '@ant-design/icons'
import { Button, Checkbox, Form, Modal, Select, Tag } from 'antd'
import { useState } from 'react'
import type { Schemas } from '../api/client'
import { fieldsOf } from '../api/register'
import { Panel } from '../shared/page'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { useNames } from './names'

type Case = Schemas['PolicyCase']

interface Props {
  cases: readonly Case[]
  /** Whether the text was changed since the cases ran. */
  stale: boolean
  busy: boolean
  editable: boolean
  onRun: () => void
  onLine: (line: number) => void
  onAdd: (line: string) => void
  onRemove: (line: number) => void
}

export function Cases(props: Props) {
  const { texts } = useAppearance()
  const names = useNames()
  const words = texts.policies.cases
  const [adding, setAdding] = useState(false)
  const failed = props.cases.filter(({ holds }) => !holds).length
  return (
    <Panel
      title={words.title}
      note={
        props.stale ? words.stale : props.cases.length === 0 ? '' : failed === 0 ? words.all(props.cases.length) : words.some(failed, props.cases.length)
      }
      extra={
        props.editable && (
          <div className="buttons">
            <Button size="small" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
              {words.add}
            </Button>
            <Button size="small" loading={props.busy} onClick={props.onRun}>
              {words.run}
            </Button>
          </div>
        )
      }
      flush
    >
      <Table<Case>
        label={words.title}
        empty={words.empty}
        keyOf={(one) => one.line}
        rows={props.cases}
        columns={[
          {
            key: 'holds', title: words.outcome,
            show: (one) =>
              one.holds ? (
                <Tag color="success" icon={<CheckCircleFilled aria-hidden />}>
                  {words.holds}
                </Tag>
              ) : (
                <Tag color="error" icon={<CloseCircleFilled aria-hidden />}>
                  {words.fails}
                </Tag>
              ),
          },
          {
            key: 'who', title: words.who,
            show: (one) => (
              <>
                {names.roles(one.roles)}
                {one.channel !== 'staff' && <span className="note"> {texts.policies.channels[one.channel] ?? one.channel}</span>}
                <div className="note">{names.purpose(one.purpose)}</div>
              </>
            ),
          },
          {
            key: 'field', title: words.field,
            show: (one) => (
              <>
                {names.field(one.field)}
                <div className="note">
                  {[one.clear ? words.clear : '', ...one.facts.map((fact) => words.facts[fact] ?? fact)]
                    .filter((text) => text !== '')
                    .join(' · ')}
                </div>
              </>
            ),
          },
          {
            key: 'expect', title: words.expect,
            show: (one) => (
              <>
                {texts.forms[one.expect] ?? one.expect}
                {one.rule && (
                  <div className="note">
                    <code>{one.rule}</code>
                  </div>
                )}
              </>
            ),
          },
          {
            key: 'form', title: words.given,
            show: (one) => (
              <>
                {texts.forms[one.form] ?? one.form}
                <div className="note">
                  <code>{one.decided_by}</code> {!one.holds && one.reason}
                </div>
              </>
            ),
          },
          {
            key: 'act', title: <span className="sr-only">{words.act}</span>,
            end: true,
            show: (one) => (
              <>
                <Button type="link" size="small" onClick={() => props.onLine(one.line)}>
                  {words.line(one.line)}
                </Button>
                {props.editable && (
                  <Button type="link" size="small" danger onClick={() => props.onRemove(one.line)}>
                    {words.remove}
                  </Button>
                )}
              </>
            ),
          },
        ]}
      />
      <Modal open={adding} title={words.add} footer={null} width={520} destroyOnHidden onCancel={() => setAdding(false)}>
        <NewCase
          onAdd={(line) => {
            setAdding(false)
            props.onAdd(line)
          }}
          onCancel={() => setAdding(false)}
        />
      </Modal>
    </Panel>
  )
}

interface Filled {
  role: string
  purpose: string
  field: string
  clear?: boolean
  facts?: string[]
  expect: string
}

function NewCase({ onAdd, onCancel }: { onAdd: (line: string) => void; onCancel: () => void }) {
  const { texts, pick } = useAppearance()
  const { register, field: fieldTitle } = useNames()
  const words = texts.policies.cases
  const [form] = Form.useForm<Filled>()
  const purpose = Form.useWatch('purpose', form)
  const declared = register?.purposes.find(({ name }) => name === purpose)
  const fields = register && declared ? fieldsOf(register, declared) : []
  const options = (list: readonly { name: string; title: { zh: string; en: string } }[] = []) =>
    list.map(({ name, title }) => ({ value: name, label: pick(title) }))
  const needed = [{ required: true, message: words.needed }]
  return (
    <Form<Filled>
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={(filled) => onAdd(lineOf(filled))}
    >
      <p className="note">{words.addLead}</p>
      <Form.Item name="role" label={words.role} rules={needed}>
        <Select showSearch optionFilterProp="label" options={options(register?.roles)} />
      </Form.Item>
      <Form.Item name="purpose" label={words.purpose} rules={needed}>
        <Select showSearch optionFilterProp="label" options={options(register?.purposes)} />
      </Form.Item>
      <Form.Item name="field" label={words.field} rules={needed}>
        <Select
          showSearch
          optionFilterProp="label"
          disabled={fields.length === 0}
          options={fields.map((ref) => ({ value: ref, label: fieldTitle(ref) }))}
        />
      </Form.Item>
      <Form.Item name="clear" valuePropName="checked">
        <Checkbox>{words.clear}</Checkbox>
      </Form.Item>
      <Form.Item name="facts" label={words.factsLabel} extra={words.factsHint}>
        <Select mode="multiple" options={Object.entries(words.facts).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <Form.Item name="expect" label={words.expect} rules={needed}>
        <Select options={Object.entries(texts.forms).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <div className="dialog-foot">
        <Button onClick={onCancel}>{texts.cancel}</Button>
        <Button type="primary" htmlType="submit">
          {words.insert}
        </Button>
      </div>
    </Form>
  )
}

/** A case as it is written into the text. */
const lineOf = ({ role, purpose, field, clear, facts, expect }: Filled): string =>
  [
    '//?',
    `role="${role}"`,
    `purpose="${purpose}"`,
    `field="${field}"`,
    ...(clear ? ['ask=clear'] : []),
    ...(facts && facts.length > 0 ? [`facts=${facts.join(',')}`] : []),
    `expect=${expect}`,
  ].join(' ')
