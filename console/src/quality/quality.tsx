// Checks of the quality of detection: begun, how far they are, what came of them.
import { InfoCircleOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Checkbox, Empty, Form, Input, Select, Skeleton } from 'antd'
import { useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { fieldOf, fieldsOf, type Register, useRegister } from '../api/register'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Colleagues, Who } from '../shared/colleagues'
import { Dialog } from '../shared/dialog'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { useQualifying } from '../texts/qualifying'
import '../people/people.css'
import '../shared/parts.css'
import './quality.css'

type Check = Schemas['QualityCheck']

export function QualityScreen() {
  const { moment } = useAppearance()
  const t = useQualifying()
  const { me } = useSession()
  const [beginning, setBeginning] = useState(false)
  const list = useQuery({ queryKey: ['quality'], queryFn: () => answer(api.GET('/api/v1/quality-checks')) })
  const checks = list.data?.checks ?? []
  const leads = may(me, 'POST', '/api/v1/quality-checks')
  const begin = leads && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setBeginning(true)}>
      {t.begin}
    </Button>
  )
  return (
    <Colleagues ids={checks.map(({ created_by }) => created_by)}>
      <Page title={t.title} lead={t.lead} actions={begin}>
        <div className="banner">
          <InfoCircleOutlined aria-hidden />
          <span>{t.banner}</span>
        </div>
        {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
        {list.data && checks.length === 0 && (
          <Panel title={t.checks}>
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t.empty}>
              <p className="note">{t.emptyWhat}</p>
            </Empty>
          </Panel>
        )}
        {checks.length > 0 && (
          <Panel title={t.checks} flush>
            <Table<Check>
              label={t.checks}
              empty={t.empty}
              keyOf={({ check }) => check}
              rows={checks}
              columns={[
                {
                  key: 'fields',
                  title: t.fields,
                  show: ({ check, fields, purpose }) => (
                    <>
                      <Link to="/quality/$check" params={{ check }}>
                        <FieldNames refs={fields} />
                      </Link>
                      <div className="note">
                        <PurposeName name={purpose} />
                      </div>
                    </>
                  ),
                },
                { key: 'state', title: t.state, show: (row) => <Standing of={row} /> },
                { key: 'progress', title: t.progress, wide: true, show: (row) => <Progress of={row} /> },
                { key: 'left', title: t.left, show: ({ certificate }) => <Short of={certificate?.left} percent /> },
                { key: 'over', title: t.over, wide: true, show: ({ certificate }) => <Short of={certificate?.over_per_thousand} /> },
                {
                  key: 'by',
                  title: t.by,
                  wide: true,
                  show: ({ created_by, created_at }) => (
                    <>
                      <Who id={created_by} plain />
                      <div className="note nowrap">{moment(created_at)}</div>
                    </>
                  ),
                },
              ]}
            />
          </Panel>
        )}
        <Begin open={beginning} onClose={() => setBeginning(false)} />
      </Page>
    </Colleagues>
  )
}

export function Standing({ of }: { of: Check }) {
  const t = useQualifying()
  if (of.closed) return <span className="chip chip-ok">{t.states.closed}</span>
  if (of.open + of.disputed === 0) return <span className="chip chip-cool">{t.states.ready}</span>
  return <span className="chip chip-warm">{t.states.marking}</span>
}

export function Progress({ of }: { of: Check }) {
  const t = useQualifying()
  const done = of.texts === 0 ? 0 : (100 * of.settled) / of.texts
  const words = [t.progressOf(of.settled, of.texts), t.mine(of.mine)]
  if (of.disputed > 0) words.push(t.disputed(of.disputed))
  if (of.skipped > 0) words.push(t.skipped(of.skipped))
  return (
    <div className="tone-ok quality-progress">
      <svg className="meter" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
        <rect className="meter-all" width="100" height="4" />
        <rect className="meter-used" width={done} height="4" />
      </svg>
      <span className="note">{words.join(' · ')}</span>
    </div>
  )
}

function Short({ of, percent }: { of: Schemas['QualityFigure'] | null | undefined; percent?: boolean }) {
  if (!of) return <span className="note">–</span>
  return <span className="nowrap">{percent ? `${(of.value * 100).toFixed(1)}%` : of.value.toFixed(1)}</span>
}

export function FieldNames({ refs }: { refs: readonly string[] }) {
  const { pick, language } = useAppearance()
  const register = useRegister()
  const name = (ref: string) => {
    const found = register.data && fieldOf(register.data, ref)
    return found ? `${pick(found.collection.title)} · ${pick(found.field.title)}` : ref
  }
  return <>{refs.map(name).join(language === 'zh' ? '、' : ', ')}</>
}

export function PurposeName({ name }: { name: string }) {
  const { pick } = useAppearance()
  const register = useRegister()
  const purpose = register.data?.purposes.find((one) => one.name === name)
  return <>{purpose ? pick(purpose.title) : name}</>
}

interface Given {
  purpose: string
  fields: string[]
  size: string
}

function Begin({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { pick } = useAppearance()
  const t = useQualifying()
  const { me } = useSession()
  const register = useRegister()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { roles } = me
  const textsOf = (purpose: string) => (register.data ? freeTexts(register.data, purpose) : [])
  const purposes = (register.data?.purposes ?? []).filter(
    (one) => one.roles.some((role) => roles.includes(role)) && textsOf(one.name).length > 0,
  )
  return (
    <Dialog<Given>
      open={open}
      title={t.beginTitle}
      lead={<p className="note">{t.beginLead}</p>}
      submit={t.begin}
      initial={{ size: '60' }}
      onClose={onClose}
      onSubmit={async ({ purpose, fields, size }) => {
        const body = { purpose, fields, size: Number(size) }
        const { check } = await answer(api.POST('/api/v1/quality-checks', { body }))
        await queries.invalidateQueries({ queryKey: ['quality'] })
        await navigate({ to: '/quality/$check', params: { check } })
      }}
    >
      <Form.Item name="purpose" label={t.purpose} extra={t.purposeHint} rules={[{ required: true, message: t.purposeMissing }]}>
        <Select options={purposes.map(({ name, title }) => ({ value: name, label: pick(title), title: pick(title) }))} />
      </Form.Item>
      <Form.Item noStyle shouldUpdate={(before: Given, now: Given) => before.purpose !== now.purpose}>
        {({ getFieldValue }) => {
          const texts = textsOf(getFieldValue('purpose') ?? '')
          return (
            texts.length > 0 && (
              // Not `required`: antd would write `aria-required` on a group, which no such thing may have.
              <Form.Item
                name="fields"
                label={t.fields}
                rules={[
                  {
                    validator: (_, chosen: string[] | undefined) =>
                      chosen?.length ? Promise.resolve() : Promise.reject(new Error(t.fieldsMissing)),
                  },
                ]}
              >
                <Checkbox.Group options={texts.map(([value, title]) => ({ value, label: `${pick(title.in)} · ${pick(title.of)}` }))} />
              </Form.Item>
            )
          )
        }}
      </Form.Item>
      <Form.Item
        name="size"
        label={t.size}
        extra={t.sizeHint}
        rules={[
          {
            validator: (_, text: string) => {
              const size = Number(text)
              return Number.isInteger(size) && size >= 4 && size <= 400 ? Promise.resolve() : Promise.reject(new Error(t.sizeBad))
            },
          },
        ]}
      >
        <Input inputMode="numeric" autoComplete="off" />
      </Form.Item>
    </Dialog>
  )
}

/** The free texts that a purpose has. */
function freeTexts(register: Register, purpose: string) {
  const of = register.purposes.find(({ name }) => name === purpose)
  return (of ? fieldsOf(register, of) : []).flatMap((ref) => {
    const found = fieldOf(register, ref)
    return found?.field.kind === 'free_text' ? [[ref, { in: found.collection.title, of: found.field.title }] as const] : []
  })
}
