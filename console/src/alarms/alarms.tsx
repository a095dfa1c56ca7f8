// Emergency access raises an alarm; somebody says that it was seen.
import { useQuery } from '@tanstack/react-query'
import { Button, Tag } from 'antd'
import { useState } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'

export function Alarms() {
  const { texts, moment } = useAppearance()
  const [error, setError] = useState<unknown>(null)
  const alarms = useQuery({ queryKey: ['alarms'], queryFn: () => answer(api.GET('/api/v1/alarms')) })

  async function see(alarm: string) {
    setError(null)
    try {
      await answer(api.PUT('/api/v1/alarms/{alarm}/seen', { params: { path: { alarm } } }))
      await alarms.refetch()
    } catch (caught) {
      setError(caught)
    }
  }
  return (
    <Page title={texts.alarms.title} lead={texts.alarms.lead}>
      {alarms.isError && <ProblemNote error={alarms.error} onRetry={() => void alarms.refetch()} />}
      {error !== null && <ProblemNote error={error} />}
      <Panel title={texts.alarms.title} flush>
        <Table<Schemas['Alarm']>
          keyOf={(one) => one.alarm}
                    loading={alarms.isPending}
          rows={alarms.data?.alarms ?? []}
          label={texts.alarms.title}
          empty={texts.alarms.empty}
          columns={[
            { key: 'at', title: texts.alarms.at, show: (one) => moment(one.at) },
            { key: 'who', title: texts.alarms.who, show: (one) => <code>{one.actor}</code> },
            { key: 'what', title: texts.alarms.what, show: (one) => `${one.kind} · ${one.about}` },
            {
              key: 'act', title: '',
              end: true,
              show: (one) =>
                one.seen_by ? (
                  <Tag color="success">{texts.alarms.seen}</Tag>
                ) : (
                  <Button size="small" type="primary" onClick={() => void see(one.alarm)}>
                    {texts.alarms.see}
                  </Button>
                ),
            },
          ]}
        />
      </Panel>
    </Page>
  )
}
