// What asks for somebody: consents that run out, and people whom a widened notice no longer covers.
import { CheckCircleOutlined, ClockCircleOutlined, ReloadOutlined } from '@ant-design/icons'
import { usePurposeTitle } from '../api/register'
import { useAppearance } from '../texts'
import type { Todo } from './model'

export function Todos({ todos }: { todos: readonly Todo[] }) {
  const { texts } = useAppearance()
  const title = usePurposeTitle()
  const t = texts.consenting.consents.todos
  if (todos.length === 0) {
    return (
      <p className="consents-calm">
        <CheckCircleOutlined aria-hidden /> {t.none}
      </p>
    )
  }
  return (
    <ul className="consents-todos" aria-label={t.label}>
      {todos.map(({ kind, purpose, count }) => (
        <li key={`${kind} ${purpose}`} data-kind={kind}>
          {kind === 'expiring' ? <ClockCircleOutlined aria-hidden /> : <ReloadOutlined aria-hidden />}
          <div>
            <strong>{t[kind](title(purpose), texts.consenting.count(count))}</strong>
            <div className="note">{t.what[kind]}</div>
          </div>
        </li>
      ))}
    </ul>
  )
}
