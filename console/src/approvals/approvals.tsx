// What two people must agree on: one list by time left, and beside it exactly what would happen.
import { ArrowLeftOutlined, InboxOutlined } from '@ant-design/icons'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Empty, Segmented, Skeleton } from 'antd'
import { type ReactNode, useMemo } from 'react'
import { useSession } from '../session/session'
import { Colleagues, Who } from '../shared/colleagues'
import { Due } from '../shared/due'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useRows } from '../shared/rows'
import { useAppearance } from '../texts'
import '../people/people.css'
import './approvals.css'
import { useSummary } from './body'
import { ApprovalDetail, ApprovalStateMark } from './detail'
import { Grants } from './grants'
import { type Item, usePast, useWaiting } from './items'
import { ReviewDetail, ReviewState } from './review'

type View = 'waiting' | 'grants' | 'past'

export function Approvals() {
  const { texts } = useAppearance()
  const navigate = useNavigate()
  const { view = 'waiting', id } = useSearch({ from: '/approvals' })
  const waiting = useWaiting()
  const t = texts.people.approvals
  const go = (to: { view?: View | undefined; id?: string | undefined }) => {
    const shown = to.view && to.view !== 'waiting' ? { view: to.view } : {}
    void navigate({ to: '/approvals', search: { ...shown, ...(to.id ? { id: to.id } : {}) } })
  }
  return (
    <Page title={t.title} lead={t.lead}>
      <Segmented<View>
        className="views-switch"
        value={view}
        options={[
          { value: 'waiting', label: waiting.pending ? t.waiting : t.waitingCount(waiting.items.length) },
          { value: 'grants', label: t.grants },
          { value: 'past', label: t.past },
        ]}
        onChange={(to) => go({ view: to })}
      />
      {view === 'grants' && <Grants />}
      {view === 'waiting' && <Waiting id={id} onPick={(picked) => go({ view, id: picked })} />}
      {view === 'past' && <Past id={id} onPick={(picked) => go({ view, id: picked })} />}
    </Page>
  )
}

interface ListProps {
  id: string | undefined
  onPick: (id: string | undefined) => void
}

function Waiting({ id, onPick }: ListProps) {
  const { texts } = useAppearance()
  const { approvals, reviews, items, pending } = useWaiting()
  const error = approvals.error ?? reviews.error
  return (
    <>
      {error && <ProblemNote error={error} onRetry={() => void Promise.all([approvals.refetch(), reviews.refetch()])} />}
      <Inbox id={id} items={items} pending={pending} empty={texts.people.approvals.empty} onPick={onPick} />
    </>
  )
}

function Past({ id, onPick }: ListProps) {
  const { texts } = useAppearance()
  const { approvals, reviews, items, pending } = usePast()
  const error = approvals.error ?? reviews.error
  const more = approvals.hasNextPage && (
    <div className="panel-foot">
      <Button loading={approvals.isFetchingNextPage} onClick={() => void approvals.fetchNextPage()}>
        {texts.records.more}
      </Button>
    </div>
  )
  return (
    <>
      {error && <ProblemNote error={error} onRetry={() => void Promise.all([approvals.refetch(), reviews.refetch()])} />}
      <Inbox past id={id} items={items} pending={pending} empty={texts.people.approvals.emptyPast} foot={more} onPick={onPick} />
    </>
  )
}

interface InboxProps extends ListProps {
  items: readonly Item[]
  pending: boolean
  empty: string
  past?: boolean
  foot?: ReactNode
}

function Inbox({ id, items, pending, empty, past, foot, onPick }: InboxProps) {
  const { texts } = useAppearance()
  const t = texts.people.approvals
  // Where nothing was picked, what runs out first is what one wants to see; on a narrow screen it is the list.
  const shown = items.find((item) => item.id === id) ?? (id === undefined ? items[0] : undefined)
  const chosen = useRows(items.length, (at) => onPick(items[at]?.id))
  const ids = useMemo(() => items.flatMap(peopleOf), [items])
  if (pending) return <Skeleton active paragraph={{ rows: 6 }} />
  if (items.length === 0 && id === undefined) {
    return (
      <Panel title={past ? t.past : t.waiting}>
        <Empty image={<InboxOutlined className="empty-sign" aria-hidden />} description={empty} />
      </Panel>
    )
  }
  return (
    <Colleagues ids={ids}>
      <div className="inbox" data-open={id !== undefined}>
        <section className="panel inbox-list" aria-label={t.title}>
          <ul>
            {items.map((item, at) => (
              <li key={item.id} className={at === chosen ? 'row-chosen' : undefined}>
                <button
                  type="button"
                  className="inbox-row"
                  aria-current={item.id === shown?.id}
                  onClick={() => onPick(item.id)}
                >
                  <Row item={item} past={past ?? false} />
                </button>
              </li>
            ))}
          </ul>
          {foot}
        </section>
        <section className="panel inbox-detail" aria-label={t.detail}>
          <Button className="inbox-back" type="text" icon={<ArrowLeftOutlined aria-hidden />} onClick={() => onPick(undefined)}>
            {t.back}
          </Button>
          <Shown id={shown?.id ?? id} />
        </section>
      </div>
    </Colleagues>
  )
}

/** Its id says what it is: decisions move items between the lists, and the address stays. */
function Shown({ id }: { id: string | undefined }) {
  if (id?.startsWith('apr_')) return <ApprovalDetail key={id} id={id} />
  if (id?.startsWith('gra_')) return <ReviewDetail key={id} id={id} />
  return null
}

function Row({ item, past }: { item: Item; past: boolean }) {
  const { texts, moment } = useAppearance()
  const { me } = useSession()
  const summary = useSummary()
  const t = texts.people.approvals
  const by = item.kind === 'approval' ? item.approval.requested_by : item.review.holder
  const began = item.kind === 'approval' ? item.approval.requested_at : item.review.opened_at
  return (
    <>
      <span className="inbox-due">
        {past ? <span className="note">{moment(began)}</span> : <Due at={item.at} total={item.total} />}
      </span>
      <span className="inbox-what">
        <span className="inbox-act">{item.kind === 'approval' ? t.acts[item.approval.act] : t.review}</span>
        <strong>{item.kind === 'approval' ? summary(item.approval) : t.reviewSummary}</strong>
        <span className="note">
          {by === me.actor ? t.byYou : <Who id={by} />}
        </span>
      </span>
      <span className="inbox-state">
        {item.kind === 'approval' ? <ApprovalStateMark state={item.approval.state} /> : <ReviewState review={item.review} />}
      </span>
    </>
  )
}

/** Everybody named in an item. */
const peopleOf = (item: Item): (string | null | undefined)[] =>
  item.kind === 'approval'
    ? [item.approval.requested_by, item.approval.decided_by]
    : [item.review.holder, item.review.decided_by]
