// Devices that sessions can be bound to: registered by their owner, approved by somebody else.
import { CheckOutlined, StopOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { type ReactNode, useMemo } from 'react'
import { answer, api, type Schemas } from '../api/client'
import { useSession } from '../session/session'
import { Colleagues, Who } from '../shared/colleagues'
import { useDoing } from '../shared/doing'
import { State } from '../shared/due'
import { Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { type Column, Table } from '../shared/table'
import { useAppearance } from '../texts'

type Device = Schemas['Device']

/** One's own, or everybody's for whoever approves them. */
export function Devices({ everybodys, extra }: { everybodys?: boolean; extra?: ReactNode }) {
  const { texts, moment } = useAppearance()
  const { me } = useSession()
  const { message } = App.useApp()
  const { error, run } = useDoing()
  const t = texts.people.devices
  const list = useQuery({ queryKey: ['devices'], queryFn: () => answer(api.GET('/api/v1/devices')) })
  const rows = useMemo(() => {
    const all = (list.data?.devices ?? []).filter((one) => everybodys || one.staff === me.actor)
    // What waits for somebody comes first.
    return all.sort((one, other) => Number(other.state === 'waiting') - Number(one.state === 'waiting'))
  }, [list.data, everybodys, me.actor])

  async function act(what: () => Promise<unknown>, said: string) {
    const done = await run(async () => {
      await what()
      return true
    })
    if (done) void message.success(said)
    await list.refetch()
  }
  const path = (one: Device) => ({ params: { path: { device: one.device } } })
  const approve = (one: Device) => () => answer(api.PUT('/api/v1/devices/{device}/approval', path(one)))
  const remove = (one: Device) => () => answer(api.DELETE('/api/v1/devices/{device}', path(one)))
  const columns: Column<Device>[] = [
    { key: 'name', title: t.name, show: (one) => one.name },
    { key: 'state', title: t.state, show: (one) => <DeviceState state={one.state} /> },
    { key: 'since', title: t.since, wide: true, show: (one) => moment(one.created_at) },
    {
      key: 'act',
      title: <span className="sr-only">{texts.people.act}</span>,
      end: true,
      show: (one) => (
        <span className="row-acts">
          {everybodys && one.state === 'waiting' && one.staff !== me.actor && (
            <Button size="small" type="primary" icon={<CheckOutlined aria-hidden />} onClick={() => void act(approve(one), t.approved)}>
              {t.approve}
            </Button>
          )}
          {one.state !== 'removed' && (
            <Button size="small" danger onClick={() => void act(remove(one), t.removedSaid)}>
              {t.remove}
            </Button>
          )}
        </span>
      ),
    },
  ]
  if (everybodys) columns.splice(1, 0, { key: 'whose', title: t.owner, show: (one) => <Who id={one.staff} /> })
  return (
    <Colleagues ids={rows.map((one) => one.staff)}>
      <Panel title={t.title} note={everybodys ? t.lead : t.leadOwn} extra={extra} flush>
        {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
        {error !== null && <ProblemNote error={error} />}
        <Table<Device>
          label={t.title}
          empty={everybodys ? t.empty : t.emptyOwn}
          keyOf={(one) => one.device}
          loading={list.isPending}
          rows={rows}
          columns={columns}
        />
      </Panel>
    </Colleagues>
  )
}

function DeviceState({ state }: { state: string }) {
  const { texts } = useAppearance()
  const word = texts.people.devices.states[state] ?? state
  if (state === 'removed') {
    return (
      <State tone="muted" icon={<StopOutlined aria-hidden />}>
        {word}
      </State>
    )
  }
  return <State tone={state === 'active' ? 'ok' : 'warm'}>{word}</State>
}
