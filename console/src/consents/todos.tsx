// What asks for somebody: consents that run out, and people whom a widened notice no longer covers.
import { CheckCircleOutlined, ClockCircleOutlined, ReloadOutlined } from '@ant-design/icons'
import { usePurposeTitle } from '../api/register'
import { useConsenting } from '../texts/consenting'
import type { Todo } from './model'

const KINDS = ['expiring', 'outdated'] as const

export function Todos({ todos }: { todos: readonly Todo[] }) {
  const consenting = useConsenting()
  const title = usePurposeTitle()
  const t = consenting.consents.todos
  if (todos.length === 0) {
    return (
      <p className="consents-calm">
        <CheckCircleOutlined aria-hidden /> {t.none}
      </p>
    )
  }
  const kinds = KINDS.map((kind) => ({ kind, own: todos.filter((one) => one.kind === kind) })).filter(({ own }) => own.length > 0)
  return (
    <ul className="consents-todos" aria-label={t.label}>
      {kinds.map(({ kind, own }) => (
        <li key={kind} data-kind={kind}>
          {kind === 'expiring' ? <ClockCircleOutlined aria-hidden /> : <ReloadOutlined aria-hidden />}
          <div>
            <strong>{t.titles[kind]}</strong>
            <ul className="consents-counts">
              {own.map(({ purpose, count }) => (
                <li key={purpose}>
                  {title(purpose)} <strong>{t.people(consenting.count(count))}</strong>
                </li>
              ))}
            </ul>
            <div className="note">{t.what[kind]}</div>
          </div>
        </li>
      ))}
    </ul>
  )
}
