// The ledger: its entries as they come, their proofs, its verification on this machine, and the file to take along.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { usePurposeTitle } from '../api/register'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useRows } from '../shared/rows'
import { Windowed } from '../shared/windowed'
import { useAppearance } from '../texts'
import { asksForCode, type Entry, type Filter, entryAt, kindOf, useMatches, usePresence, useWhole } from './entries'
import { Export } from './export'
import { FilterBar } from './filter'
import { ProofDrawer } from './proof'
import { Verify } from './verify'
import './ledger.css'

export function Ledger() {
  const { texts } = useAppearance()
  const { me } = useSession()
  const { kind, since, until } = useSearch({ from: '/ledger' })
  const [filter, setFilter] = useState<Filter>({
    ...(kind === undefined ? {} : { kind }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  })
  const [live, setLive] = useState(true)
  const { opened, setOpened, error } = useOpened()
  const here = usePresence()
  const isFiltered = Object.keys(filter).length > 0
  const whole = useWhole(live && here, !isFiltered)
  const matches = useMatches(isFiltered ? filter : null, live && here)
  const list = isFiltered ? matches : whole
  const chosen = useRows(list.count, (at) => setOpened(list.rowAt(at) ?? null))
  const columns = useColumns()
  return (
    <Page title={texts.ledger.title} lead={list.size > 0 ? texts.ledger.lead(list.size) : ''}>
      <div className="ledger-top">
        {may(me, 'GET', '/api/v1/ledger/tile/{*path}') && <Verify />}
        <Export />
      </div>
      <Panel flush title={texts.ledger.entries} note={texts.ledger.rowHint}>
        <FilterBar filter={filter} onFilter={setFilter} live={live} onLive={setLive} here={here} />
        {isFiltered && <Found matches={matches} />}
        {list.error !== null && <ProblemNote error={list.error} onRetry={list.retry} />}
        {error !== null && <ProblemNote error={error} />}
        <Windowed<Entry>
          key={JSON.stringify(filter)}
          label={texts.ledger.title}
          columns={columns}
          count={list.count}
          rowAt={list.rowAt}
          onSight={list.onSight}
          onOpen={setOpened}
          chosen={chosen}
          added={list.added}
          empty={texts.ledger.empty}
          loading={list.loading || (isFiltered && matches.looking)}
        />
      </Panel>
      <ProofDrawer entry={opened} onClose={() => setOpened(null)} />
    </Page>
  )
}

/** The entry that the address names: an entry has an address of its own, to be handed on. */
function useOpened() {
  const { entry: index } = useSearch({ from: '/ledger' })
  const navigate = useNavigate()
  const [known, setKnown] = useState<Entry | null>(null)
  const named = useQuery({
    queryKey: ['ledger', 'entry', index],
    queryFn: () => entryAt(index ?? 0),
    enabled: index !== undefined && known?.index !== index,
  })
  const found = known?.index === index ? known : (named.data ?? null)
  const setOpened = (entry: Entry | null) => {
    setKnown(entry)
    void navigate({ to: '/ledger', search: entry ? { entry: entry.index } : {}, replace: entry === null })
  }
  return { opened: index === undefined ? null : found, setOpened, error: named.error }
}

function Found({ matches }: { matches: ReturnType<typeof useMatches> }) {
  const { texts } = useAppearance()
  const { count, looking, more } = matches
  return (
    <div className="ledger-found" role="status">
      {looking ? texts.ledger.looking(count) : texts.ledger.found(count)}
      {looking && (
        <button type="button" className="duty-link" onClick={matches.stop}>
          {texts.ledger.stop}
        </button>
      )}
      {!looking && more && (
        <button type="button" className="duty-link" onClick={matches.goOn}>
          {texts.ledger.goOn}
        </button>
      )}
    </div>
  )
}

function useColumns() {
  const { texts } = useAppearance()
  const purposeTitle = usePurposeTitle()
  const time = new Intl.DateTimeFormat(texts.languageTag, { dateStyle: 'short', timeStyle: 'medium' })
  const actorOf = useActor()
  return [
    { key: 'index', title: texts.ledger.index, show: (one: Entry) => <code>{one.index}</code> },
    { key: 'at', title: texts.ledger.at, show: (one: Entry) => time.format(new Date(one.at)) },
    {
      key: 'kind',
      title: texts.ledger.kind,
      show: (one: Entry) => (
        <span className={`kind kind-${asksForCode(one) ? 'sign-in' : one.kind}`}>{kindOf(one, texts.ledger)}</span>
      ),
    },
    { key: 'actor', title: texts.ledger.actor, wide: true, show: (one: Entry) => actorOf(one.actor) },
    {
      key: 'subject',
      title: texts.ledger.subject,
      wide: true,
      show: (one: Entry) => one.subject && <code>{one.subject.slice(0, 8)}…</code>,
    },
    { key: 'purpose', title: texts.ledger.purpose, wide: true, show: (one: Entry) => purposeTitle(one.purpose) },
    { key: 'fields', title: texts.ledger.fields, wide: true, show: (one: Entry) => formsOf(one, texts.forms) },
  ]
}

const formsOf = (one: Entry, forms: Record<string, string>): string => {
  const counts = new Map<string, number>()
  for (const { form, fields } of one.fields ?? []) counts.set(form, (counts.get(form) ?? 0) + fields.length)
  return [...counts].map(([form, count]) => `${forms[form] ?? ''} ${count}`).join(' · ')
}

/** Who did it, as people read it: oneself by name, others by the ends of their pseudonymous id. */
export function useActor(): (actor: string) => React.ReactNode {
  const { texts } = useAppearance()
  const { me } = useSession()
  return (actor) => {
    if (actor === me.actor) return texts.ledger.me
    if (actor === 'operator') return texts.ledger.operator
    return (
      <code title={actor}>
        {actor.slice(0, 4)}…{actor.slice(-6)}
      </code>
    )
  }
}
