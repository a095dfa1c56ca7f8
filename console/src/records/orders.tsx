// One's own orders under the session's purpose: the way to a customer. Nobody browses people.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { answer, api, type Case } from '../api/client'
import { useRegister } from '../api/register'
import { usePurpose } from '../frame/purpose'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useRows } from '../shared/rows'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import './records.css'
import { State, useCaseWords } from './state'

export function Orders() {
  const { texts } = useAppearance()
  const { purpose } = usePurpose()
  if (!purpose) {
    return (
      <Page title={texts.records.noPurpose} lead={texts.records.noPurposeHint}>
        {null}
      </Page>
    )
  }
  return <Listed key={purpose.name} purpose={purpose.name} />
}

function Listed({ purpose }: { purpose: string }) {
  const { texts } = useAppearance()
  const navigate = useNavigate()
  const words = useCaseWords(useRegister().data)
  const [all, setAll] = useState(false)
  const list = useInfiniteQuery({
    queryKey: ['orders', purpose],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/cases', {
          params: { query: { purpose, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 60_000,
    retry: false,
  })
  const orders = (list.data?.pages.flatMap((page) => page.cases) ?? []).filter((one) => all || one.open)
  const open = (order: Case) =>
    void navigate({ to: '/records/$subject', params: { subject: order.subject }, search: { order: order.case } })
  const chosen = useRows(orders.length, (at) => {
    const order = orders[at]
    if (order) open(order)
  })
  return (
    <Page title={texts.records.title} lead={texts.records.lead}>
      {list.isError ? (
        <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Panel
          title={texts.records.title}
          note={list.isSuccess ? orders.length : null}
          flush
          extra={
            <Segmented
              size="small"
              value={all}
              onChange={setAll}
              options={[
                { value: false, label: texts.records.onlyOpen },
                { value: true, label: texts.records.all },
              ]}
            />
          }
        >
          <Table<Case>
            keyOf={(one) => one.case}
            rows={orders}
            loading={list.isPending}
            label={texts.records.title}
            chosen={chosen}
            onOpen={open}
            empty={
              <>
                {texts.records.empty}
                <div className="note">{texts.records.emptyHint}</div>
              </>
            }
            columns={[
              {
                key: 'number', title: texts.records.number,
                show: (order) => (
                  <Button type="link" className="row-link" onClick={() => open(order)}>
                    {words(order).number}
                  </Button>
                ),
              },
              {
                key: 'state', title: texts.records.state,
                show: (order) => (
                  <>
                    <State open={order.open} word={words(order).state} />
                  </>
                ),
              },
              {
                key: 'kind', title: texts.records.kind,
                wide: true,
                show: (order) => words(order).kind,
              },
              { key: 'site', title: texts.records.site, wide: true, show: (order) => order.fields.site ?? '' },
              {
                key: 'act', title: '',
                end: true,
                show: (order) => (
                  <Button size="small" onClick={() => open(order)}>
                    {texts.records.open}
                  </Button>
                ),
              },
            ]}
          />
          {list.hasNextPage && (
            <div className="panel-foot">
              <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {texts.records.more}
              </Button>
            </div>
          )}
        </Panel>
      )}
    </Page>
  )
}
