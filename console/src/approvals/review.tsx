// Somebody broke the glass: another person looks at it afterwards and says whether there was need for it.
import { CheckCircleOutlined, ClockCircleOutlined, CloseCircleOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Form, Input, Radio, Skeleton } from 'antd'
import { answer, api, type Schemas } from '../api/client'
import { useSession } from '../session/session'
import { Colleagues, Who } from '../shared/colleagues'
import { useDoing } from '../shared/doing'
import { Due, State } from '../shared/due'
import { Facts } from '../shared/facts'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { Said } from './detail'
import type { Review } from './items'
import { useTitles } from './titles'

const WATCHERS = ['security-admin', 'security-operator', 'protection-officer']

export function ReviewDetail({ id }: { id: string }) {
  const { texts, moment } = useAppearance()
  const { me } = useSession()
  const titles = useTitles()
  const one = useQuery({
    queryKey: ['reviews', 'one', id],
    queryFn: () => answer(api.GET('/api/v1/reviews/{emergency}', { params: { path: { emergency: id } } })),
  })
  const t = texts.people.approvals
  if (one.isError) return <ProblemNote error={one.error} onRetry={() => void one.refetch()} />
  if (!one.data) return <Skeleton active />
  const review = one.data
  const grant = review.grant
  const watches = WATCHERS.some((role) => me.roles.includes(role))
  return (
    <Colleagues ids={[review.holder, review.decided_by]}>
      <div className="detail">
        <header>
          <span className="inbox-act">{t.review}</span>
          <h2>{t.reviewSummary}</h2>
          <ReviewState review={review} />
        </header>
        {grant && <Said by={review.holder} at={review.opened_at} words={grant.reason} name={t.emergencyReason} />}
        <h3 className="detail-what">{t.emergencyWhat}</h3>
        {grant && (
          <Facts
            rows={[
              [t.holder, <Who key="holder" id={review.holder} />],
              [t.purpose, titles.purpose(grant.purpose)],
              [t.subject, grant.subject ? <code key="subject">{grant.subject}</code> : null],
              [t.ran, `${moment(grant.starts_at)} → ${moment(grant.expires_at)}`],
              [t.due, review.finding ? moment(review.due_at) : <Due key="due" at={review.due_at} total={total(review)} />],
              [t.id, <code key="id">{review.emergency}</code>],
            ]}
          />
        )}
        {review.finding && review.decided_by && (
          <Said
            by={review.decided_by}
            at={review.decided_at ?? review.due_at}
            words={review.note ?? ''}
            name={t.findings[review.finding] ?? review.finding}
          />
        )}
        {!review.finding && review.holder === me.actor && (
          <Alert type="info" showIcon title={t.reviewOwn} description={t.reviewOwnWhy} />
        )}
        {!review.finding && review.holder !== me.actor && watches && <Find review={review} />}
      </div>
    </Colleagues>
  )
}

const total = (review: Review) => (Date.parse(review.due_at) - Date.parse(review.opened_at)) / 1000

function Find({ review }: { review: Review }) {
  const { texts } = useAppearance()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const { busy, error, run } = useDoing()
  const t = texts.people.approvals

  async function find(body: Schemas['FindingRequest']) {
    const params = { path: { emergency: review.emergency } }
    const done = await run(() => answer(api.PUT('/api/v1/reviews/{emergency}/finding', { params, body })))
    if (done) void message.success(t.found)
    await queries.invalidateQueries({ queryKey: ['reviews'] })
  }
  return (
    <Form<Schemas['FindingRequest']>
      layout="vertical"
      requiredMark={false}
      className="decide"
      onFinish={(body) => void find(body)}
    >
      {error !== null && <ProblemNote error={error} />}
      <Form.Item name="finding" label={t.finding} rules={[{ required: true, message: t.findingMissing }]}>
        <Radio.Group className="reasons-choice">
          {(['justified', 'unjustified'] as const).map((word) => (
            <Radio key={word} value={word}>
              {t.findings[word]} <span className="note">{t.findingNotes[word]}</span>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      <Form.Item name="note" label={t.findingNote} rules={[{ required: true, whitespace: true, message: t.findingNoteMissing }]}>
        <Input.TextArea rows={3} maxLength={600} />
      </Form.Item>
      <div className="acts">
        <Button type="primary" htmlType="submit" loading={busy}>
          {t.findingSubmit}
        </Button>
        <span className="note">{t.stepUp}</span>
      </div>
    </Form>
  )
}

export function ReviewState({ review }: { review: Review }) {
  const { texts } = useAppearance()
  const t = texts.people.approvals
  if (!review.finding) {
    return (
      <State tone={review.overdue ? 'hot' : 'warm'} icon={<ClockCircleOutlined aria-hidden />}>
        {review.overdue ? t.reviewOverdue : t.reviewDue}
      </State>
    )
  }
  const right = review.finding === 'justified'
  return (
    <State tone={right ? 'ok' : 'hot'} icon={right ? <CheckCircleOutlined aria-hidden /> : <CloseCircleOutlined aria-hidden />}>
      {t.findings[review.finding] ?? review.finding}
    </State>
  )
}
