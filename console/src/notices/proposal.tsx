// A notice that widens, as whoever decides about it sees it: from the body that the digest binds, and, if the draft is
// still the very text, the whole of it beside what is in force.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Skeleton } from 'antd'
import { answer, api, isProblem } from '../api/client'
import { Facts } from '../shared/facts'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { type Approval, bodyOf, useMayEdit, useNotices, type ProposalBody } from './data'
import { ChangeList } from './marks'
import { AgainstInForce } from './publish'
import { Simulation } from './simulation'
import { useWords } from './words'
import '../people/people.css'
import '../policies/policies.css'
import '../shared/parts.css'
import './notices.css'

/** The heading of the notice by its name; the name where nothing of it was published. */
export function useNoticeTitle(): (name: string) => string {
  const list = useNotices()
  return (name) => list.data?.notices.find((one) => one.name === name)?.title ?? name
}

export function NoticeProposal({ approval }: { approval: Approval }) {
  const { pick, moment } = useAppearance()
  const words = useWords()
  const t = words.plan
  const title = useNoticeTitle()
  const mayEdit = useMayEdit()
  const body = bodyOf(approval)
  const { simulation } = body
  const changes = changesIn(body, pick)
  const purposes = simulation.purposes.map(({ zh, en, ...one }) => ({ ...one, title: pick({ zh, en }) }))
  const waits = approval.state === 'open' || approval.state === 'approved'
  return (
    <div className="stack">
      <Facts
        rows={[
          [
            t.approvalName,
            <Link key="name" to="/notices/$name" params={{ name: body.notice }}>
              {title(body.notice)}
            </Link>,
          ],
          [t.approvalVersion, words.version(body.version)],
          [t.approvalEffective, body.effective_at ? moment(body.effective_at) : t.approvalAtOnce],
          [t.approvalHash, <code key="hash">{body.sha256}</code>],
        ]}
      />
      <h3>
        {words.compare.items} <span className="note">{words.compare.counts(changes.length)}</span>
      </h3>
      <ChangeList changes={changes} />
      <p className="note">
        {t.approvalLead} {t.simulatedAt(moment(simulation.at))}
      </p>
      <Simulation found={{ ...simulation, purposes }} changes={changes} />
      {mayEdit && waits && <FullText body={body} />}
    </div>
  )
}

const changesIn = ({ changes }: ProposalBody, pick: (text: { zh: string; en: string }) => string) =>
  changes.map(({ kind, purpose, zh, en }) => ({ kind, ...(purpose ? { purpose } : {}), text: pick({ zh, en }) }))

/** The draft beside what is in force, if what it tells has the hash that is to be approved. */
function FullText({ body }: { body: ProposalBody }) {
  const { language, pick } = useAppearance()
  const words = useWords().plan
  const name = body.notice
  const found = useQuery({
    queryKey: ['notices', 'proposed', name, body.sha256, language],
    queryFn: async () => {
      const params = { path: { name } }
      try {
        const { notice } = await answer(api.GET('/api/v1/notices/{name}/draft', { params }))
        const plan = await answer(api.POST('/api/v1/notices/plans', { body: { notice } }))
        const { previews } = await answer(api.POST('/api/v1/notices/lints', { body: { notice } }))
        return { plan, preview: previews.find((one) => one.language === language) }
      } catch (caught) {
        // No draft any more, or one that could not be published.
        if (isProblem(caught, 'not-found') || isProblem(caught, 'notice-refused')) return null
        throw caught
      }
    },
    gcTime: 0,
    retry: false,
  })
  if (found.isError) return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
  if (found.isPending) return <Skeleton active title={false} paragraph={{ rows: 2 }} />
  if (!found.data?.preview) return <Alert type="info" showIcon title={words.fullTextNone} />
  if (found.data.plan.hash !== body.sha256) return <Alert type="warning" showIcon title={words.fullTextOther} />
  const { plan, preview } = found.data
  if (!plan.in_force) return null
  return (
    <details className="about">
      <summary>{words.fullText}</summary>
      <p className="note">{words.fullTextNote}</p>
      <AgainstInForce name={name} version={plan.in_force} preview={preview} changes={changesIn(body, pick)} purposes={plan.purposes} />
    </details>
  )
}
