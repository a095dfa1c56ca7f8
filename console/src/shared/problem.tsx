// What was refused, why, and who can change it: one place for all of the console.
import { Alert, Button, Tag } from 'antd'
import { type Because, ProblemError } from '../api/client'
import { useAppearance } from '../texts'

/** An error as people read it. What is no problem of the API is shown as having had no answer. */
export function ProblemNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { texts } = useAppearance()
  const problem = error instanceof ProblemError ? error.problem : null
  const known = problem !== null && problem.title !== ''
  const wait = error instanceof ProblemError ? error.retryAfter : null
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={known ? problem.title : texts.unreachable}
      description={
        <div className="stack-s">
          {known ? problem.detail && <div>{problem.detail}</div> : <div>{texts.unreachableWhat}</div>}
          {problem?.places?.map((place) => (
            <div key={place.at}>
              <code>{place.at}</code> {place.message}
            </div>
          ))}
          {wait !== null && <div>{texts.waitSeconds(wait)}</div>}
          {problem?.because && problem.because.length > 0 && <Reasons because={problem.because} />}
          {problem?.entry != null && (
            <div className="note">
              {texts.refusal.recorded} · {texts.entry(problem.entry)}
            </div>
          )}
          {known && problem.instance && <div className="note">{texts.requestId(problem.instance)}</div>}
        </div>
      }
      action={onRetry && <Button onClick={onRetry}>{texts.retry}</Button>}
    />
  )
}

/** Each reason with its layer, its rule, and who could change it. */
export function Reasons({ because }: { because: readonly Because[] }) {
  const { texts } = useAppearance()
  return (
    <ul className="reasons">
      {because.map((one) => (
        <li key={one.rule}>
          <div className="reason-text">
            <Tag>{texts.refusal.layers[one.layer] ?? one.layer}</Tag>
            <span>{one.text}</span>
          </div>
          <div className="note">
            {texts.refusal.who}: {one.changed_by} · {texts.refusal.rule} <code>{one.rule}</code>
          </div>
        </li>
      ))}
    </ul>
  )
}
