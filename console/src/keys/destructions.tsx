// Old epochs on their way to being destroyed: proposed, approved by somebody else, then carried out by whoever asked.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { ApprovalStateMark } from '../approvals/detail'
import { useSession } from '../session/session'
import { Dialog } from '../shared/dialog'
import { Due } from '../shared/due'
import { Panel } from '../shared/page'
import { TypedWord } from '../shared/typed'
import { useAppearance } from '../texts'

type Approval = Schemas['Approval']

export function Destructions() {
  const { texts } = useAppearance()
  const { me } = useSession()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [doing, setDoing] = useState<Approval | null>(null)
  const t = texts.people.keys
  const waiting = useQuery({
    queryKey: ['approvals', 'waiting'],
    queryFn: () => answer(api.GET('/api/v1/approvals', { params: { query: { limit: 500 } } })),
  })
  const found = (waiting.data?.approvals ?? []).filter(({ act }) => act === 'epoch-destruction')
  if (found.length === 0) return null
  const { epoch, zone } = bodyOf(doing)
  return (
    <Panel title={t.destructions} note={t.destructionsNote}>
      <ul className="jobs">
        {found.map((one) => (
          <li key={one.approval} className="destruction">
            <Due at={one.expires_at} total={one.state === 'approved' ? 86_400 : 3 * 86_400} />
            <strong>{t.epoch(bodyOf(one).epoch)}</strong>
            <ApprovalStateMark state={one.state} />
            {one.state === 'approved' && one.requested_by === me.actor ? (
              <Button size="small" danger onClick={() => setDoing(one)}>
                {t.carryOut}
              </Button>
            ) : (
              <Link to="/approvals" search={{ id: one.approval }}>
                {t.toInbox}
              </Link>
            )}
          </li>
        ))}
      </ul>
      <Dialog
        open={doing !== null}
        danger
        title={t.carryOutTitle(epoch)}
        lead={<p>{t.carryOutLead}</p>}
        submit={t.carryOut}
        onClose={() => setDoing(null)}
        onSubmit={async () => {
          const body = { approval: doing?.approval ?? '', ...(zone ? { zone } : {}) }
          await answer(api.POST('/api/v1/keys/epochs/{epoch}/destructions', { params: { path: { epoch } }, body }))
          void message.success(t.carriedOut(epoch))
          await Promise.all(['keys', 'approvals'].map((name) => queries.invalidateQueries({ queryKey: [name] })))
        }}
      >
        <TypedWord word={t.destroyWord(epoch)} />
      </Dialog>
    </Panel>
  )
}

function bodyOf(approval: Approval | null): { epoch: number; zone?: string } {
  const body = (approval?.body ?? {}) as { epoch?: number; zone?: string }
  return { epoch: body.epoch ?? 0, ...(body.zone ? { zone: body.zone } : {}) }
}
