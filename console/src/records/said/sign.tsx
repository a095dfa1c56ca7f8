// The state of a word as colour, icon and word.
import {
  CheckOutlined,
  ClockCircleOutlined,
  CloseOutlined,
  FieldTimeOutlined,
  MinusCircleOutlined,
  QuestionOutlined,
  SafetyOutlined,
  SyncOutlined,
  UndoOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import { useSaid } from './texts'
import { type Standing, TONES } from './words'

const ICONS: Record<Standing, ReactNode> = {
  given: <CheckOutlined aria-hidden />,
  outdated: <SyncOutlined aria-hidden />,
  later: <ClockCircleOutlined aria-hidden />,
  refused: <CloseOutlined aria-hidden />,
  withdrawn: <UndoOutlined aria-hidden />,
  expired: <FieldTimeOutlined aria-hidden />,
  spent: <MinusCircleOutlined aria-hidden />,
  notAsked: <QuestionOutlined aria-hidden />,
  notNeeded: <SafetyOutlined aria-hidden />,
}

export function Sign({ standing, pale = false }: { standing: Standing; pale?: boolean }) {
  const t = useSaid()
  return (
    <span className={`said-sign said-${TONES[standing]}`} data-standing={standing} data-pale={pale || undefined}>
      {ICONS[standing]}
      <span>{t.standing[standing]}</span>
    </span>
  )
}
