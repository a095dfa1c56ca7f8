// What the person said, by purpose: the whole truth for those who answer for consent, the overview for the others.
import { HistoryOutlined, QrcodeOutlined } from '@ant-design/icons'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Input, Skeleton } from 'antd'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { answer, api, type Overview } from '../../api/client'
import type { Purpose, Register } from '../../api/register'
import { may } from '../../session/may'
import { useSession } from '../../session/session'
import { EntryLink } from '../../shared/entry-link'
import { Panel } from '../../shared/page'
import { ProblemNote } from '../../shared/problem'
import { useAppearance } from '../../texts'
import { Matrix } from './matrix'
import './said.css'
import { useSaid } from './texts'
import { ofMatrix, ofOverview } from './words'

// Comes when it is opened.
const CounterDialog = lazy(async () => ({ default: (await import('./counter')).CounterDialog }))

interface Props {
  subject: string
  /** Why the person deals with the customer; null where the role names no purpose. */
  purpose: Purpose | null
  register: Register
}

/** By the operation that tells of all: what was said, by whom it is proved, and what it was at any moment. */
export function Whole(props: Props) {
  const { subject, register } = props
  const { moment } = useAppearance()
  const t = useSaid()
  const [at, setAt] = useState<string | null>(null)
  const matrix = useQuery({
    queryKey: ['said', subject, at ?? ''],
    queryFn: () =>
      answer(
        api.GET('/api/v1/subjects/{subject}/consents', {
          params: { path: { subject }, query: at === null ? {} : { as_of: at } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    placeholderData: keepPreviousData,
  })
  return (
    <Frame {...props} extra={<AsOf at={at} onAt={setAt} />} onChanged={() => void matrix.refetch()}>
      {matrix.isPending && <Waiting />}
      {matrix.isError && (
        <div className="panel-body">
          <ProblemNote error={matrix.error} onRetry={() => void matrix.refetch()} />
        </div>
      )}
      {matrix.data && at !== null && (
        <div className="said-then" role="status">
          <HistoryOutlined aria-hidden />
          <span>
            {t.asOf.banner(moment(matrix.data.at))} {t.asOf.proof} <EntryLink entry={matrix.data.look} />
          </span>
          <Button size="small" onClick={() => setAt(null)}>
            {t.asOf.now}
          </Button>
        </div>
      )}
      {matrix.data && (
        <Matrix
          subject={subject}
          register={register}
          told={ofMatrix(matrix.data)}
          at={matrix.data.at}
          isPast={at !== null}
          onChanged={() => void matrix.refetch()}
        />
      )}
    </Frame>
  )
}

/** By what everybody with the record is told. */
export function Short(props: Props & { consents: Overview['consents']; onChanged: () => void }) {
  const { subject, register, consents, onChanged } = props
  const [at] = useState(() => new Date().toISOString())
  return (
    <Frame {...props}>
      <Matrix
        subject={subject}
        register={register}
        told={ofOverview(register, consents)}
        at={at}
        isPast={false}
        onChanged={onChanged}
      />
    </Frame>
  )
}

function Frame({ subject, purpose, extra, children, onChanged }: Props & { extra?: ReactNode; children: ReactNode; onChanged?: () => void }) {
  const { me } = useSession()
  const t = useSaid()
  const [asking, setAsking] = useState(false)
  const mayAsk = purpose !== null && may(me, 'POST', '/api/v1/subjects/{subject}/counter-sessions')
  return (
    <Panel
      title={t.title}
      flush
      extra={
        <div className="said-tools">
          {mayAsk && (
            <Button size="small" icon={<QrcodeOutlined aria-hidden />} onClick={() => setAsking(true)}>
              {t.counter.button}
            </Button>
          )}
          {extra}
        </div>
      }
    >
      {children}
      {purpose && asking && (
        <Suspense fallback={null}>
          <CounterDialog
            subject={subject}
            purpose={purpose.name}
            onClose={() => setAsking(false)}
            onAnswered={() => onChanged?.()}
          />
        </Suspense>
      )}
    </Panel>
  )
}

const Waiting = () => (
  <div className="panel-body">
    <Skeleton active title={false} paragraph={{ rows: 4 }} />
  </div>
)

/** A moment in the past, in the person's own time zone. */
function AsOf({ at, onAt }: { at: string | null; onAt: (at: string) => void }) {
  const t = useSaid()
  const [open, setOpen] = useState(false)
  const [local, setLocal] = useState('')
  const [wrong, setWrong] = useState(false)
  if (!open) {
    return (
      <Button size="small" icon={<HistoryOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t.asOf.button}
      </Button>
    )
  }
  const look = () => {
    const moment = new Date(local)
    const isPast = moment.getTime() <= Date.now()
    setWrong(!isPast)
    // To the end of the minute that was chosen, as people mean it.
    if (isPast) onAt(new Date(Math.min(moment.getTime() + 59_999, Date.now() - 1_000)).toISOString())
  }
  return (
    <form
      className="said-at"
      onSubmit={(event) => {
        event.preventDefault()
        look()
      }}
    >
      <Input
        size="small"
        type="datetime-local"
        aria-label={t.asOf.label}
        {...(wrong ? { status: 'error' as const, 'aria-invalid': true } : {})}
        value={local}
        autoFocus={at === null}
        required
        onChange={(event) => setLocal(event.target.value)}
      />
      <Button size="small" type="primary" htmlType="submit">
        {t.asOf.show}
      </Button>
      {wrong && (
        <span className="said-wrong" role="alert">
          {t.asOf.future}
        </span>
      )}
    </form>
  )
}
