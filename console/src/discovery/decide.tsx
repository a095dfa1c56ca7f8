// Confirming and dismissing, each with what it needs.
import { App, Form, Input, Radio } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../api/client'
import { Dialog } from '../shared/dialog'
import { useAppearance } from '../texts'
import { useDiscovering } from '../texts/discovering'
import type { Asked } from './findings'
import { endOf, type Finding, placeOf, TASKS, usualTask } from './model'

interface Given {
  task?: string
  reason?: string
  until?: string
}

const REASONS = ['not-personal', 'test-data', 'accepted'] as const

/** Sends a decision, says under which entry it stands, and lets every list be read again. */
export function useDecide() {
  const { texts } = useAppearance()
  const t = useDiscovering()
  const { message } = App.useApp()
  const queries = useQueryClient()
  return async (finding: string, body: Schemas['DiscoveryDecision']) => {
    const params = { path: { finding } }
    const { entry } = await answer(api.PUT('/api/v1/discoveries/{finding}/decision', { params, body }))
    const said = texts.entry(entry)
    void message.success(body.decision === 'reopen' ? t.reopened(said) : t.done(said))
    await queries.invalidateQueries({ queryKey: ['discoveries'] })
  }
}

export function Decide({ of, asked, onClose }: { of: Finding | null; asked: Asked | null; onClose: () => void }) {
  const t = useDiscovering()
  const decide = useDecide()
  const lead = (words: string) => (
    <>
      {of && (
        <p>
          <strong>{t.whats[of.what] ?? of.what}</strong> · {of.source} · {placeOf(of.path)}
        </p>
      )}
      <p className="note">{words}</p>
    </>
  )
  return (
    <>
      <Dialog<Given>
        open={of !== null && asked === 'confirm'}
        title={t.confirmTitle}
        lead={lead(t.confirmLead)}
        submit={t.confirm}
        initial={of ? { task: usualTask(of) } : {}}
        onClose={onClose}
        onSubmit={({ task }) => decide(of?.finding ?? '', { decision: 'confirm', ...(task ? { task } : {}) })}
      >
        <Form.Item name="task" label={t.task} rules={[{ required: true, message: t.taskMissing }]}>
          <Radio.Group className="reasons-choice">
            {TASKS.map((task) => (
              <Radio key={task} value={task}>
                {t.tasks[task]} <span className="note">{t.taskNotes[task]}</span>
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
      </Dialog>
      <Dialog<Given>
        open={of !== null && asked === 'dismiss'}
        title={t.dismissTitle}
        lead={lead(t.dismissLead)}
        submit={t.dismiss}
        onClose={onClose}
        onSubmit={({ reason, until }) => {
          const end = reason === 'accepted' ? endOf(until ?? '', Date.now()) : null
          return decide(of?.finding ?? '', {
            decision: 'dismiss',
            ...(reason ? { reason } : {}),
            ...(end ? { until: end } : {}),
          })
        }}
      >
        <Form.Item name="reason" label={t.reason} rules={[{ required: true, message: t.reasonMissing }]}>
          <Radio.Group className="reasons-choice">
            {REASONS.map((reason) => (
              <Radio key={reason} value={reason}>
                {t.reasons[reason]}
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        <Form.Item noStyle shouldUpdate={(before: Given, now: Given) => before.reason !== now.reason}>
          {({ getFieldValue }) =>
            getFieldValue('reason') === 'accepted' && (
              <Form.Item
                name="until"
                label={t.until}
                rules={[
                  {
                    validator: (_, day: string | undefined) =>
                      endOf(day ?? '', Date.now()) ? Promise.resolve() : Promise.reject(new Error(t.untilMissing)),
                  },
                ]}
              >
                <Input type="date" />
              </Form.Item>
            )
          }
        </Form.Item>
      </Dialog>
    </>
  )
}
