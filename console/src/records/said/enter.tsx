// Taking down what a customer said: on paper, by telephone, at the desk. A word and no opinion of ours.
import { DeleteOutlined, UploadOutlined } from '@ant-design/icons'
import { App, Button, Form, Input, Radio, Select } from 'antd'
import { useRef, useState } from 'react'
import { answer, api, type Schemas, upload } from '../../api/client'
import { fieldOf, type Purpose, type Register } from '../../api/register'
import { Dialog } from '../../shared/dialog'
import { useAppearance } from '../../texts'
import { useNotices } from './notice'
import { useSaid } from './texts'
import { CHANNELS, partsOf } from './words'

interface Props {
  subject: string
  register: Register
  purpose: Purpose
}

interface Given {
  state: 'given' | 'refused' | 'withdrawn'
  part: string
  channel: string
  through: string
  place?: string
  saidAt?: string
  form: string
  notice?: string
  until?: string
  evidence?: File
}

const THROUGH = ['paper', 'counter', 'call-centre', 'web', 'app'] as const
const FORMS = ['general', 'separate', 'written', 'guardian', 'once'] as const
const MOST_BYTES = 5 * 1024 * 1024
const PLACE = /^[a-z0-9._/-]{1,120}$/

export function EnterDialog({ onClose, onDone, ...props }: Props & { onClose: () => void; onDone: () => void }) {
  const { pick } = useAppearance()
  const { message } = App.useApp()
  const t = useSaid()
  const { subject, purpose } = props

  async function enter(given: Given) {
    const stored = given.evidence && (await keep(subject, given.evidence))
    const yes = given.state === 'given'
    const body = {
      state: given.state,
      form: given.form,
      through: given.through,
      ...(given.part === '' ? {} : { part: given.part }),
      ...(given.channel === '' ? {} : { channel: given.channel }),
      ...(given.place ? { place: given.place } : {}),
      ...(given.saidAt ? { collected_at: new Date(given.saidAt).toISOString() } : {}),
      ...(yes && given.until ? { expires_at: new Date(given.until).toISOString() } : {}),
      ...(yes && given.notice ? { notice: JSON.parse(given.notice) as Schemas['Shown'] } : {}),
      ...(stored ? { evidence: stored.evidence } : {}),
    }
    const taken = await answer(
      api.PUT('/api/v1/subjects/{subject}/consents/{purpose}', {
        params: { path: { subject, purpose: purpose.name } },
        body,
      }),
    )
    void message.success(t.enter.next[taken.next] ?? '')
    onDone()
  }
  return (
    <Dialog<Given>
      open
      title={t.enter.title(pick(purpose.title))}
      lead={t.enter.lead}
      submit={t.enter.submit}
      width={560}
      initial={{ state: 'withdrawn', part: '', channel: '', through: 'paper', form: purpose.consent ?? 'general' }}
      onClose={onClose}
      onSubmit={enter}
    >
      <Fields {...props} />
    </Dialog>
  )
}

/** Sealed before the word that names it. */
const keep = (subject: string, file: File) =>
  upload<Schemas['Evidence']>('POST', `/api/v1/subjects/${encodeURIComponent(subject)}/evidence`, file, file.type)

function Fields({ register, purpose }: Props) {
  const { pick } = useAppearance()
  const t = useSaid()
  const state = Form.useWatch<Given['state']>('state')
  const form = Form.useWatch<string>('form')
  const yes = state === 'given'
  const parts = partsOf(register, purpose, []).map((part) => ({
    value: part,
    label: pick(register.collections.find(({ name }) => part === `${name}.*`)?.title ?? { zh: part, en: part }),
  }))
  const inner = purpose.fields
    .map((field) => [field, fieldOf(register, field)] as const)
    .flatMap(([field, found]) => (found ? [{ value: field, label: pick(found.field.title) }] : []))
  const past = (message: string) => ({
    validator: (_: unknown, value?: string) =>
      !value || Date.parse(value) <= Date.now() ? Promise.resolve() : Promise.reject(new Error(message)),
  })
  const later = (message: string) => ({
    validator: (_: unknown, value?: string) =>
      !value || Date.parse(value) > Date.now() ? Promise.resolve() : Promise.reject(new Error(message)),
  })
  return (
    <>
      <Form.Item name="state" label={t.enter.state}>
        <Radio.Group
          options={(['withdrawn', 'refused', 'given'] as const).map((value) => ({ value, label: t.enter[value] }))}
        />
      </Form.Item>
      <div className="said-two">
        <Form.Item name="part" label={t.enter.part}>
          <Select options={[{ value: '', label: t.whole }, ...parts, ...inner]} />
        </Form.Item>
        <Form.Item name="channel" label={t.enter.channel}>
          <Select
            options={[
              { value: '', label: t.everyWay },
              ...CHANNELS.map((value) => ({ value, label: t.channels[value] })),
            ]}
          />
        </Form.Item>
        <Form.Item name="through" label={t.enter.through}>
          <Select options={THROUGH.map((value) => ({ value, label: t.through[value] }))} />
        </Form.Item>
        <Form.Item name="saidAt" label={t.enter.saidAt} extra={t.enter.saidHint} rules={[past(t.enter.future)]}>
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item name="form" label={t.enter.form}>
          <Select options={FORMS.map((value) => ({ value, label: t.forms[value] }))} />
        </Form.Item>
        {yes && (
          <Form.Item
            name="until"
            label={t.enter.until}
            extra={t.enter.untilHint}
            rules={[
              later(t.enter.untilWrong),
              ...(form === 'once' ? [{ required: true, message: t.enter.once }] : []),
            ]}
          >
            <Input type="datetime-local" />
          </Form.Item>
        )}
      </div>
      {yes && <NoticeItem purpose={purpose.name} />}
      <Form.Item
        name="place"
        label={t.enter.place}
        extra={t.enter.placeHint}
        rules={[{ pattern: PLACE, message: t.enter.placeWrong }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="evidence"
        label={t.enter.evidence}
        extra={t.enter.evidenceHint}
        rules={[
          {
            validator: (_, file?: File) =>
              !file || file.size <= MOST_BYTES ? Promise.resolve() : Promise.reject(new Error(t.enter.tooLarge)),
          },
        ]}
      >
        <FileChoice />
      </Form.Item>
    </>
  )
}

/** Which version was shown: those that tell of the purpose, the newest first. */
function NoticeItem({ purpose }: { purpose: string }) {
  const { texts, language } = useAppearance()
  const t = useSaid()
  const notices = useNotices()
  const day = (at: string) => new Intl.DateTimeFormat(texts.languageTag, { dateStyle: 'medium' }).format(new Date(at))
  const told = (notices.data?.notices ?? [])
    .filter(({ state, purposes }) => (state === 'in-force' || state === 'superseded') && purposes.includes(purpose))
    .map(({ name, title, version, hash, effective_at }) => ({
      value: JSON.stringify({ name, version, hash, language }),
      label: t.enter.noticeVersion(title, version, day(effective_at)),
    }))
  return (
    <Form.Item
      name="notice"
      label={t.enter.notice}
      extra={t.enter.noticeHint}
      rules={told.length > 0 ? [{ required: true, message: t.enter.noticeNeeded }] : []}
    >
      <Select loading={notices.isPending} options={told} />
    </Form.Item>
  )
}

/** A file from this machine, by its name; the form holds it until it is sent. */
function FileChoice({ id, value, onChange }: { id?: string; value?: File; onChange?: (file: File | undefined) => void }) {
  const t = useSaid()
  const input = useRef<HTMLInputElement>(null)
  const [name, setName] = useState('')
  return (
    <div className="said-file">
      <Button {...(id ? { id } : {})} icon={<UploadOutlined aria-hidden />} onClick={() => input.current?.click()}>
        {t.enter.choose}
      </Button>
      <input
        ref={input}
        type="file"
        className="sr-only"
        accept=".pdf,.jpg,.jpeg,.png,.mp3,.ogg,.wav"
        tabIndex={-1}
        aria-label={t.enter.evidence}
        onChange={(event) => {
          const file = event.target.files?.[0]
          setName(file?.name ?? '')
          onChange?.(file)
          event.target.value = ''
        }}
      />
      {value && (
        <>
          <span>{name}</span>
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t.enter.remove}
            title={t.enter.remove}
            onClick={() => onChange?.(undefined)}
          />
        </>
      )}
    </div>
  )
}
