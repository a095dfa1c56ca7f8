// Access that somebody else lends: asked for from a refused or withheld field, shown while it waits and while it
// counts, and given back.
import { ClockCircleOutlined, KeyOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Modal, Segmented, Select } from 'antd'
import { useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { fieldOf, needs, type Purpose, type Register } from '../api/register'
import { usePurpose } from '../frame/purpose'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Panel } from '../shared/page'
import { useDoing } from '../shared/doing'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'

type Grant = Schemas['Grant']
type Approval = Schemas['Approval']

/** What is asked for: one field, or everything that a purpose shows of the person. */
export type Asked = { field: string } | 'all'

export const useMayAsk = (): boolean => {
  const { me } = useSession()
  return me.person != null && may(me, 'POST', '/api/v1/grants')
}

interface AskProps {
  asked: Asked | null
  subject: string
  register: Register
  onClose: () => void
}

export function AskAccess(props: AskProps) {
  const { texts } = useAppearance()
  return (
    <Modal
      open={props.asked !== null}
      title={texts.dossier.access.title}
      footer={null}
      width={520}
      destroyOnHidden
      onCancel={props.onClose}
    >
      {props.asked && <Ask {...props} asked={props.asked} />}
    </Modal>
  )
}

interface Filled {
  purpose: string
  seconds: number
  reason: string
}

function Ask({ asked, subject, register, onClose }: AskProps & { asked: Asked }) {
  const { texts, pick } = useAppearance()
  const { me } = useSession()
  const { message } = App.useApp()
  const cache = useQueryClient()
  const { purpose: present } = usePurpose()
  const words = texts.dossier.access
  const { busy, error, run } = useDoing()
  const fits = (purpose: Purpose) =>
    purpose.condition !== 'counts-only' &&
    purpose.roles.length > 0 &&
    (asked === 'all' ? purpose.name === present?.name || own(purpose) : needs(purpose, asked.field))
  const own = (purpose: Purpose) => purpose.roles.some((role) => me.roles.includes(role))
  const offered = register.purposes.filter(fits)
  const roleTitle = (name: string | undefined) => {
    const role = register.roles.find((one) => one.name === name)
    return role ? pick(role.title) : (name ?? '')
  }
  const field = asked === 'all' ? null : fieldOf(register, asked.field)?.field

  async function ask({ purpose: name, seconds, reason }: Filled) {
    const purpose = offered.find((one) => one.name === name)
    if (!purpose) return
    await run(async () => {
      await answer(
        api.POST('/api/v1/grants', {
          body: {
            purpose: name,
            fields: asked === 'all' ? ['*'] : [asked.field],
            subject,
            seconds,
            reason: reason.trim(),
            conditions: {},
            ...(own(purpose) ? {} : { role: purpose.roles[0] ?? null }),
          },
        }),
      )
      void message.success(words.asked)
      await cache.invalidateQueries({ queryKey: ['access'] })
      onClose()
    })
  }

  if (offered.length === 0) return <p>{words.none}</p>
  // First what one's roles do not give; with a person it is the tie that is lent, for the present purpose.
  const first = asked === 'all' ? present : offered.find((purpose) => !own(purpose))
  return (
    <Form<Filled>
      layout="vertical"
      requiredMark={false}
      initialValues={{ purpose: (first ?? offered[0])?.name, seconds: words.lengths[1]?.[0] }}
      onFinish={(filled) => void ask(filled)}
    >
      <p className="note">{words.lead}</p>
      <Form.Item label={words.fields}>
        <strong>{field ? pick(field.title) : words.allFields}</strong>
      </Form.Item>
      <Form.Item name="purpose" label={words.purpose} rules={[{ required: true, message: words.purposeMissing }]}>
        <Select
          options={offered.map((purpose) => ({
            value: purpose.name,
            label: `${pick(purpose.title)} · ${own(purpose) ? words.own : words.role(roleTitle(purpose.roles[0]))}`,
          }))}
        />
      </Form.Item>
      <Form.Item name="seconds" label={words.length}>
        <Segmented options={words.lengths.map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <Form.Item
        name="reason"
        label={words.reason}
        extra={words.reasonHint}
        rules={[{ required: true, whitespace: true, min: 5, max: 200, message: words.reasonMissing }]}
      >
        <Input.TextArea rows={2} maxLength={200} autoComplete="off" />
      </Form.Item>
      {error !== null && <ProblemNote error={error} />}
      <div className="dialog-foot">
        <Button onClick={onClose}>{texts.cancel}</Button>
        <Button type="primary" htmlType="submit" loading={busy}>
          {words.submit}
        </Button>
      </div>
    </Form>
  )
}

/** One's own requests and grants about this person; nothing where there are none. */
export function Access({ subject, register }: { subject: string; register: Register }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const mine = useMayAsk()
  const cache = useQueryClient()
  const [error, setError] = useState<unknown>(null)
  const list = useQuery({
    queryKey: ['access', subject],
    queryFn: async () => {
      const [{ grants }, { approvals }] = await Promise.all([
        answer(api.GET('/api/v1/grants', { params: { query: {} } })),
        answer(api.GET('/api/v1/approvals', { params: { query: {} } })),
      ])
      return {
        grants: grants.filter((one) => one.subject === subject && one.holder === me.actor),
        waiting: approvals.filter(
          (one) => one.act === 'grant' && one.state === 'open' && one.requested_by === me.actor && isAbout(one, subject),
        ),
      }
    },
    enabled: mine,
    refetchInterval: 30_000,
    retry: false,
  })
  const { grants = [], waiting = [] } = list.data ?? {}
  if (grants.length + waiting.length === 0) return null

  async function end(call: () => Promise<unknown>) {
    setError(null)
    try {
      await call()
      await cache.invalidateQueries({ queryKey: ['access'] })
    } catch (caught) {
      setError(caught)
    }
  }
  return (
    <Panel title={texts.dossier.access.panel}>
      {error !== null && <ProblemNote error={error} />}
      <ul className="lends">
        {waiting.map((one) => (
          <Waiting
            key={one.approval}
            register={register}
            one={one}
            onEnd={() =>
              end(() =>
                answer(api.DELETE('/api/v1/approvals/{approval}', { params: { path: { approval: one.approval } } })),
              )
            }
          />
        ))}
        {grants.map((one) => (
          <Granted
            key={one.grant}
            register={register}
            one={one}
            onEnd={() => end(() => answer(api.DELETE('/api/v1/grants/{grant}', { params: { path: { grant: one.grant } } })))}
          />
        ))}
      </ul>
    </Panel>
  )
}

const bodyOf = (one: Approval) => one.body as { purpose?: string; fields?: string[]; subject?: string }
const isAbout = (one: Approval, subject: string): boolean => bodyOf(one).subject === subject

function Waiting({ register, one, onEnd }: { register: Register; one: Approval; onEnd: () => void }) {
  const { texts } = useAppearance()
  const words = texts.dossier.access
  const lasts = useSpan()
  const { purpose, fields } = bodyOf(one)
  return (
    <li>
      <span className="state state-waiting">
        <ClockCircleOutlined aria-hidden /> {words.waiting}
      </span>
      <What register={register} purpose={purpose ?? ''} fields={fields ?? []} />
      <span className="note">{words.waits(lasts(one.seconds_left))}</span>
      <Button size="small" onClick={onEnd}>
        {words.withdraw}
      </Button>
    </li>
  )
}

function Granted({ register, one, onEnd }: { register: Register; one: Grant; onEnd: () => void }) {
  const { texts } = useAppearance()
  const { purpose, choose } = usePurpose()
  const words = texts.dossier.access
  const lasts = useSpan()
  return (
    <li>
      <span className="state state-granted">
        <KeyOutlined aria-hidden /> {words.granted}
      </span>
      <What register={register} purpose={one.purpose} fields={one.fields} />
      <span className="note">{words.left(lasts(one.seconds_left))}</span>
      {purpose?.name !== one.purpose && (
        <Button size="small" type="primary" onClick={() => choose(one.purpose)}>
          {words.use}
        </Button>
      )}
      <Button size="small" onClick={onEnd}>
        {words.revoke}
      </Button>
    </li>
  )
}

function What({ register, purpose, fields }: { register: Register; purpose: string; fields: readonly string[] }) {
  const { texts, pick } = useAppearance()
  const title = register.purposes.find((one) => one.name === purpose)?.title
  const names = fields.map((field) => {
    const found = fieldOf(register, field)
    return found ? pick(found.field.title) : texts.dossier.access.allFields
  })
  return (
    <span>
      <strong>{title ? pick(title) : purpose}</strong> · {names.join(texts.languageTag === 'en' ? ', ' : '、')}
    </span>
  )
}

/** Seconds in the unit that says most. */
function useSpan(): (seconds: number) => string {
  const { texts } = useAppearance()
  const words = texts.dossier.access
  return (seconds) => {
    if (seconds >= 2 * 86_400) return words.days(Math.floor(seconds / 86_400))
    if (seconds >= 2 * 3600) return words.hours(Math.floor(seconds / 3600))
    return words.minutes(Math.max(1, Math.ceil(seconds / 60)))
  }
}
