// From an empty installation to the first protected read: each step with who does it, where, and the evidence
// that it is done. Nothing is ticked by hand.
import { CheckCircleFilled, RightOutlined } from '@ant-design/icons'
import { useNavigate } from '@tanstack/react-router'
import { Button, Skeleton } from 'antd'
import type { Me } from '../api/client'
import { usePurposeTitle } from '../api/register'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { isComplete, isDone, isPutAway, putAway, type Setup, STEPS, type Step, useSetup } from './setup'
import '../shared/parts.css'
import './guide.css'

export function Guide() {
  const { texts } = useAppearance()
  const { me } = useSession()
  const navigate = useNavigate()
  const setup = useSetup(me)
  const words = texts.guide
  const done = setup.data ? STEPS.filter((step) => isDone(step, setup.data)).length : 0
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <Button
          onClick={() => {
            const away = !isPutAway()
            putAway(away)
            if (away) void navigate({ to: '/' })
            else void setup.refetch()
          }}
        >
          {isPutAway() ? words.bringBack : words.putAway}
        </Button>
      }
    >
      {setup.isError && <ProblemNote error={setup.error} onRetry={() => void setup.refetch()} />}
      {setup.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
      {setup.data && (
        <>
          <Progress done={done} />
          <Panel
            title={isComplete(setup.data) ? words.complete : words.steps}
            extra={
              <Button size="small" loading={setup.isFetching} onClick={() => void setup.refetch()}>
                {words.refresh}
              </Button>
            }
            flush
          >
            <ol className="guide">
              {STEPS.map((step, at) => (
                <StepRow
                  key={step}
                  step={step}
                  number={at + 1}
                  setup={setup.data}
                  me={me}
                  next={step === STEPS.find((one) => !isDone(one, setup.data))}
                />
              ))}
            </ol>
          </Panel>
          <p className="note">{words.evidenceNote}</p>
        </>
      )}
    </Page>
  )
}

function Progress({ done }: { done: number }) {
  const { texts } = useAppearance()
  return (
    <div className="guide-progress" role="img" aria-label={texts.guide.progress(done, STEPS.length)}>
      {STEPS.map((step, at) => (
        <span key={step} className={at < done ? 'guide-bar guide-bar-done' : 'guide-bar'} />
      ))}
      <span className="note" aria-hidden>
        {texts.guide.progress(done, STEPS.length)}
      </span>
    </div>
  )
}

function StepRow({ step, number, setup, me, next }: { step: Step; number: number; setup: Setup; me: Me; next: boolean }) {
  const { texts } = useAppearance()
  const words = texts.guide
  const evidence = useEvidence(step, setup)
  const done = isDone(step, setup)
  const [to, method, path] = WAY[step]
  const mine = may(me, method, path)
  const said = words.step[step]
  return (
    <li className={done ? 'guide-step guide-done' : next ? 'guide-step guide-next' : 'guide-step'}>
      <span className="guide-mark">
        {done ? (
          <CheckCircleFilled className="guide-tick" aria-label={words.done} role="img" />
        ) : (
          <span className="guide-number" aria-label={next ? words.next : words.open} role="img">
            {number}
          </span>
        )}
      </span>
      <div className="guide-what">
        <h3>{said.title}</h3>
        <p>{said.what}</p>
        <div className="note">
          {words.who}: {said.who}
        </div>
        {said.command && !done && <code className="guide-command">{said.command}</code>}
      </div>
      <div className="guide-evidence">
        {done ? <span className="chip chip-ok">{words.done}</span> : next && <span className="chip chip-warm">{words.next}</span>}
        <div className="note">{evidence}</div>
      </div>
      <div className="guide-go">
        {to !== null &&
          (mine ? (
            <a className="guide-link" href={`/console${to}`}>
              {done ? words.look : words.go}
              <RightOutlined aria-hidden />
            </a>
          ) : (
            !done && <span className="note">{words.notYours}</span>
          ))}
      </div>
    </li>
  )
}

/** What the server found about a step, in words. */
function useEvidence(step: Step, setup: Setup): string {
  const { texts } = useAppearance()
  const purposeTitle = usePurposeTitle()
  const words = texts.guide.evidence
  switch (step) {
    case 'declared':
      return words.version(setup.register_version)
    case 'policies':
      return words.version(setup.policy_version)
    case 'silos':
      return words.silos(setup.system.ready, setup.security.ready, setup.audit.ready)
    case 'people':
      return words.people(setup.officers.ready, setup.business.ready)
    case 'import':
      return setup.imports > 0 ? words.imports(setup.imports, setup.rows) : words.none
    case 'purpose':
      return setup.purpose != null ? purposeTitle(setup.purpose) : words.none
    case 'read':
      return setup.read != null ? texts.entry(setup.read) : words.none
    case 'verified':
      return setup.verified != null ? texts.entry(setup.verified) : words.none
    case 'backup':
      return setup.backup != null ? texts.entry(setup.backup) : words.none
  }
}

/** Where a step is done, and the operation that says whether it is the person's. */
const WAY: Record<Step, readonly [to: string | null, method: string, path: string]> = {
  declared: ['/register', 'GET', '/api/v1/register'],
  policies: ['/policies', 'GET', '/api/v1/policies'],
  silos: ['/people', 'POST', '/api/v1/staff'],
  people: ['/people', 'PUT', '/api/v1/staff/{staff}/roles'],
  import: ['/import', 'POST', '/api/v1/imports'],
  purpose: ['/records', 'GET', '/api/v1/cases'],
  read: ['/records', 'POST', '/api/v1/subjects/{subject}/reads'],
  verified: ['/ledger', 'POST', '/api/v1/ledger/verifications'],
  backup: [null, 'POST', '/api/v1/backups'],
}
