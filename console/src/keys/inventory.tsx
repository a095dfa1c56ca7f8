// Which cryptography is in use, where, and what a quantum computer would do to it.
import { CheckCircleOutlined, CloseCircleOutlined, WarningOutlined } from '@ant-design/icons'
import type { ReactNode } from 'react'
import type { Schemas } from '../api/client'
import { useTitles } from '../approvals/titles'
import { State, type Tone } from '../shared/due'
import { Panel } from '../shared/page'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'

type Algorithm = Schemas['Algorithm']
type InUse = Schemas['InUse']

const LOOKS: Record<string, readonly [Tone, ReactNode]> = {
  safe: ['ok', <CheckCircleOutlined key="safe" aria-hidden />],
  halved: ['warm', <WarningOutlined key="halved" aria-hidden />],
  broken: ['hot', <CloseCircleOutlined key="broken" aria-hidden />],
}

export function Inventory({ inventory, pending }: { inventory: Schemas['Inventory'] | undefined; pending: boolean }) {
  const { texts } = useAppearance()
  const titles = useTitles()
  const t = texts.people.inventory
  const suites = texts.people.keys.suites
  return (
    <>
      <Panel title={t.inUse} note={t.inUseNote} flush>
        <Table<InUse>
          label={t.inUse}
          empty={t.empty}
          keyOf={(one) => `${one.collection} ${one.suite}`}
          loading={pending}
          rows={inventory?.in_use ?? []}
          columns={[
            { key: 'collection', title: t.collection, show: (one) => titles.collection(one.collection) },
            { key: 'zone', title: t.zone, wide: true, show: (one) => one.zone ?? t.main },
            { key: 'suite', title: t.suite, show: (one) => suites[one.suite] ?? one.suite },
            {
              key: 'fields',
              title: t.fields,
              wide: true,
              show: (one) => <span title={one.fields.join(', ')}>{t.fieldCount(one.fields.length)}</span>,
            },
            { key: 'records', title: t.records, show: (one) => one.records.toLocaleString(texts.languageTag) },
            {
              key: 'waiting',
              title: t.waiting,
              show: (one) =>
                one.waiting === 0 ? <State tone="ok">{t.upToDate}</State> : <State tone="warm">{t.behind(one.waiting)}</State>,
            },
          ]}
        />
      </Panel>
      <Panel title={t.algorithms} note={t.algorithmsNote} flush>
        <Table<Algorithm>
          label={t.algorithms}
          empty={t.empty}
          keyOf={(one) => `${one.name} ${one.role}`}
          loading={pending}
          rows={inventory?.algorithms ?? []}
          columns={[
            {
              key: 'name',
              title: t.algorithm,
              show: (one) => (
                <>
                  <strong className="name">{one.name}</strong>
                  {one.key_bits > 0 && <div className="note">{t.bits(one.key_bits)}</div>}
                </>
              ),
            },
            { key: 'role', title: t.role, show: (one) => one.role },
            { key: 'suite', title: t.suite, wide: true, show: (one) => (one.suite ? (suites[one.suite] ?? one.suite) : t.both) },
            { key: 'standard', title: t.standard, wide: true, show: (one) => <span className="note">{one.standard}</span> },
            { key: 'library', title: t.library, wide: true, show: (one) => <code>{one.library}</code> },
            {
              key: 'quantum',
              title: t.quantum,
              show: (one) => {
                const [tone, icon] = LOOKS[one.exposure] ?? ['muted', null]
                return (
                  <span title={one.quantum}>
                    <State tone={tone} icon={icon}>
                      {t.exposures[one.exposure] ?? one.exposure}
                    </State>
                  </span>
                )
              },
            },
          ]}
        />
      </Panel>
    </>
  )
}
