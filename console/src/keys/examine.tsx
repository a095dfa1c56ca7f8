// An examination of the deployment: each thing that was looked at, and what to do about it.
import { CheckCircleOutlined, CloseCircleOutlined, WarningOutlined } from '@ant-design/icons'
import { Button, Empty } from 'antd'
import { type ReactNode, useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { useDoing } from '../shared/doing'
import { State, type Tone } from '../shared/due'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'

type Examination = Schemas['Examination']

const LOOKS: Record<string, readonly [Tone, ReactNode]> = {
  well: ['ok', <CheckCircleOutlined key="well" aria-hidden />],
  heed: ['warm', <WarningOutlined key="heed" aria-hidden />],
  fault: ['hot', <CloseCircleOutlined key="fault" aria-hidden />],
}
const ORDER = ['fault', 'heed', 'well']

export function Examine() {
  const { texts } = useAppearance()
  const { busy, error, run } = useDoing()
  const [found, setFound] = useState<Examination | null>(null)
  const t = texts.people.examine

  async function examine() {
    const done = await run(() => answer(api.POST('/api/v1/examinations')))
    if (done) setFound(done)
  }
  const findings = [...(found?.findings ?? [])].sort(
    (one, other) => ORDER.indexOf(one.level) - ORDER.indexOf(other.level),
  )
  return (
    <Panel
      title={t.title}
      note={t.note}
      extra={
        <Button size="small" loading={busy} onClick={() => void examine()}>
          {found ? t.again : t.begin}
        </Button>
      }
    >
      {error !== null && <ProblemNote error={error} />}
      {!found && error === null && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t.notYet} />}
      <ul className="findings" aria-live="polite">
        {findings.map((one) => {
          const [tone, icon] = LOOKS[one.level] ?? ['muted', null]
          return (
            <li key={`${one.check} ${one.text}`}>
              <State tone={tone} icon={icon}>
                {t.levels[one.level] ?? one.level}
              </State>
              <div>
                <div>{one.text}</div>
                {one.todo && <div className="note">{one.todo}</div>}
              </div>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}
