// What was refused, where something is changed: a page that others overtook says so in plain words.
import { Alert } from 'antd'
import { isProblem } from '../api/client'
import { useAppearance } from '../texts'
import { ProblemNote } from './problem'

export function Refused({ error }: { error: unknown }) {
  const { texts } = useAppearance()
  if (!isProblem(error, 'precondition-failed')) return <ProblemNote error={error} />
  return <Alert type="error" showIcon role="alert" title={texts.people.stale} description={texts.people.staleWhat} />
}
