// What a change or a version is, as colour, icon and word.
import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  EditOutlined,
  FallOutlined,
  RiseOutlined,
  StopOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import { State, type Tone } from '../shared/due'
import type { Change } from './model'
import { useWords } from './words'

const KINDS: Record<string, readonly [chip: string, icon: ReactNode]> = {
  widening: ['chip chip-hot', <RiseOutlined key="widening" aria-hidden />],
  narrowing: ['chip chip-ok', <FallOutlined key="narrowing" aria-hidden />],
  wording: ['chip chip-cool', <EditOutlined key="wording" aria-hidden />],
}

export function KindChip({ kind }: { kind: string }) {
  const words = useWords().compare
  const [chip, icon] = KINDS[kind] ?? ['chip', null]
  return (
    <span className={chip} title={words.kindsWhat[kind]}>
      {icon} {words.kinds[kind] ?? kind}
    </span>
  )
}

/** Each change with its class, the most serious first. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  const rank = ['widening', 'narrowing', 'wording']
  const sorted = [...changes].sort((one, other) => rank.indexOf(one.kind) - rank.indexOf(other.kind))
  return (
    <ul className="notice-changes">
      {sorted.map(({ kind, purpose, text }) => (
        <li key={`${kind} ${purpose} ${text}`} data-kind={kind}>
          <KindChip kind={kind} />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  )
}

const STATES: Record<string, readonly [Tone, ReactNode]> = {
  'in-force': ['ok', <CheckCircleOutlined key="in-force" aria-hidden />],
  waiting: ['warm', <ClockCircleOutlined key="waiting" aria-hidden />],
  superseded: ['muted', <StopOutlined key="superseded" aria-hidden />],
  replaced: ['muted', <StopOutlined key="replaced" aria-hidden />],
}

export function VersionState({ state }: { state: string }) {
  const words = useWords()
  const [tone, icon] = STATES[state] ?? ['muted', null]
  return (
    <State tone={tone} icon={icon}>
      {words.states[state] ?? state}
    </State>
  )
}
