// What of the ledger is looked at: act, role, pseudonym, time; and whether new entries appear by themselves.
import { Button, Checkbox, Input, Select } from 'antd'
import { useId, useState } from 'react'
import { useRegister } from '../api/register'
import { useAppearance } from '../texts'
import type { Filter } from './entries'

interface Props {
  filter: Filter
  onFilter: (filter: Filter) => void
  live: boolean
  onLive: (live: boolean) => void
  here: boolean
}

export function FilterBar({ filter, onFilter, live, onLive, here }: Props) {
  const { texts, pick } = useAppearance()
  const register = useRegister()
  const words = texts.ledger
  const set = (name: keyof Filter, value: string | undefined) => {
    const { [name]: _, ...others } = filter
    onFilter(value === undefined || value === '' ? others : { ...others, [name]: value })
  }
  const kinds = Object.entries(words.kinds).map(([value, label]) => ({ value, label }))
  const roles = (register.data?.roles ?? []).map(({ name, title }) => ({ value: name, label: pick(title) }))
  return (
    <div className="ledger-filter">
      <Select
        className="kinds"
        listHeight={480}
        aria-label={words.kind}
        value={filter.kind ?? ''}
        onChange={(kind) => set('kind', kind)}
        options={[{ value: '', label: words.kindAll }, ...kinds]}
      />
      <Select
        className="kinds"
        listHeight={480}
        aria-label={words.roleNow}
        title={words.roleNow}
        value={filter.role ?? ''}
        onChange={(role) => set('role', role)}
        options={[{ value: '', label: words.roleAll }, ...roles, { value: 'service', label: words.service }]}
      />
      <Pseudonym key={filter.pseudonym ?? ''} value={filter.pseudonym ?? ''} onValue={(value) => set('pseudonym', value)} />
      <Time label={words.since} value={filter.since} onValue={(value) => set('since', value)} />
      <Time label={words.until} value={filter.until} onValue={(value) => set('until', value)} />
      {Object.keys(filter).length > 0 && <Button onClick={() => onFilter({})}>{words.clear}</Button>}
      <div className="ledger-live">
        <Checkbox title={words.liveOn} checked={live} onChange={({ target }) => onLive(target.checked)}>
          {words.live}
        </Checkbox>
        {live && !here && <span className="note">{words.livePaused}</span>}
      </div>
      {filter.pseudonym !== undefined && <p className="note ledger-note">{words.pseudonymNote}</p>}
    </div>
  )
}

const PSEUDONYM = /^[A-Za-z0-9_-]{22}$/

function Pseudonym({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  const { texts } = useAppearance()
  const [typed, setTyped] = useState(value)
  const [bad, setBad] = useState(false)
  const id = useId()
  const look = () => {
    const text = typed.trim()
    const right = text === '' || PSEUDONYM.test(text)
    setBad(!right)
    if (right && text !== value) onValue(text)
  }
  return (
    <div className="ledger-pseudonym">
      <Input
        value={typed}
        placeholder={texts.ledger.pseudonym}
        aria-label={texts.ledger.pseudonym}
        aria-describedby={bad ? id : undefined}
        status={bad ? 'error' : ''}
        autoComplete="off"
        spellCheck={false}
        maxLength={30}
        allowClear
        onChange={({ target }) => {
          setTyped(target.value)
          setBad(false)
        }}
        onPressEnter={look}
        onBlur={look}
      />
      {bad && (
        <div id={id} role="alert" className="note ledger-bad">
          {texts.ledger.pseudonymBad}
        </div>
      )}
    </div>
  )
}

/** A moment in the person's own time; the filter has it in UTC. */
function Time({ label, value, onValue }: { label: string; value: string | undefined; onValue: (value: string) => void }) {
  const local = value === undefined ? '' : localOf(new Date(value))
  return (
    <label className="ledger-time">
      <span className="note">{label}</span>
      <Input
        type="datetime-local"
        value={local}
        onChange={({ target }) => onValue(target.value === '' ? '' : new Date(target.value).toISOString())}
      />
    </label>
  )
}

const localOf = (date: Date): string => {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`
}
