// An earlier decision, from the ledger: each field with the rule that decided. Never a value.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Form, Input, Skeleton, Tag } from 'antd'
import { answer, api, type Schemas } from '../api/client'
import { fieldOf, useRegister } from '../api/register'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'

const COLOURS: Record<string, string> = { clear: 'success', withheld: 'error', masked: 'default' }

export function Explain() {
  const { texts } = useAppearance()
  const { read } = useSearch({ from: '/explain' })
  const navigate = useNavigate()
  return (
    <Page title={texts.explain.title} lead={texts.explain.lead}>
      <Form<{ read: string }>
        key={read ?? ''}
        layout="inline"
        className="ask"
        initialValues={{ read: read ?? '' }}
        onFinish={({ read }) => void navigate({ to: '/explain', search: { read: read.trim() } })}
      >
        <Form.Item
          name="read"
          label={texts.explain.id}
          rules={[{ required: true, pattern: /^\s*rd_\d{1,15}\s*$/, message: texts.explain.idBad }]}
          validateTrigger="onSubmit"
        >
          <Input placeholder={texts.explain.idHint} autoComplete="off" className="wide" />
        </Form.Item>
        <Button type="primary" htmlType="submit">
          {texts.explain.go}
        </Button>
      </Form>
      {read !== undefined && <Told read={read} />}
    </Page>
  )
}

function Told({ read }: { read: string }) {
  const { texts, moment, pick } = useAppearance()
  const register = useRegister()
  const decision = useQuery({
    queryKey: ['decision', read],
    queryFn: () => answer(api.GET('/api/v1/reads/{read}', { params: { path: { read } } })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  if (decision.isPending) return <Skeleton active />
  if (decision.isError) return <ProblemNote error={decision.error} />
  const { data } = decision
  const purpose = register.data?.purposes.find(({ name }) => name === data.purpose)
  const titled = (ref: string) => {
    const found = register.data ? fieldOf(register.data, ref) : null
    return found ? `${pick(found.collection.title)} · ${pick(found.field.title)}` : ref
  }
  const facts = [
    [texts.explain.kind, texts.kinds[data.kind] ?? data.kind],
    [texts.explain.when, moment(data.at)],
    [texts.explain.who, data.actor],
    [texts.explain.purpose, purpose ? pick(purpose.title) : (data.purpose ?? '')],
    [texts.explain.versions, `${data.register_version} / ${data.policy_version}`],
  ]
  return (
    <Panel title={data.read} note={texts.entry(data.entry)}>
      <dl className="facts facts-wide">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Table<Schemas['DecidedField']>
        label={texts.explain.title}
        empty={texts.record.empty}
        keyOf={(one) => one.field}
                rows={data.fields}
        columns={[
          { key: 'field', title: texts.explain.field, show: (one) => titled(one.field) },
          {
            key: 'form', title: texts.explain.form,
            show: (one) => <Tag color={COLOURS[one.form] ?? 'default'}>{texts.forms[one.form] ?? one.form}</Tag>,
          },
          { key: 'rule', title: texts.explain.rule, show: (one) => <code>{one.rule}</code> },
        ]}
      />
    </Panel>
  )
}
