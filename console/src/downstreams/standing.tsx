// How a system stands, in a colour, an icon and words.
import { CheckCircleOutlined, ClockCircleOutlined, CloseCircleOutlined, PauseCircleOutlined, StopOutlined } from '@ant-design/icons'
import { Meter, State } from '../shared/due'
import { useAppearance } from '../texts'
import { useConsenting } from '../texts/consenting'
import { type Downstream, failureWords, placeOf, standingOf, toneOf } from './model'

export function Standing({ of }: { of: Downstream }) {
  const { moment } = useAppearance()
  const consenting = useConsenting()
  const t = consenting.downstreams
  const standing = standingOf(of)
  if (standing === 'failing') {
    return (
      <>
        <State tone="hot" icon={<CloseCircleOutlined aria-hidden />}>
          {t.failing}
        </State>
        <div className="note downstream-why">
          {failureWords(of.failure, t)} · {t.since(moment(of.failing_since ?? ''))}
        </div>
      </>
    )
  }
  const icon =
    standing === 'paused' ? <PauseCircleOutlined aria-hidden /> : standing === 'retired' ? <StopOutlined aria-hidden /> : <CheckCircleOutlined aria-hidden />
  return (
    <State tone={standing === 'paused' ? 'warm' : standing === 'retired' ? 'muted' : 'ok'} icon={icon}>
      {t.states[of.state]}
    </State>
  )
}

/** How long the oldest change has waited, and how many wait. */
export function Lag({ of }: { of: Downstream }) {
  const { texts } = useAppearance()
  const consenting = useConsenting()
  const t = consenting.downstreams
  if (of.state === 'retired') return <span className="note">{t.states.retired}</span>
  if (of.behind === 0) return <State tone="ok">{t.current}</State>
  const tone = toneOf(of.oldest_seconds)
  return (
    <div className={`due tone-${tone}`}>
      <div className="due-line">
        <ClockCircleOutlined aria-hidden />
        <strong>{texts.people.due.span(of.oldest_seconds)}</strong>
        <span>{t.behind(of.behind)}</span>
      </div>
      <Meter share={placeOf(of.oldest_seconds)} tone={tone} />
    </div>
  )
}

/** Where it is told. */
export function Target({ of }: { of: Downstream }) {
  return <code className="downstream-target">{of.target}</code>
}
