// What runs out next, and who has it: one list by time left, the days ahead, and how the ledger stands.
import { ClockCircleOutlined } from '@ant-design/icons'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { Button, Tag } from 'antd'
import { useState } from 'react'
import { useRegister } from '../api/register'
import { entriesFor } from '../frame/nav'
import { useSession } from '../session/session'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useRows } from '../shared/rows'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { type Duty, isUrgent, useDuties, useServerNow, used, useTimeLeft, useTitle } from './duties'
import { LedgerBanner, LedgerStatus, useStanding } from './ledger-status'
import { Ribbon } from './ribbon'
import './today.css'

export function Today() {
  const { texts, languageTag } = useWords()
  const duties = useDuties('always')
  const now = useServerNow(duties.data?.ahead ?? 0)
  const standing = useStanding()
  const date = new Intl.DateTimeFormat(languageTag, { dateStyle: 'full', timeZone: 'Asia/Shanghai' }).format(now)
  const alarms = duties.data?.duties.filter(({ kind }) => kind === 'alarm-unseen') ?? []
  return (
    <Page title={texts.today.title} lead={texts.today.lead(date)} actions={<LedgerStatus standing={standing} />}>
      <LedgerBanner standing={standing} />
      {duties.isError && <ProblemNote error={duties.error} onRetry={() => void duties.refetch()} />}
      <Ribbon duties={duties.data?.duties ?? []} now={now} />
      <div className={alarms.length > 0 ? 'today-columns' : undefined}>
        {!duties.isError && (
          <List
            duties={duties.data?.duties ?? []}
            next={duties.data?.later[0] ?? null}
            loading={duties.isPending}
            now={now}
          />
        )}
        {alarms.length > 0 && <Alarms alarms={alarms} now={now} />}
      </div>
      {duties.data && duties.data.later.length > 0 && <Later duties={duties.data.later} now={now} />}
    </Page>
  )
}

const useWords = () => {
  const { texts } = useAppearance()
  return { texts, languageTag: texts.languageTag }
}

interface ListProps {
  duties: readonly Duty[]
  next: Duty | null
  loading: boolean
  now: number
}

function List({ duties, next, loading, now }: ListProps) {
  const { texts, moment } = useAppearance()
  const [onlyMine, setOnlyMine] = useState(false)
  const titleOf = useTitle()
  const open = useOpen()
  const shown = onlyMine ? duties.filter(({ mine }) => mine) : duties
  const chosen = useRows(shown.length, (at) => shown[at] && open(shown[at])?.())
  const urgent = shown.filter(isUrgent).length
  return (
    <Panel
      flush
      title={texts.today.all}
      note={loading ? '' : texts.today.counts(shown.length, urgent)}
      extra={
        duties.some(({ mine }) => !mine) && (
          <Button type="link" size="small" aria-pressed={onlyMine} onClick={() => setOnlyMine(!onlyMine)}>
            {onlyMine ? texts.today.everything : texts.today.onlyMine}
          </Button>
        )
      }
    >
      <Table<Duty>
        label={texts.today.all}
        keyOf={keyOf}
        loading={loading}
        rows={shown}
        chosen={chosen}
        onOpen={(duty) => open(duty)?.()}
        empty={
          <>
            <strong>{onlyMine ? texts.today.emptyMine : texts.today.empty}</strong>
            <div className="note">
              {next ? texts.today.emptyNext(titleOf(next), moment(next.ends_at)) : texts.today.emptyNone}
            </div>
          </>
        }
        columns={[
          { key: 'left', title: texts.today.left, show: (duty) => <Clock duty={duty} now={now} /> },
          { key: 'kind', title: texts.today.kind, wide: true, show: ({ kind }) => <Tag>{texts.today.kinds[kind]}</Tag> },
          { key: 'item', title: texts.today.item, show: (duty) => <Item duty={duty} /> },
          { key: 'holder', title: texts.today.holder, wide: true, show: (duty) => <Holder duty={duty} /> },
          { key: 'act', title: texts.today.act, end: true, show: (duty) => <Act duty={duty} /> },
        ]}
      />
    </Panel>
  )
}

const keyOf = ({ kind, about, what }: Duty) => `${kind} ${about ?? ''} ${what ?? ''}`

function Clock({ duty, now }: { duty: Duty; now: number }) {
  const { texts, moment } = useAppearance()
  const timeLeft = useTimeLeft(now)
  const state = stateOf(duty, now)
  return (
    <div className={`clock clock-${state}`} title={texts.today.until(moment(duty.ends_at))}>
      <div className="clock-line">
        <ClockCircleOutlined aria-hidden />
        <strong>{timeLeft(duty)}</strong>
        <span className="clock-state">{texts.today.states[state]}</span>
      </div>
      <div className="clock-bar" aria-hidden>
        <div style={{ width: `${used(duty, now)}%` }} />
      </div>
    </div>
  )
}

/** What the server said, or that its time has run out since. */
const stateOf = (duty: Duty, now: number): string => (now >= Date.parse(duty.ends_at) ? 'overdue' : duty.state)

function Item({ duty }: { duty: Duty }) {
  const { texts, moment } = useAppearance()
  const titleOf = useTitle()
  const open = useOpen()(duty)
  const day = useLastDay()
  const when =
    duty.ends_at === duty.began_at
      ? texts.today.since(moment(duty.ends_at))
      : duty.unit === 'working-days'
        ? texts.today.lastDayIs(day(duty))
        : texts.today.until(moment(duty.ends_at))
  const title = titleOf(duty)
  return (
    <div className="duty">
      {open ? (
        <button type="button" className="duty-link" onClick={open}>
          {title}
        </button>
      ) : (
        <span className="duty-title">{title}</span>
      )}
      <div className="note">
        {duty.what === 'never' && <>{texts.today.never} · </>}
        {when} · {texts.today.notes[duty.kind]}
      </div>
    </div>
  )
}

/** The last day of a period in China. */
function useLastDay(): (duty: Duty) => string {
  const { languageTag } = useWords()
  const shape = new Intl.DateTimeFormat(languageTag, { dateStyle: 'medium', timeZone: 'Asia/Shanghai' })
  // A period ends with a day, at the first moment of the next.
  return ({ ends_at }) => shape.format(Date.parse(ends_at) - 1)
}

function Holder({ duty }: { duty: Duty }) {
  const { texts, pick } = useAppearance()
  const { me } = useSession()
  const register = useRegister()
  if (duty.mine && duty.roles.length === 0) return texts.today.me
  const titleOf = (role: string) => {
    const title = register.data?.roles.find(({ name }) => name === role)?.title
    return title ? pick(title) : ''
  }
  if (!duty.mine) return texts.today.waitFor(duty.roles.map(titleOf).filter(Boolean).join(texts.today.roleAnd))
  // The person, by the role in which they have it.
  const own = duty.roles.filter((role) => me.roles.includes(role)).map(titleOf)
  return (
    <>
      {texts.today.me}
      <div className="note">{own.join(texts.today.roleAnd)}</div>
    </>
  )
}

function Act({ duty }: { duty: Duty }) {
  const { texts } = useAppearance()
  const open = useOpen()(duty)
  const verb = texts.today.verbs[duty.kind]
  if (!open) return <span className="note">{verb}</span>
  return (
    <Button type={duty.mine && isUrgent(duty) ? 'primary' : 'default'} size="small" onClick={open}>
      {verb}
    </Button>
  )
}

/** Where a duty is done, the better screen first. */
const SCREENS: Record<string, readonly string[]> = {
  'approval-decision': ['/approvals'],
  'approval-awaited': ['/approvals'],
  'approval-unused': ['/approvals'],
  'grant-ends': ['/approvals'],
  'review-due': ['/approvals'],
  'review-awaited': ['/approvals'],
  'alarm-unseen': ['/alarms'],
  'api-key-ends': ['/api-keys'],
  'keys-age': ['/keys'],
  'backup-due': ['/keys'],
  'drill-due': ['/keys'],
  'register-review': ['/map', '/register'],
  'policy-review': ['/policies'],
  'retention-over': ['/map', '/register'],
  'downstream-behind': ['/downstreams'],
  'finding-confirmed': ['/discovery'],
}

/** How the screen of a duty is opened; nothing where this person has none for it. */
function useOpen(): (duty: Duty) => (() => void) | null {
  const { me } = useSession()
  const { routesByPath } = useRouter()
  const navigate = useNavigate()
  const own = entriesFor(me).map(({ to }): string => to)
  return ({ kind, about }) => {
    const to = SCREENS[kind]?.find((path) => path in routesByPath && own.includes(path))
    if (to === undefined) return null
    if (to === '/discovery') return () => void navigate({ to, search: { id: about ?? undefined } })
    return () => void navigate({ to })
  }
}

function Alarms({ alarms, now }: { alarms: readonly Duty[]; now: number }) {
  const { texts, moment } = useAppearance()
  const titleOf = useTitle()
  const openOf = useOpen()
  return (
    <Panel title={texts.today.alarmPanel} note={texts.today.alarmCount(alarms.length)}>
      <ul className="alarm-list">
        {alarms.map((duty) => {
          const open = openOf(duty)
          const state = stateOf(duty, now)
          return (
            <li key={keyOf(duty)}>
              <span className={`state state-${state}`}>{texts.today.states[state]}</span>
              <div>
                <div>{titleOf(duty)}</div>
                <div className="note">{moment(duty.began_at)}</div>
              </div>
              {open && (
                <Button size="small" onClick={open}>
                  {texts.today.verbs[duty.kind]}
                </Button>
              )}
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

/** What is scheduled and nobody has to think of yet. */
function Later({ duties, now }: { duties: readonly Duty[]; now: number }) {
  const { texts } = useAppearance()
  const titleOf = useTitle()
  const timeLeft = useTimeLeft(now)
  const day = useLastDay()
  return (
    <Panel flush title={texts.today.later} note={texts.today.laterNote}>
      <Table<Duty>
        label={texts.today.later}
        keyOf={keyOf}
        rows={duties}
        empty=""
        columns={[
          { key: 'day', title: texts.today.ends, show: (duty) => day(duty) },
          { key: 'left', title: texts.today.left, show: (duty) => timeLeft(duty) },
          { key: 'kind', title: texts.today.kind, wide: true, show: ({ kind }) => <Tag>{texts.today.kinds[kind]}</Tag> },
          { key: 'item', title: texts.today.item, show: (duty) => titleOf(duty) },
          { key: 'why', title: texts.today.why, wide: true, show: ({ kind }) => <span className="note">{texts.today.notes[kind]}</span> },
        ]}
      />
    </Panel>
  )
}
