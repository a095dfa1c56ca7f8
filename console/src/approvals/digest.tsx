// The digest that a decision names, computed anew in this browser from what the page shows.
import { CheckCircleOutlined, CloseCircleOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useAppearance } from '../texts'
import { State } from '../shared/due'
import { digestOf } from './digest-of'
import type { Approval } from './items'

export function Digest({ approval }: { approval: Approval }) {
  const { texts } = useAppearance()
  const t = texts.people.approvals
  const own = useQuery({
    queryKey: ['digest', approval.approval, approval.digest],
    queryFn: () => digestOf(approval.act, approval.body),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <div className="digest">
      <div className="digest-head">
        <strong>{t.digest}</strong>
        {own.data === approval.digest && (
          <State tone="ok" icon={<CheckCircleOutlined aria-hidden />}>
            {t.digestRight}
          </State>
        )}
        {own.data && own.data !== approval.digest && (
          <State tone="hot" icon={<CloseCircleOutlined aria-hidden />}>
            {t.digestWrong}
          </State>
        )}
      </div>
      <code>{approval.digest.match(/.{8}/g)?.join(' ')}</code>
      <p className="note">{t.digestNote}</p>
    </div>
  )
}

/** Whether what is shown is what the decision would be about. `undefined` while that is not known. */
export function useIsRight(approval: Approval): boolean | undefined {
  const own = useQuery({
    queryKey: ['digest', approval.approval, approval.digest],
    queryFn: () => digestOf(approval.act, approval.body),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return own.data ? own.data === approval.digest : undefined
}
