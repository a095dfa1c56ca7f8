// Opening an account: a login, a name, a place. Roles come from somebody else.
import { useQueryClient } from '@tanstack/react-query'
import { Form, Input } from 'antd'
import { answer, api } from '../api/client'
import { Dialog } from '../shared/dialog'
import { useAppearance } from '../texts'
import type { Opened } from './roles'

interface Given {
  login: string
  name: string
  site?: string
  region?: string
}

interface Props {
  open: boolean
  onClose: () => void
  onOpened: (opened: Opened) => void
}

export function OpenAccount({ open, onClose, onOpened }: Props) {
  const { texts } = useAppearance()
  const queries = useQueryClient()
  const t = texts.people.staff
  return (
    <Dialog<Given>
      open={open}
      title={t.open}
      lead={<p className="note">{t.openLead}</p>}
      submit={t.openSubmit}
      onClose={onClose}
      onSubmit={async ({ login, name, site, region }) => {
        const body = { login, name, ...(site ? { site } : {}), ...(region ? { region } : {}) }
        const opened = await answer(api.POST('/api/v1/staff', { body }))
        onOpened(opened)
        await queries.invalidateQueries({ queryKey: ['staff'] })
      }}
    >
      <Form.Item
        name="login"
        label={t.login}
        extra={t.loginHint}
        validateTrigger="onSubmit"
        rules={[{ required: true, pattern: /^[a-z][a-z0-9._-]{0,59}$/, message: t.loginBad }]}
      >
        <Input autoComplete="off" autoCapitalize="none" spellCheck={false} />
      </Form.Item>
      <Form.Item name="name" label={t.name} extra={t.nameHint} rules={[{ required: true, max: 60, message: t.nameBad }]}>
        <Input autoComplete="off" />
      </Form.Item>
      <div className="two">
        <Form.Item name="site" label={t.site}>
          <Input autoComplete="off" maxLength={60} />
        </Form.Item>
        <Form.Item name="region" label={t.region}>
          <Input autoComplete="off" maxLength={60} />
        </Form.Item>
      </div>
    </Dialog>
  )
}
