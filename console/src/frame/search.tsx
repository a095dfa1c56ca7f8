// Exact search by a full number. What is typed goes into the body of one request and nowhere else: no
// address, no storage, no cache.
import { SearchOutlined } from '@ant-design/icons'
import { useNavigate } from '@tanstack/react-router'
import { Button, Input, type InputRef, Popover, Space } from 'antd'
import { type ReactNode, type RefObject, useState } from 'react'
import { answer, api } from '../api/client'
import { fieldOf, fieldsOf, type Purpose, type Register, useRegister } from '../api/register'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { kindsOf, normal } from './identify'
import { usePurpose } from './purpose'

/** The fields of a purpose that can be searched for exactly and are of one of these kinds. */
function searchable(register: Register, purpose: Purpose, kinds: readonly string[]): string[] {
  return fieldsOf(register, purpose).filter((ref) => {
    const field = fieldOf(register, ref)?.field
    return field !== undefined && kinds.includes(field.kind) && field.search.includes('exact')
  })
}

export function Search({ box }: { box: RefObject<InputRef | null> }) {
  const { texts } = useAppearance()
  const { purpose } = usePurpose()
  const register = useRegister()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<ReactNode>(null)

  function open(subject: string, order?: string) {
    setTyped('')
    setSaid(null)
    void navigate({ to: '/records/$subject', params: { subject }, search: order ? { order } : {} })
  }

  async function look() {
    const value = normal(typed)
    if (value === '' || !register.data) return
    if (!purpose) return setSaid(texts.frame.searchNoPurpose)
    const kinds = kindsOf(value)
    if (kinds.length === 0) return setSaid(texts.frame.searchUnknown)
    const fields = searchable(register.data, purpose, kinds)
    setBusy(true)
    setSaid(null)
    try {
      const found = new Set<string>()
      for (const field of fields) {
        const body = { field, mode: 'exact', value, purpose: purpose.name, limit: 20 }
        const { matches } = await answer(api.POST('/api/v1/searches', { body }))
        for (const match of matches) found.add(match.subject)
      }
      if (kinds.includes('code')) {
        // The number of an order is not sealed, and is looked for among one's own on the server.
        const body = { purpose: purpose.name, number: value }
        const { cases } = await answer(api.POST('/api/v1/cases/searches', { body }))
        const [order, ...others] = cases
        if (order && others.length === 0) return open(order.subject, order.case)
        for (const { subject } of cases) found.add(subject)
      } else if (fields.length === 0) {
        return setSaid(texts.frame.searchNotOffered(value.length === 0 ? '' : named(kinds[0])))
      }
      const [only, ...others] = found
      if (only !== undefined && others.length === 0) return open(only)
      setSaid(found.size === 0 ? <None /> : <Several subjects={[...found]} onOpen={open} />)
    } catch (error) {
      setSaid(<ProblemNote error={error} />)
    } finally {
      setBusy(false)
    }
  }

  const { pick } = useAppearance()
  const named = (kind: string | undefined): string => {
    const fields = register.data?.collections.flatMap((one) => one.fields) ?? []
    const title = fields.find((field) => field.kind === kind)?.title
    return title ? pick(title) : (kind ?? '')
  }

  return (
    <search className="top-search">
      <Popover
        open={said !== null}
        content={<div className="search-said" role="status">{said}</div>}
        placement="bottomLeft"
        trigger="click"
        onOpenChange={(open) => !open && setSaid(null)}
      >
        <Space.Compact block>
          <Input
            ref={box}
            value={typed}
            aria-label={texts.frame.searchLabel}
            placeholder={texts.frame.search}
            title={texts.frame.searchHint}
            autoComplete="off"
            spellCheck={false}
            maxLength={40}
            onChange={(event) => {
              setTyped(event.target.value)
              setSaid(null)
            }}
            onPressEnter={() => void look()}
          />
          <Button
            aria-label={texts.frame.searchGo}
            icon={<SearchOutlined aria-hidden />}
            loading={busy}
            onClick={() => void look()}
          />
        </Space.Compact>
      </Popover>
    </search>
  )
}

function None() {
  const { texts } = useAppearance()
  return (
    <>
      <strong>{texts.frame.searchNone}</strong>
      <div className="note">{texts.frame.searchNoneHint}</div>
    </>
  )
}

function Several({ subjects, onOpen }: { subjects: readonly string[]; onOpen: (subject: string) => void }) {
  const { texts } = useAppearance()
  return (
    <>
      <strong>{texts.frame.searchMany(subjects.length)}</strong>
      <ul className="search-found">
        {subjects.map((subject) => (
          <li key={subject}>
            <Button type="link" onClick={() => onOpen(subject)}>
              {subject}
            </Button>
          </li>
        ))}
      </ul>
    </>
  )
}
