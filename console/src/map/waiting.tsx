// What this person proposed for the register and is not in force yet.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Tag } from 'antd'
import { useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { useSession } from '../session/session'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'

type Approval = Schemas['Approval']

/** The digest of the register's text that an approval is bound to. */
function digestOf({ body }: Approval): string | null {
  const { register } = body as { register?: { sha256?: unknown } }
  return typeof register?.sha256 === 'string' ? register.sha256 : null
}

async function sha256(text: string): Promise<string | null> {
  // Browsers give it over TLS and on this machine only.
  if (!window.crypto.subtle) return null
  const bytes = await window.crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

interface Props {
  /** The text that would be put in force. */
  draft: string
  busy: boolean
  onApply: (approval: string) => Promise<void>
}

export function Waiting({ draft, busy, onApply }: Props) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const queries = useQueryClient()
  const words = texts.map.propose
  const [error, setError] = useState<unknown>(null)
  const list = useQuery({
    queryKey: ['approvals', 'register'],
    queryFn: () => answer(api.GET('/api/v1/approvals')),
    // Somebody else decides meanwhile.
    refetchInterval: 10_000,
    retry: false,
  })
  const digest = useQuery({
    queryKey: ['draft-digest', draft],
    queryFn: () => sha256(draft),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const own = (list.data?.approvals ?? []).filter(
    ({ act, requested_by }) => act === 'register' && requested_by === me.actor,
  )
  async function withdraw(approval: string) {
    setError(null)
    try {
      await answer(api.DELETE('/api/v1/approvals/{approval}', { params: { path: { approval } } }))
      await queries.invalidateQueries({ queryKey: ['approvals'] })
    } catch (caught) {
      setError(caught)
    }
  }
  return (
    <Panel title={words.waiting} flush>
      {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {error !== null && <ProblemNote error={error} />}
      {list.isSuccess && own.length === 0 && <p className="note map-none">{words.waitingEmpty}</p>}
      <ul className="map-waiting">
        {own.map((one) => {
          // Where the browser cannot tell, the server does.
          const same = digest.data == null || digest.data === digestOf(one)
          return (
            <li key={one.approval} data-approval={one.approval}>
              <div>
                <Tag color={one.state === 'approved' ? 'success' : 'processing'}>{words.states[one.state] ?? one.state}</Tag>
                <span className="note">{words.left(Math.floor(one.seconds_left / 3600))}</span>
              </div>
              <div>{one.reason}</div>
              <div className="note">
                <code>{one.approval}</code> · {same ? words.sameText : words.otherText}
              </div>
              <div className="map-actions">
                {one.state === 'approved' && (
                  <Button type="primary" size="small" loading={busy} disabled={!same} onClick={() => void onApply(one.approval)}>
                    {words.apply}
                  </Button>
                )}
                <Button size="small" onClick={() => void withdraw(one.approval)}>
                  {words.withdraw}
                </Button>
              </div>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}
