// The ledger verified on this machine: signatures and growth, then every entry, then what the server itself finds.
import { CheckCircleFilled, CloseCircleFilled, ClockCircleOutlined, LoadingOutlined, MinusCircleOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import type { Standing } from '../proof/standing'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'

type State = 'waiting' | 'running' | 'right' | 'wrong' | 'skipped'
const STEPS = ['signature', 'entries', 'server'] as const
type Step = (typeof STEPS)[number]

interface Run {
  states: Record<Step, State>
  standing: Standing | null
  done: number
  server: Schemas['Verification'] | null
  error: unknown
  /** Under way, through, or stopped by the person or by an error. */
  phase: 'running' | 'over' | 'stopped'
}

const BEGUN: Run = {
  states: { signature: 'running', entries: 'waiting', server: 'waiting' },
  standing: null,
  done: 0,
  server: null,
  error: null,
  phase: 'running',
}

export function Verify() {
  const { texts } = useAppearance()
  const { run, begin, stop } = useRun()
  const words = texts.ledger
  const running = run?.phase === 'running'
  return (
    <Panel
      title={words.verify}
      extra={
        running ? (
          <Button onClick={stop}>{words.stopVerify}</Button>
        ) : (
          <Button type="primary" onClick={() => void begin()}>
            {run ? words.verifyAgain : words.verify}
          </Button>
        )
      }
    >
      <p className="note">{words.verifyLead}</p>
      {run && (
        <>
          <ol className="steps">
            {STEPS.map((step) => (
              <StepLine key={step} state={run.states[step]} title={words.steps[step]}>
                {step === 'entries' && <Progress run={run} />}
                {step === 'server' && run.server && !run.server.right && <Findings server={run.server} />}
              </StepLine>
            ))}
          </ol>
          {run.error !== null && <ProblemNote error={run.error} />}
          <Outcome run={run} />
        </>
      )}
    </Panel>
  )
}

function useRun() {
  const { me } = useSession()
  const client = useQueryClient()
  const [run, setRun] = useState<Run | null>(null)
  const stopper = useRef<AbortController>(null)
  useEffect(() => () => stopper.current?.abort(), [])

  const put = (change: Partial<Run>) => setRun((before) => (before ? { ...before, ...change } : before))
  const mark = (step: Step, state: State) =>
    setRun((before) => (before ? { ...before, states: { ...before.states, [step]: state } } : before))

  async function begin() {
    stopper.current?.abort()
    const own = new AbortController()
    stopper.current = own
    setRun(BEGUN)
    try {
      const [{ examine }, { walk }] = await Promise.all([import('../proof/standing'), import('../proof/walk')])
      const standing = await examine(may(me, 'GET', '/api/v1/ledger/consistency'))
      if (own.signal.aborted) return
      void client.invalidateQueries({ queryKey: ['standing'] })
      put({ standing })
      if (standing.state !== 'good') {
        mark('signature', standing.state === 'bad' ? 'wrong' : 'skipped')
        put({ phase: 'over' })
        return
      }
      mark('signature', 'right')
      mark('entries', 'running')
      const walked = await walk(standing.checkpoint, (done) => put({ done }), own.signal)
      if (walked === null || own.signal.aborted) return
      mark('entries', walked.right ? 'right' : 'wrong')
      if (may(me, 'POST', '/api/v1/ledger/verifications')) {
        mark('server', 'running')
        const server = await answer(api.POST('/api/v1/ledger/verifications'))
        if (own.signal.aborted) return
        mark('server', server.right ? 'right' : 'wrong')
        put({ server })
      } else {
        mark('server', 'skipped')
      }
      put({ phase: 'over' })
    } catch (error) {
      if (!own.signal.aborted) put({ error, phase: 'stopped' })
    }
  }
  function stop() {
    stopper.current?.abort()
    put({ phase: 'stopped' })
  }
  return { run, begin, stop }
}

const ICONS: Record<State, ReactNode> = {
  waiting: <ClockCircleOutlined aria-hidden />,
  running: <LoadingOutlined aria-hidden />,
  right: <CheckCircleFilled aria-hidden />,
  wrong: <CloseCircleFilled aria-hidden />,
  skipped: <MinusCircleOutlined aria-hidden />,
}

function StepLine({ state, title, children }: { state: State; title: string; children: ReactNode }) {
  const { texts } = useAppearance()
  return (
    <li className={`step step-${state}`}>
      {ICONS[state]}
      <div>
        <div className="step-line">
          <span>{title}</span>
          <span className="step-state">{texts.ledger.stepStates[state]}</span>
        </div>
        {children}
      </div>
    </li>
  )
}

function Progress({ run }: { run: Run }) {
  const { texts } = useAppearance()
  if (run.standing?.state !== 'good' || run.states.entries === 'waiting') return null
  const { size } = run.standing.checkpoint
  return (
    <div className="step-progress">
      <progress max={size} value={run.done} aria-label={texts.ledger.steps.entries} />
      <span className="note">{texts.ledger.progress(run.done, size)}</span>
    </div>
  )
}

function Findings({ server }: { server: Schemas['Verification'] }) {
  return (
    <ul className="reasons">
      {server.findings.map((finding) => (
        <li key={`${finding.problem} ${finding.first ?? ''}`}>{finding.text}</li>
      ))}
    </ul>
  )
}

function Outcome({ run }: { run: Run }) {
  const { texts, moment } = useAppearance()
  const words = texts.ledger
  if (run.phase === 'stopped') return <p className="note">{words.stopped}</p>
  if (run.phase === 'running' || run.standing === null) return null
  if (run.standing.state === 'none') return <p className="note">{words.none}</p>
  const isWrong = Object.values(run.states).includes('wrong')
  const why =
    run.standing.state === 'bad'
      ? texts.today.ledger.whys[run.standing.why]
      : run.states.entries === 'wrong'
        ? words.rootDiffers
        : null
  const { checkpoint } = run.standing
  return (
    <Alert
      className="ledger-outcome"
      type={isWrong ? 'error' : 'success'}
      showIcon
      role={isWrong ? 'alert' : 'status'}
      icon={isWrong ? <CloseCircleFilled aria-hidden /> : <CheckCircleFilled aria-hidden />}
      title={isWrong ? words.wrong : words.right(run.done)}
      description={
        <>
          {why && <p>{why}</p>}
          {isWrong && <p>{texts.today.ledger.todo}</p>}
          {checkpoint && (
            <div className="note">
              {words.checkpoint(checkpoint.size, checkpoint.at === null ? '' : moment(new Date(checkpoint.at).toISOString()))}
              <br />
              {words.root} <code className="root">{checkpoint.root}</code>
            </div>
          )}
        </>
      }
    />
  )
}
