// For which purpose, by which channel, among whom. Of a file or a pasted text only the ids are kept.
import { UploadOutlined } from '@ant-design/icons'
import { Button, Form, Input, Segmented, Select } from 'antd'
import { useRef, useState } from 'react'
import { useRegister } from '../api/register'
import { useAppearance } from '../texts'
import { useConsenting } from '../texts/consenting'
import { type Channel, CHANNELS, idsOf, MOST_BYTES, MOST_IDS } from './model'

export interface Asked {
  purpose: string
  channel?: Channel
  /** Not there: among everybody. */
  ids?: string[]
}

interface Props {
  busy: boolean
  progress: { done: number; all: number | null } | null
  onAsk: (asked: Asked) => Promise<void>
  onStop: () => void
}

interface Given {
  purpose: string
  channel: Channel | ''
}

/** Among whom: a list, or everybody. */
type Among = 'named' | 'all'

export function AskForm({ busy, progress, onAsk, onStop }: Props) {
  const { pick } = useAppearance()
  const consenting = useConsenting()
  const register = useRegister()
  const t = consenting.audiences
  const [among, setAmong] = useState<Among>('named')
  const [list, setList] = useState<ReturnType<typeof idsOf>>({ ids: [], doubles: 0 })
  const [wrong, setWrong] = useState('')
  const purposes = (register.data?.purposes ?? [])
    .filter(({ basis }) => Object.values(basis).includes('consent'))
    .map(({ name, title }) => ({ value: name, label: pick(title) }))
  const channels = [{ value: '', label: t.anyChannel }, ...CHANNELS.map((value) => ({ value, label: t.channels[value] ?? value }))]

  function submit({ purpose, channel }: Given) {
    const asked = { purpose, ...(channel === '' ? {} : { channel }) }
    if (among === 'all') return void onAsk(asked)
    const { ids } = list
    const problem = ids.length === 0 ? t.noIds : ids.length > MOST_IDS ? t.tooLong(MOST_IDS) : ''
    setWrong(problem)
    if (problem === '') void onAsk({ ...asked, ids })
  }
  return (
    <Form<Given> layout="vertical" requiredMark={false} initialValues={{ channel: '' }} onFinish={submit}>
      <Form.Item name="purpose" label={t.purpose} rules={[{ required: true, message: t.purposeBad }]}>
        <Select options={purposes} loading={register.isPending} />
      </Form.Item>
      <Form.Item name="channel" label={t.channel}>
        <Select options={channels} />
      </Form.Item>
      <Form.Item label={t.among}>
        <Segmented<Among>
          aria-label={t.among}
          value={among}
          onChange={(next) => {
            setAmong(next)
            setWrong('')
          }}
          options={[
            { value: 'named', label: t.named },
            { value: 'all', label: t.all },
          ]}
        />
      </Form.Item>
      {among === 'all' ? (
        <p className="note">{t.allLead}</p>
      ) : (
        <Ids
          list={list}
          wrong={wrong}
          onList={(next, problem) => {
            setList(next)
            setWrong(problem)
          }}
        />
      )}
      <div className="acts">
        <Button type="primary" htmlType="submit" loading={busy}>
          {t.ask}
        </Button>
        {busy && <Button onClick={onStop}>{t.stop}</Button>}
        <span role="status" className="note">
          {progress && t.asking(progress.done, progress.all)}
        </span>
      </div>
    </Form>
  )
}

interface IdsProps {
  list: ReturnType<typeof idsOf>
  wrong: string
  onList: (list: ReturnType<typeof idsOf>, wrong: string) => void
}

function Ids({ list, wrong, onList }: IdsProps) {
  const consenting = useConsenting()
  const t = consenting.audiences
  const [text, setText] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const read = (next: string) => {
    const found = idsOf(next)
    onList(found, next.trim() !== '' && found.ids.length === 0 ? t.noIds : '')
    return found
  }

  async function take(file: File | undefined) {
    if (!file) return
    if (file.size > MOST_BYTES) return onList({ ids: [], doubles: 0 }, t.fileBad)
    try {
      // Whatever else is in the file goes no further than this line.
      const { ids } = read(await file.text())
      setText(ids.length <= SHOWN ? ids.join('\n') : '')
    } catch {
      onList({ ids: [], doubles: 0 }, t.fileBad)
    }
  }
  return (
    <Form.Item label={t.ids} extra={t.idsHint} htmlFor="audience-ids" {...(wrong ? { validateStatus: 'error' as const, help: wrong } : {})}>
      <Input.TextArea
        id="audience-ids"
        className="audience-ids"
        rows={7}
        spellCheck={false}
        autoComplete="off"
        placeholder="sub_…"
        value={text}
        onChange={({ target }) => {
          setText(target.value)
          read(target.value)
        }}
      />
      <div className="audience-file">
        <Button icon={<UploadOutlined aria-hidden />} onClick={() => input.current?.click()}>
          {t.upload}
        </Button>
        <input
          ref={input}
          type="file"
          className="sr-only"
          tabIndex={-1}
          accept=".csv,.tsv,.txt,.ndjson,.json"
          aria-label={t.upload}
          onChange={(event) => {
            void take(event.target.files?.[0])
            event.target.value = ''
          }}
        />
        <span role="status">{list.ids.length > 0 && t.parsed(list.ids.length, list.doubles)}</span>
      </div>
    </Form.Item>
  )
}

/** Longer lists are kept, and not written into the field. */
const SHOWN = 1_000
