// A customer's record: everything masked, one field lent at a time.
import { LockOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { App, Skeleton, Tag } from 'antd'
import { useEffect, useState } from 'react'
import { answer, api, type FieldAnswer, type ReadAnswer } from '../api/client'
import { fieldOf, fieldsOf, type Purpose, type Register, useRegister } from '../api/register'
import { useRoles } from '../frame/frame'
import { usePurpose } from '../frame/purpose'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { Fields } from './fields'
import { History } from './history'
import { useLoan } from './loan'
import { RevealDialog, type Wanted } from './reveal'

export function RecordScreen() {
  const { texts } = useAppearance()
  const { subject } = useParams({ from: '/records/$subject' })
  const { order } = useSearch({ from: '/records/$subject' })
  const { purpose } = usePurpose()
  const register = useRegister()
  if (register.isError) return <ProblemNote error={register.error} onRetry={() => void register.refetch()} />
  if (!register.data) return <Skeleton active />
  if (!purpose) {
    return (
      <Page title={texts.records.noPurpose} lead={texts.records.noPurposeHint}>
        {null}
      </Page>
    )
  }
  // A change of purpose is another look: whatever was shown goes with the old one.
  return (
    <Record key={`${subject} ${purpose.name}`} subject={subject} order={order} purpose={purpose} register={register.data} />
  )
}

interface Props {
  subject: string
  order: string | undefined
  purpose: Purpose
  register: Register
}

interface Left {
  text: string
  entry: number
}

function Record({ subject, order, purpose, register }: Props) {
  const { texts, pick, language } = useAppearance()
  const { message } = App.useApp()
  const roles = useRoles()
  const read = useQuery({
    // The language, for the reasons come in it.
    queryKey: ['record', subject, purpose.name, order ?? '', language],
    queryFn: () =>
      answer(
        api.POST('/api/v1/subjects/{subject}/reads', {
          params: { path: { subject } },
          body: { purpose: purpose.name, fields: fieldsOf(register, purpose), ...(order ? { case: order } : {}) },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  const { loan, secondsLeft, lend, end } = useLoan()
  const [wanted, setWanted] = useState<Wanted | null>(null)
  const [left, setLeft] = useState<Left[]>([])
  const noted = (text: string, entry: number) => setLeft((before) => [{ text, entry }, ...before])
  const title = (field: string) => {
    const found = fieldOf(register, field)
    return found ? pick(found.field.title) : field
  }
  useEffect(() => end, [end])

  if (read.isPending) return <Skeleton active paragraph={{ rows: 10 }} />
  if (read.isError) {
    return (
      <Page title={texts.record.title}>
        <ProblemNote error={read.error} onRetry={() => void read.refetch()} />
      </Page>
    )
  }
  const [as, role, to, what, rest] = texts.record.banner(roles, pick(purpose.title))
  return (
    <>
      <Page title={nameOf(read.data, register) ?? texts.record.noName} lead={<code>{subject}</code>}>
        <div className="banner">
          <LockOutlined aria-hidden />
          <span>
            {as}
            <strong>{role}</strong>
            {to}
            <strong>{what}</strong>
            {rest}
            {texts.record.bannerRest}
          </span>
        </div>
        <div className="columns">
          <div>
            <Panel title={texts.record.personal}>
              <Fields
                register={register}
                answers={read.data.fields}
                loan={loan}
                secondsLeft={secondsLeft}
                onReveal={setWanted}
                onHide={end}
              />
              <p className="note">{texts.record.rules}</p>
            </Panel>
          </div>
          <div>
            <Orders subject={subject} purpose={purpose} />
            <Trail left={[...left, { text: texts.record.trailOpen, entry: read.data.entry }]} />
            <WhoLooked subject={subject} />
          </div>
        </div>
      </Page>
      <div className="sr-only" role="status">
        {loan ? texts.record.revealed(title(loan.field)) : ''}
      </div>
      <RevealDialog
        wanted={wanted}
        subject={subject}
        purpose={purpose.name}
        order={order}
        onClose={() => setWanted(null)}
        onClear={(field: FieldAnswer, entry) => {
          setWanted(null)
          noted(texts.record.trailReveal(title(field.field)), entry)
          // Whoever went elsewhere while the server worked sees nothing lent.
          if (document.hidden) void message.info(texts.record.hidden)
          else lend(field.field, new Map((field.values ?? []).map(({ record, value }) => [record, value])))
        }}
        onRefused={(entry) => wanted && noted(texts.record.trailRefused(wanted.title), entry)}
      />
    </>
  )
}

/** The person's name in whatever form it was answered; the first field of the kind. */
function nameOf(read: ReadAnswer, register: Register): string | null {
  const names = read.fields.filter(({ field }) => fieldOf(register, field)?.field.kind === 'name')
  return names.find((one) => one.values?.length)?.values?.[0]?.value ?? null
}

function Trail({ left }: { left: readonly Left[] }) {
  const { texts } = useAppearance()
  return (
    <Panel title={texts.record.trail}>
      <ol className="trail">
        {left.map(({ text, entry }) => (
          <li key={entry}>
            <strong>{text}</strong>
            <Link to="/explain" search={{ read: `rd_${entry}` }}>
              {texts.entry(entry)}
            </Link>
          </li>
        ))}
      </ol>
      <p className="note">{texts.record.trailNote}</p>
    </Panel>
  )
}

function Orders({ subject, purpose }: { subject: string; purpose: Purpose }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const list = useQuery({
    queryKey: ['cases', purpose.name],
    queryFn: () => answer(api.GET('/api/v1/cases', { params: { query: { purpose: purpose.name, limit: 200 } } })),
    enabled: may(me, 'GET', '/api/v1/cases'),
    staleTime: 60_000,
    retry: false,
  })
  const orders = (list.data?.cases ?? []).filter((one) => one.subject === subject)
  return (
    <Panel title={texts.record.orders}>
      {list.isPending && <Skeleton active paragraph={{ rows: 1 }} title={false} />}
      {list.isError && <ProblemNote error={list.error} />}
      {list.isSuccess && orders.length === 0 && <p className="note">{texts.record.noOrders}</p>}
      {orders.map((one) => (
        <div key={one.case} className="order">
          <strong>{one.fields.number ?? one.case}</strong>
          <Tag color={one.open ? 'processing' : 'default'}>{one.open ? texts.records.isOpen : texts.records.isClosed}</Tag>
          <span className="note">{[one.fields.status, one.fields.service_type].filter(Boolean).join(' · ')}</span>
        </div>
      ))}
    </Panel>
  )
}

function WhoLooked({ subject }: { subject: string }) {
  const { me } = useSession()
  return may(me, 'GET', '/api/v1/ledger/entries') ? <History subject={subject} /> : null
}
