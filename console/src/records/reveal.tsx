// Asking for one field in clear: a reason, and a second factor where the field needs one.
import { Button, Form, Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import { answer, api, type FieldAnswer } from '../api/client'
import type { Purpose } from '../api/register'
import { CodeItem } from '../session/code'
import { useSession } from '../session/session'
import { ProblemNote, Reasons } from '../shared/problem'
import { useAppearance } from '../texts'
import { type ReasonKey, reasonsFor, reasonText } from './reasons'
import type { Matter } from './rows'

export interface Wanted {
  field: string
  /** The record that it is wanted of: only its value is lent. Of all that hold it, where none is told. */
  record: string | null
  /** What is wanted of a text: all in it that is of this kind. Without it, the field itself. */
  piece?: string
  title: string
  /** Whether the field needs a second factor that was shown lately. */
  guarded: boolean
}

interface Filled {
  reason: ReasonKey
  other?: string
  code?: string
}

interface Props {
  wanted: Wanted | null
  subject: string
  purpose: Purpose
  order: string | undefined
  /** The case that the look is for. */
  matter: Matter | null
  /** What the case is, in words. */
  about: readonly [kind: string, state: string]
  onClear: (field: FieldAnswer, entry: number) => void
  onRefused: (field: FieldAnswer | undefined, entry: number) => void
  onClose: () => void
}

export function RevealDialog(props: Props) {
  const { texts } = useAppearance()
  const { wanted } = props
  return (
    <Modal
      open={wanted !== null}
      title={wanted && texts.reveal.title(wanted.title)}
      footer={null}
      width={480}
      destroyOnHidden
      onCancel={props.onClose}
    >
      {wanted && <Ask {...props} wanted={wanted} />}
    </Modal>
  )
}

function Ask(props: Props & { wanted: Wanted }) {
  const { texts } = useAppearance()
  const { me, refresh } = useSession()
  const [form] = Form.useForm<Filled>()
  const reason = Form.useWatch('reason', form)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [refused, setRefused] = useState<Pick<FieldAnswer, 'because'> | null>(null)
  const [needsCode, setNeedsCode] = useState(
    () => props.wanted.guarded && !isFresh(me.person?.second_factor_until),
  )

  async function ask({ reason, other, code }: Filled) {
    const { field, record, piece } = props.wanted
    setBusy(true)
    setError(null)
    setRefused(null)
    try {
      if (needsCode && code !== undefined) {
        await answer(api.POST('/api/v1/sessions/step-up', { body: { code } }))
        setNeedsCode(false)
        void refresh()
      }
      const read = await answer(
        api.POST('/api/v1/subjects/{subject}/reads', {
          params: { path: { subject: props.subject } },
          body: {
            purpose: props.purpose.name,
            fields: [field],
            clear: piece ? [] : [field],
            clear_pieces: piece ? [piece] : [],
            ...(record ? { records: [record] } : {}),
            reason: reason === 'other' ? (other ?? '').trim() : reasonText(texts, reason),
            ...(props.order ? { case: props.order } : {}),
          },
        }),
      )
      const found = read.fields[0]
      const decided = piece ? read.pieces?.find(({ kind }) => kind === piece) : found
      if (found && decided?.form === 'clear') return props.onClear(found, read.entry)
      if (decided?.step_up) setNeedsCode(true)
      setRefused(decided ?? null)
      props.onRefused(found, read.entry)
    } catch (caught) {
      setError(caught)
    } finally {
      setBusy(false)
    }
  }

  const [kind, state] = props.about
  return (
    <Form<Filled> form={form} layout="vertical" requiredMark={false} onFinish={(filled) => void ask(filled)}>
      <p className="note">
        {texts.reveal.lead}
        {(kind || state) && <> {texts.dossier.fitting(kind, state)}</>}
      </p>
      <Form.Item
        name="reason"
        label={texts.reveal.reason}
        rules={[{ required: true, message: texts.reveal.reasonMissing }]}
      >
        <Radio.Group className="reasons-choice">
          {reasonsFor(props.matter, props.purpose).map((key) => (
            <Radio key={key} value={key}>
              {reasonText(texts, key)}
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      {reason === 'other' && (
        <Form.Item
          name="other"
          label={texts.reveal.other}
          extra={texts.reveal.otherHint}
          rules={[{ required: true, whitespace: true, min: 2, max: 120, message: texts.reveal.otherMissing }]}
        >
          <Input.TextArea rows={2} maxLength={120} autoComplete="off" />
        </Form.Item>
      )}
      {needsCode && (
        <>
          <p className="note">{texts.reveal.codeHint}</p>
          <CodeItem />
        </>
      )}
      {error !== null && <ProblemNote error={error} />}
      {refused && (
        <div role="alert" className="refused">
          <strong>{texts.reveal.notClear}</strong>
          <Reasons because={refused.because} />
        </div>
      )}
      <div className="dialog-foot">
        <Button onClick={props.onClose}>{texts.cancel}</Button>
        <Button type="primary" htmlType="submit" loading={busy}>
          {texts.reveal.submit}
        </Button>
      </div>
    </Form>
  )
}

/** Whether a second factor still counts, with half a minute to spare for whoever chooses slowly. */
const isFresh = (until: string | null | undefined): boolean =>
  until != null && Date.parse(until) - Date.now() > 30_000
