// What a day allows and what is left of it: one's own, and for the security administrator everybody's.
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { usePurposeTitle } from '../api/register'
import { useSession } from '../session/session'
import { Colleagues, Who } from '../shared/colleagues'
import { Meter, type Tone } from '../shared/due'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import '../people/people.css'

type Use = Schemas['QuotaUse']

export function Quotas() {
  const { texts } = useAppearance()
  const { me } = useSession()
  const own = useOwnQuotas()
  const t = texts.people.quotas
  const administers = me.roles.includes('security-admin')
  return (
    <Page title={t.title} lead={own.data ? t.lead(texts.people.due.span(own.data.seconds_left)) : t.title}>
      {administers ? <Everybodys /> : <Own />}
    </Page>
  )
}

function useOwnQuotas() {
  return useQuery({ queryKey: ['quotas'], queryFn: () => answer(api.GET('/api/v1/quotas')) })
}

const share = ({ used, limit }: Use) => (limit === 0 ? 1 : used / limit)
const toneOf = (use: Use): Tone => (use.left === 0 ? 'hot' : share(use) >= 0.8 ? 'warm' : 'cool')

/** The three counts of each purpose. */
export function Own() {
  const { texts } = useAppearance()
  const title = usePurposeTitle()
  const own = useOwnQuotas()
  const t = texts.people.quotas
  const purposes = useMemo(() => {
    const by = new Map<string, Use[]>()
    for (const use of own.data?.quotas ?? []) by.set(use.purpose, [...(by.get(use.purpose) ?? []), use])
    return [...by]
  }, [own.data])
  return (
    <Panel title={t.own} note={t.ownNote} flush>
      {own.isError && <ProblemNote error={own.error} onRetry={() => void own.refetch()} />}
      <Table<[string, Use[]]>
        label={t.own}
        empty={t.emptyOwn}
        keyOf={([purpose]) => purpose}
        loading={own.isPending}
        rows={purposes}
        columns={[
          { key: 'purpose', title: t.purpose, show: ([purpose]) => <strong>{title(purpose)}</strong> },
          ...(['subjects', 'clear', 'searches'] as const).map((kind) => ({
            key: kind,
            title: t.kinds[kind],
            show: ([, uses]: [string, Use[]]) => <Count use={uses.find((one) => one.kind === kind)} />,
          })),
        ]}
      />
    </Panel>
  )
}

function Everybodys() {
  const { texts } = useAppearance()
  const title = usePurposeTitle()
  const t = texts.people.quotas
  const all = useQuery({
    queryKey: ['quotas', 'all'],
    queryFn: () => answer(api.GET('/api/v1/quotas', { params: { query: { all: true, limit: 200 } } })),
    refetchInterval: 60_000,
  })
  const uses = all.data?.quotas ?? []
  const ids = useMemo(() => uses.map((one) => one.actor), [uses])
  return (
    <Colleagues ids={ids}>
      {all.isError && <ProblemNote error={all.error} onRetry={() => void all.refetch()} />}
      <Panel title={t.all} note={t.allNote(uses.length, all.data?.total ?? 0)} flush>
        <Table<Use>
          label={t.all}
          empty={t.empty}
          keyOf={(one) => `${one.actor} ${one.purpose} ${one.kind}`}
          loading={all.isPending}
          rows={uses}
          columns={[
            { key: 'used', title: t.used, show: (one) => <Count use={one} /> },
            { key: 'who', title: t.who, show: (one) => <Who id={one.actor} /> },
            { key: 'kind', title: t.kind, show: (one) => t.kinds[one.kind] ?? one.kind },
            { key: 'purpose', title: t.purpose, wide: true, show: (one) => title(one.purpose) },
          ]}
        />
      </Panel>
    </Colleagues>
  )
}

function Count({ use }: { use: Use | undefined }) {
  const { texts } = useAppearance()
  const t = texts.people.quotas
  if (!use) return <span className="note">{t.unlimited}</span>
  const tone = toneOf(use)
  return (
    <div className={`due tone-${tone}`}>
      <div className="due-line">
        <strong>
          {use.used} / {use.limit}
        </strong>
        <span>{use.left === 0 ? t.spent : t.left(use.left)}</span>
      </div>
      <Meter share={share(use)} tone={tone} />
    </div>
  )
}
