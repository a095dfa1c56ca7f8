// How the ledger stands, verified in this browser: one line while it holds, a banner in plain words if it does not.
import { CheckCircleFilled, CloseCircleFilled, LoadingOutlined } from '@ant-design/icons'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { Alert, Button, Popover } from 'antd'
import { useSession } from '../session/session'
import { may } from '../session/may'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { short } from '../proof/short'
import type { Standing } from '../proof/standing'

type Asked = UseQueryResult<Standing>

/** The ledger as this browser sees it. What verifies is loaded with the first question. */
export function useStanding(): Asked {
  const { me } = useSession()
  const mayProve = may(me, 'GET', '/api/v1/ledger/consistency')
  return useQuery({
    queryKey: ['standing', mayProve],
    queryFn: async () => (await import('../proof/standing')).examine(mayProve),
    staleTime: 60_000,
    retry: false,
  })
}

export function LedgerStatus({ standing }: { standing: Asked }) {
  const { texts } = useAppearance()
  const words = texts.today.ledger
  if (standing.isPending) {
    return (
      <span className="ledger-status" role="status">
        <LoadingOutlined aria-hidden /> {words.checking}
      </span>
    )
  }
  const now = standing.data
  if (!now) return null
  if (now.state === 'none') return <span className="ledger-status">{words.none}</span>
  if (now.state === 'bad') {
    return (
      <span className="ledger-status ledger-bad">
        <CloseCircleFilled aria-hidden /> {words.bad}
      </span>
    )
  }
  const time = new Intl.DateTimeFormat(texts.languageTag, { timeStyle: 'short' }).format(now.at)
  const size = now.checkpoint.size.toLocaleString(texts.languageTag)
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div className="ledger-said">
          <p>{words.since[now.since.proven]}</p>
          <p className="note">
            {words.algorithms[now.key.algorithm]} · {now.checkpoint.origin}
          </p>
          <code className="root">{now.checkpoint.root}</code>
        </div>
      }
    >
      <button type="button" className="ledger-status ledger-good">
        <CheckCircleFilled aria-hidden /> {words.good(time, size)} · {words.root} <code>{short(now.checkpoint.root)}</code>
      </button>
    </Popover>
  )
}

export function LedgerBanner({ standing }: { standing: Asked }) {
  const { texts } = useAppearance()
  const words = texts.today.ledger
  const now = standing.data
  if (standing.isError) return <ProblemNote error={standing.error} onRetry={() => void standing.refetch()} />
  if (now?.state !== 'bad') return null
  const told = (of: { size: number; root: string }) => [of.size.toLocaleString(texts.languageTag), short(of.root)] as const

  async function remember() {
    const { forget } = await import('../proof/standing')
    forget()
    await standing.refetch()
  }
  return (
    <Alert
      className="ledger-banner"
      type="error"
      showIcon
      role="alert"
      icon={<CloseCircleFilled aria-hidden />}
      title={words.badTitle(words.whys[now.why] ?? '')}
      description={
        <>
          <p>{words.todo}</p>
          {now.remembered && <div className="note">{words.had(...told(now.remembered))}</div>}
          {now.checkpoint && <div className="note">{words.has(...told(now.checkpoint))}</div>}
          <div className="ledger-acts">
            <Button onClick={() => void standing.refetch()}>{words.again}</Button>
            {now.remembered && <Button onClick={() => void remember()}>{words.forget}</Button>}
          </div>
        </>
      }
    />
  )
}
