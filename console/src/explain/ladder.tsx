// A decision as a ladder: what was asked, in order, and on which rung it was decided.
import { CheckOutlined, CloseOutlined, EyeInvisibleOutlined, EyeOutlined, MinusOutlined } from '@ant-design/icons'
import type { ReactNode } from 'react'
import { useAppearance } from '../texts'
import './ladder.css'

export const RUNGS = ['role', 'purpose', 'relation', 'consent', 'policy'] as const
export type Rung = (typeof RUNGS)[number]

/** The rung on which a layer of the engine stands. */
const ON: Record<string, Rung> = {
  role: 'role',
  key: 'role',
  condition: 'role',
  purpose: 'purpose',
  relation: 'relation',
  zone: 'relation',
  consent: 'consent',
  restriction: 'consent',
  retention: 'policy',
  quota: 'policy',
  'second-factor': 'policy',
  policy: 'policy',
}

export const rungOf = (layer: string): Rung => ON[layer] ?? 'policy'

/** Small: signs and names; otherwise with what each rung asks and how it was answered. */
export function Ladder({ layer, form, small }: { layer: string; form: string; small?: boolean }) {
  const { texts } = useAppearance()
  const words = texts.dossier.ladder
  const decided = RUNGS.indexOf(rungOf(layer))
  const refused = form === 'withheld'
  return (
    <ol className={small ? 'ladder ladder-small' : 'ladder'} aria-label={words.label}>
      {RUNGS.map((rung, at) => {
        const here = at === decided
        const state = at < decided ? 'passed' : here ? (refused ? 'stopped' : 'settled') : 'rest'
        const said = at < decided ? words.passed : here ? (refused ? words.decided : words.shown) : words.notReached
        return (
          <li key={rung} data-state={state} data-rung={rung} aria-current={here ? 'step' : undefined}>
            <span className="rung-sign">{sign(state, form)}</span>
            <span className="rung-name">{words.rungs[rung]}</span>
            {!small && <span className="rung-ask">{words.asks[rung]}</span>}
            <span className={small ? 'sr-only' : 'rung-said'}>
              {said}
              {here && layer !== rung && ` · ${texts.refusal.layers[layer] ?? layer}`}
            </span>
          </li>
        )
      })}
    </ol>
  )
}

function sign(state: string, form: string): ReactNode {
  if (state === 'passed') return <CheckOutlined aria-hidden />
  if (state === 'stopped') return <CloseOutlined aria-hidden />
  if (state === 'rest') return <MinusOutlined aria-hidden />
  return form === 'clear' ? <EyeOutlined aria-hidden /> : <EyeInvisibleOutlined aria-hidden />
}
