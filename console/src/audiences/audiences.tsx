// Whom a purpose and a channel let one reach now. What is answered stays in this page and goes with it.
import { InfoCircleOutlined } from '@ant-design/icons'
import { useEffect, useRef, useState } from 'react'
import { answer, api } from '../api/client'
import { useDoing } from '../shared/doing'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useConsenting } from '../texts/consenting'
import '../people/people.css'
import '../shared/parts.css'
import './audiences.css'
import { type Asked, AskForm } from './ask'
import { joined, MOST, partsOf, type Result } from './model'
import { ResultPanel } from './result'

export function AudiencesScreen() {
  const consenting = useConsenting()
  const t = consenting.audiences
  const asking = useAsking()
  return (
    <Page title={t.title} lead={t.lead}>
      <div className="banner">
        <InfoCircleOutlined aria-hidden />
        <span>{t.banner}</span>
      </div>
      <div className="columns audience-columns">
        <Panel title={t.ask}>
          <AskForm busy={asking.busy} progress={asking.progress} onAsk={asking.ask} onStop={asking.stop} />
          {asking.error !== null && <ProblemNote error={asking.error} />}
        </Panel>
        <ResultPanel
          asked={asking.asked}
          result={asking.result}
          busy={asking.busy}
          onAgain={() => asking.asked && void asking.ask(asking.asked)}
          onClear={asking.clear}
        />
      </div>
    </Page>
  )
}

/** Asks page by page, until all are asked or somebody stops it. Leaving the screen stops it too. */
function useAsking() {
  const { busy, error, run, clear: forget } = useDoing()
  const [asked, setAsked] = useState<Asked | null>(null)
  const [result, setResult] = useState<Result | null>(null)
  const [progress, setProgress] = useState<{ done: number; all: number | null } | null>(null)
  const stopped = useRef(false)
  useEffect(
    () => () => {
      stopped.current = true
    },
    [],
  )

  async function ask(next: Asked) {
    stopped.current = false
    setAsked(next)
    setResult(null)
    setProgress({ done: 0, all: next.ids?.length ?? null })
    await run(async () => {
      const of = { purpose: next.purpose, ...(next.channel ? { channel: next.channel } : {}) }
      let found: Result | null = null
      const take = async (body: Parameters<typeof askOnce>[0], size: (got: number) => number) => {
        const page = await askOnce(body)
        found = joined(found, page, Date.now())
        setResult(found)
        setProgress((before) => before && { ...before, done: before.done + size(page.subjects.length) })
        return page
      }
      let isWhole = true
      if (next.ids) {
        for (const subjects of partsOf(next.ids)) {
          if (stopped.current) isWhole = false
          else await take({ ...of, all: false, subjects }, () => subjects.length)
        }
      } else {
        let after: string | undefined
        for (let more = true; more; ) {
          if (stopped.current) {
            isWhole = false
            break
          }
          const page = await take({ ...of, all: true, limit: MOST, ...(after ? { after } : {}) }, (got) => got)
          after = page.subjects.at(-1)?.subject
          more = page.more && after !== undefined
        }
      }
      setResult((before) => before && { ...before, isWhole })
    })
    setProgress(null)
  }
  return {
    busy,
    error,
    asked,
    result,
    progress,
    ask,
    stop: () => {
      stopped.current = true
    },
    clear: () => {
      setResult(null)
      setAsked(null)
      forget()
    },
  }
}

const askOnce = (body: {
  purpose: string
  channel?: string
  subjects?: string[]
  all: boolean
  after?: string
  limit?: number
}) => answer(api.POST('/api/v1/audiences', { body }))
