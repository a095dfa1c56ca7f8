// Changes of the register item by item, as the server tells them: of a plan, or between two versions.
import { EditOutlined, MinusOutlined, PlusOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import type { ReactNode } from 'react'
import type { Schemas } from '../api/client'
import { useAppearance } from '../texts'

type Change = Schemas['PlannedChange']

const SIGNS: Record<string, ReactNode> = {
  added: <PlusOutlined aria-hidden />,
  removed: <MinusOutlined aria-hidden />,
  changed: <EditOutlined aria-hidden />,
}

/** Each change; `effects` also tells what it does to stored data. */
export function Changes({ changes, effects }: { changes: readonly Change[]; effects?: boolean }) {
  const { texts } = useAppearance()
  return (
    <ul className="map-changes">
      {changes.map((change) => (
        <li key={`${change.sign} ${change.place} ${change.what}`} data-sign={change.sign}>
          <span className="map-sign">
            {SIGNS[change.sign]}
            {texts.map.signs[change.sign] ?? change.sign}
          </span>
          <div>
            <div>
              <strong>{change.place}</strong>
              {change.loosens && <Tag color="error">{texts.map.loosens}</Tag>}
            </div>
            <div>
              <Ticked text={change.what} />
            </div>
            {effects && (
              <div className="note">
                {texts.map.propose.effect}: {change.effect ?? texts.map.propose.noEffect}
              </div>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}

/** What stands between backquotes is a word of the register's text. */
function Ticked({ text }: { text: string }) {
  return text.split('`').map((part, at) => (at % 2 === 1 ? <code key={`${at} ${part}`}>{part}</code> : part))
}

/** A unified diff, its lines marked by sign and colour. */
export function TextDiff({ text }: { text: string }) {
  const lines = text.split('\n').filter((line, at, all) => line !== '' || at < all.length - 1)
  return (
    <pre className="map-diff">
      {lines.map((line, at) => (
        // Lines repeat; their place is what tells them apart.
        <span key={at} data-line={kindOf(line)}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}

function kindOf(line: string): 'head' | 'place' | 'added' | 'removed' | 'same' {
  if (line.startsWith('--- ') || line.startsWith('+++ ')) return 'head'
  if (line.startsWith('@@')) return 'place'
  if (line.startsWith('+')) return 'added'
  return line.startsWith('-') ? 'removed' : 'same'
}
