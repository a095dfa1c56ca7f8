// What was learned from dismissals: patterns to accept, with what that would do, and those that hold.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Empty } from 'antd'
import { useState } from 'react'
import { answer, api } from '../api/client'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Who } from '../shared/colleagues'
import { Dialog } from '../shared/dialog'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { useDiscovering } from '../texts/discovering'
import type { Pattern, Suppression } from './model'

export function Patterns() {
  const { texts } = useAppearance()
  const t = useDiscovering()
  const { me } = useSession()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [accepting, setAccepting] = useState<Pattern | null>(null)
  const [ending, setEnding] = useState<Suppression | null>(null)
  const patterns = useQuery({
    queryKey: ['discoveries', 'patterns'],
    queryFn: () => answer(api.GET('/api/v1/discoveries/patterns')),
  })
  const accepts = may(me, 'POST', '/api/v1/discoveries/patterns')
  const { proposed = [], accepted = [] } = patterns.data ?? {}
  const done = async (entry: number) => {
    void message.success(t.done(texts.entry(entry)))
    await queries.invalidateQueries({ queryKey: ['discoveries'] })
  }
  const title = (what: string) => t.whats[what] ?? what
  return (
    <Panel title={t.patterns} note={t.patternsNote}>
      {patterns.isError && <ProblemNote error={patterns.error} onRetry={() => void patterns.refetch()} />}
      {patterns.data && proposed.length + accepted.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t.noPatterns} />
      )}
      {proposed.length + accepted.length > 0 && (
        <ul className="disc-patterns">
          {proposed.map((one) => {
            const own = one.dismissed_by.length === 1 && one.dismissed_by[0] === me.actor
            return (
              <li key={`${one.column} ${one.what}`}>
                <div>
                  <span className="chip chip-warm">{t.proposed}</span> <code>{one.column}</code> · {title(one.what)}
                  <div className="note">
                    {t.dismissedIn(one.places)} · {t.closes(one.closes)}
                    {own && ` · ${t.ownPattern}`}
                  </div>
                </div>
                {accepts && (
                  <Button disabled={own} onClick={() => setAccepting(one)}>
                    {t.accept}
                  </Button>
                )}
              </li>
            )
          })}
          {accepted.map((one) => (
            <li key={one.suppression}>
              <div>
                <span className="chip chip-ok">{t.accepted}</span> <code>{one.column}</code> · {title(one.what)}
                <div className="note">
                  {t.holds(one.holds)} · <Who id={one.accepted_by} plain />
                </div>
              </div>
              {accepts && <Button onClick={() => setEnding(one)}>{t.takeBack}</Button>}
            </li>
          ))}
        </ul>
      )}
      <Dialog
        open={accepting !== null}
        title={accepting ? t.acceptTitle(accepting.column, title(accepting.what)) : ''}
        lead={<p>{t.acceptLead(accepting?.closes ?? 0)}</p>}
        submit={t.accept}
        onClose={() => setAccepting(null)}
        onSubmit={async () => {
          if (!accepting) return
          const { column, what } = accepting
          const { entry } = await answer(api.POST('/api/v1/discoveries/patterns', { body: { column, what } }))
          await done(entry)
        }}
      />
      <Dialog
        open={ending !== null}
        title={t.takeBackTitle}
        lead={<p>{t.takeBackLead(ending?.holds ?? 0)}</p>}
        submit={t.takeBack}
        onClose={() => setEnding(null)}
        onSubmit={async () => {
          const params = { path: { suppression: ending?.suppression ?? '' } }
          const { entry } = await answer(api.DELETE('/api/v1/discoveries/patterns/{suppression}', { params }))
          await done(entry)
        }}
      />
    </Panel>
  )
}
