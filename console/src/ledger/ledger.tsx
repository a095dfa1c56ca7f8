// The ledger: its entries, newest first, and its verification.
import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Alert, Button, Select } from 'antd'
import { useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { usePurposeTitle } from '../api/register'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'

export function Ledger() {
  const { texts, language, moment } = useAppearance()
  const { me } = useSession()
  const purposeTitle = usePurposeTitle()
  const [kind, setKind] = useState('')
  const list = useInfiniteQuery({
    queryKey: ['ledger', kind, language],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/ledger/entries', {
          params: {
            query: { newest: true, limit: 100, ...(kind ? { kind } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    retry: false,
  })
  const entries = list.data?.pages.flatMap((page) => page.entries) ?? []
  const size = list.data?.pages[0]?.size ?? 0
  return (
    <Page
      title={texts.ledger.title}
      lead={list.isSuccess ? texts.ledger.lead(size) : ''}
      actions={
        <Select
          className="kinds"
          aria-label={texts.ledger.kind}
          value={kind}
          onChange={setKind}
          options={[
            { value: '', label: texts.ledger.kindAll },
            ...Object.entries(texts.kinds).map(([value, label]) => ({ value, label })),
          ]}
        />
      }
    >
      {may(me, 'POST', '/api/v1/ledger/verifications') && <Verify />}
      {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      <Panel title={texts.ledger.title} flush>
        <Table<Schemas['LedgerEntry']>
          keyOf={(one) => one.index}
          loading={list.isPending}
          rows={entries}
          label={texts.ledger.title}
          empty={texts.ledger.empty}
          columns={[
            { key: 'index', title: texts.ledger.index, show: (one) => <code>{one.index}</code> },
            { key: 'at', title: texts.ledger.at, show: (one) => moment(one.at) },
            { key: 'kind', title: texts.ledger.kind, show: (one) => one.title },
            { key: 'actor', title: texts.ledger.actor, show: (one) => <code>{one.actor}</code> },
            { key: 'purpose', title: texts.ledger.purpose, show: (one) => purposeTitle(one.purpose) },
            {
              key: 'fields', title: texts.ledger.fields,
              show: (one) =>
                (one.fields ?? [])
                  .map(({ form, fields }) => `${texts.forms[form] ?? form}: ${fields.length}`)
                  .join(' · '),
            },
          ]}
        />
        {list.hasNextPage && (
          <div className="panel-foot">
            <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {texts.ledger.older}
            </Button>
          </div>
        )}
      </Panel>
    </Page>
  )
}

function Verify() {
  const { texts } = useAppearance()
  const [busy, setBusy] = useState(false)
  const [found, setFound] = useState<Schemas['Verification'] | null>(null)
  const [error, setError] = useState<unknown>(null)

  async function verify() {
    setBusy(true)
    setError(null)
    setFound(null)
    try {
      setFound(await answer(api.POST('/api/v1/ledger/verifications')))
    } catch (caught) {
      setError(caught)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Panel
      title={texts.ledger.verify}
      extra={
        <Button type="primary" loading={busy} onClick={() => void verify()}>
          {busy ? texts.ledger.verifying : texts.ledger.verify}
        </Button>
      }
    >
      {error !== null && <ProblemNote error={error} />}
      {found && (
        <Alert
          type={found.right ? 'success' : 'error'}
          showIcon
          icon={found.right ? <CheckCircleFilled aria-hidden /> : <CloseCircleFilled aria-hidden />}
          role="status"
          title={found.right ? texts.ledger.right(found.entries) : texts.ledger.wrong}
          description={
            found.right ? (
              found.root && <code className="root">{found.root}</code>
            ) : (
              <ul>
                {found.findings.map((finding) => (
                  <li key={JSON.stringify(finding)}>{Object.values(finding).join(' · ')}</li>
                ))}
              </ul>
            )
          }
        />
      )}
      <p className="note">
        {texts.ledger.offlineHint} <code>shouxin-verify export ledger.ndjson --key ledger.keys</code>
      </p>
    </Panel>
  )
}
