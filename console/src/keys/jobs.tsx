// Work in the background, as it goes on.
import { CheckCircleOutlined, ClockCircleOutlined, LoadingOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Empty, Skeleton } from 'antd'
import { useEffect } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { Meter, State, useNow } from '../shared/due'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { useTitles } from '../approvals/titles'

type Job = Schemas['Job']

const SHOWN = 6
/** How often is asked, in milliseconds: while something runs, and while nothing does. */
const [BUSY, IDLE] = [1000, 15_000]

export function Jobs() {
  const { texts } = useAppearance()
  const queries = useQueryClient()
  const t = texts.people.keys
  const jobs = useQuery({
    queryKey: ['jobs'],
    queryFn: () => answer(api.GET('/api/v1/jobs')),
    refetchInterval: ({ state }) => (state.data?.jobs.some(runs) ? BUSY : IDLE),
  })
  const all = jobs.data?.jobs ?? []
  const busy = all.filter(runs).length
  // What hangs on an epoch is counted anew once nothing runs any more.
  useEffect(() => {
    if (jobs.isSuccess) void queries.invalidateQueries({ queryKey: ['keys'] })
  }, [busy, jobs.isSuccess, queries])
  return (
    <Panel title={t.jobs} note={busy > 0 ? t.jobsBusy(busy) : t.jobsIdle}>
      {jobs.isError && <ProblemNote error={jobs.error} onRetry={() => void jobs.refetch()} />}
      {jobs.isPending && <Skeleton active title={false} />}
      {jobs.isSuccess && all.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t.noJobs} />}
      <ul className="jobs" aria-live="polite">
        {all.slice(0, SHOWN).map((job) => (
          <OneJob key={job.job} job={job} />
        ))}
      </ul>
    </Panel>
  )
}

const runs = ({ state }: Job) => state !== 'done'

function OneJob({ job }: { job: Job }) {
  const { texts, moment } = useAppearance()
  const titles = useTitles()
  const now = useNow(1000)
  const t = texts.people.keys
  const share = job.total === 0 ? (job.state === 'done' ? 1 : 0) : job.done / job.total
  const spent = (now - Date.parse(job.began_at)) / 1000
  const left = share > 0.02 && share < 1 ? (spent / share) * (1 - share) : null
  const what = [t.jobKinds[job.kind] ?? job.kind, job.collection && titles.collection(job.collection), job.zone]
  return (
    <li>
      <div className="epoch-head">
        <strong>{what.filter(Boolean).join(' · ')}</strong>
        <JobState state={job.state} />
        <span className="epoch-keys">
          {job.done.toLocaleString(texts.languageTag)} / {job.total.toLocaleString(texts.languageTag)}
        </span>
      </div>
      <Meter share={share} tone={job.state === 'done' ? 'ok' : 'cool'} />
      <div className="note">
        {job.state === 'done' ? t.jobDone(moment(job.updated_at)) : left === null ? t.jobSoon : t.jobLeft(texts.people.due.span(left))}
      </div>
    </li>
  )
}

function JobState({ state }: { state: string }) {
  const { texts } = useAppearance()
  const word = texts.people.keys.jobStates[state] ?? state
  if (state === 'done') {
    return (
      <State tone="ok" icon={<CheckCircleOutlined aria-hidden />}>
        {word}
      </State>
    )
  }
  const icon = state === 'running' ? <LoadingOutlined aria-hidden /> : <ClockCircleOutlined aria-hidden />
  return (
    <State tone="cool" icon={icon}>
      {word}
    </State>
  )
}
