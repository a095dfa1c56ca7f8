// Backups, and drills that show that they can be used.
import { CheckCircleOutlined, CloseCircleOutlined, LoadingOutlined, SaveOutlined, WarningOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Skeleton } from 'antd'
import { answer, api, type Schemas } from '../api/client'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { useDoing } from '../shared/doing'
import { Meter, State, type Tone, useNow } from '../shared/due'
import { Facts } from '../shared/facts'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'

type Work = Schemas['BackupWork']

const SHOWN = 5
const DAY = 86_400_000
/** After how many days a backup and a drill are old: as the examination has it. */
const [BACKUP_DAYS, DRILL_DAYS] = [2, 91]

export function Backups() {
  const { texts, moment } = useAppearance()
  const { me } = useSession()
  const { busy, error, run } = useDoing()
  const now = useNow()
  const t = texts.people.backups
  const list = useQuery({
    queryKey: ['backups'],
    queryFn: () => answer(api.GET('/api/v1/backups')),
    refetchInterval: ({ state }) => (state.data?.work?.state === 'running' ? 1000 : 60_000),
  })
  const backups = [...(list.data?.backups ?? [])].reverse()
  const [last] = backups
  const drill = list.data?.last_drill
  const running = list.data?.work?.state === 'running'
  const old = (at: string, days: number): Tone => (now - Date.parse(at) > days * DAY ? 'warm' : 'ok')

  async function begin(what: 'backup' | 'drill') {
    await run(() => answer(what === 'backup' ? api.POST('/api/v1/backups') : api.POST('/api/v1/backups/drills')))
    await list.refetch()
  }
  return (
    <Panel
      title={t.title}
      extra={
        may(me, 'POST', '/api/v1/backups') && (
          <span className="row-acts">
            <Button size="small" disabled={running} loading={busy} onClick={() => void begin('drill')}>
              {t.drill}
            </Button>
            <Button
              size="small"
              type="primary"
              icon={<SaveOutlined aria-hidden />}
              disabled={running}
              loading={busy}
              onClick={() => void begin('backup')}
            >
              {t.begin}
            </Button>
          </span>
        )
      }
    >
      {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {error !== null && <ProblemNote error={error} />}
      {list.isPending && <Skeleton active title={false} />}
      {list.data?.work && <Going work={list.data.work} />}
      {list.isSuccess && (
        <Facts
          rows={[
            [t.last, last ? <State key="last" tone={old(last.at, BACKUP_DAYS)}>{t.of(last.number, moment(last.at))}</State> : <Never key="last">{t.none}</Never>],
            [
              t.lastDrill,
              drill ? <State key="drill" tone={old(drill.at, DRILL_DAYS)}>{moment(drill.at)}</State> : <Never key="drill">{t.noDrill}</Never>,
            ],
            [
              t.result,
              drill &&
                `${t.drilled(drill.backup, drill.rows, drill.values)} ${t.took(texts.people.due.span(Math.ceil(drill.millis / 1000)))} · ${texts.entry(drill.entry)}`,
            ],
          ]}
        />
      )}
      {backups.length > 0 && (
        <Table
          label={t.all}
          empty={t.none}
          keyOf={(one) => one.number}
          rows={backups.slice(0, SHOWN)}
          columns={[
            { key: 'number', title: t.number, show: (one) => one.number },
            { key: 'at', title: t.at, show: (one) => moment(one.at) },
            { key: 'rows', title: t.rows, show: (one) => one.rows.toLocaleString(texts.languageTag) },
            { key: 'bytes', title: t.bytes, wide: true, show: (one) => t.megabytes(one.bytes) },
            { key: 'ledger', title: t.ledger, wide: true, show: (one) => one.ledger_size.toLocaleString(texts.languageTag) },
          ]}
        />
      )}
      <p className="note">{t.note}</p>
    </Panel>
  )
}

function Never({ children }: { children: string }) {
  return (
    <State tone="warm" icon={<WarningOutlined aria-hidden />}>
      {children}
    </State>
  )
}

function Going({ work }: { work: Work }) {
  const { texts, moment } = useAppearance()
  const t = texts.people.backups
  const [tone, icon] = {
    running: ['cool', <LoadingOutlined key="running" aria-hidden />] as const,
    done: ['ok', <CheckCircleOutlined key="done" aria-hidden />] as const,
  }[work.state] ?? (['hot', <CloseCircleOutlined key="failed" aria-hidden />] as const)
  const share = work.state === 'done' ? 1 : work.total === 0 ? 0 : work.done / work.total
  return (
    <div className="work" aria-live="polite">
      <div className="epoch-head">
        <strong>{t.whats[work.what] ?? work.what}</strong>
        <State tone={tone} icon={icon}>
          {t.workStates[work.state] ?? work.state}
        </State>
        <span className="epoch-keys">{moment(work.began)}</span>
      </div>
      <Meter share={share} tone={tone} />
      {work.why && <p className="note">{work.why}</p>}
    </div>
  )
}
