// The file of an approved export: taken once, and held to the digest that the server signed off in the ledger.
import { DownloadOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { answer, api } from '../api/client'
import { useDoing } from '../shared/doing'
import { ProblemNote } from '../shared/problem'
import { save } from '../shared/save'
import { useAppearance } from '../texts'
import type { Approval } from './items'

export function Download({ approval }: { approval: Approval }) {
  const { texts } = useAppearance()
  const queries = useQueryClient()
  const { busy, error, run } = useDoing()
  const { message, modal } = App.useApp()
  const t = texts.people.approvals

  const take = () =>
    run(async () => {
      const { exports } = await answer(api.GET('/api/v1/exports'))
      const asked = exports.find((one) => one.approval === approval.approval)
      if (!asked) return
      const params = { path: { export: asked.export } }
      const file = await answer(api.POST('/api/v1/exports/{export}/file', { params, parseAs: 'blob' }))
      const content = file as unknown as Blob
      const done = await answer(api.GET('/api/v1/exports/{export}', { params }))
      save(content, `${asked.export}.${ENDS[formatOf(approval)] ?? 'csv'}`)
      // The approval is spent and this button gone: what became of the file is said beside the page.
      if (done.sha256 === (await digest(content))) void message.success(t.downloaded(done.rows))
      else modal.error({ title: t.broken })
      await queries.invalidateQueries({ queryKey: ['approvals'] })
    })
  return (
    <>
      {error !== null && <ProblemNote error={error} />}
      <Button type="primary" icon={<DownloadOutlined aria-hidden />} loading={busy} onClick={() => void take()}>
        {t.download}
      </Button>
    </>
  )
}

const ENDS: Record<string, string> = { csv: 'csv', 'csv-plain': 'csv', ndjson: 'ndjson', xlsx: 'xlsx' }

const formatOf = ({ body }: Approval) => (body as { format?: string }).format ?? ''

async function digest(file: Blob): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
