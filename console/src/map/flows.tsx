// The twin of the picture: each kind of use, most often first.
import { Button, Tag } from 'antd'
import { useState } from 'react'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import type { Flow } from './model'
import type { Names } from './names'

const STEP = 50

export function Flows({ flows, names }: { flows: readonly Flow[]; names: Names }) {
  const { texts, moment } = useAppearance()
  const [most, setMost] = useState(STEP)
  const words = texts.map.table
  const left = flows.length - most
  return (
    <>
      <Table<Flow>
        label={texts.map.tableLabel}
        empty={texts.map.tableEmpty}
        rows={flows.slice(0, most)}
        keyOf={(flow) =>
          [flow.field, flow.purpose, flow.recipient.kind, flow.recipient.name, flow.act, flow.form, flow.undeclared].join(' ')
        }
        columns={[
          { key: 'field', title: words.field, show: (flow) => names.fullField(flow.field) },
          { key: 'purpose', title: words.purpose, show: (flow) => (flow.purpose ? names.purpose(flow.purpose) : '–') },
          { key: 'recipient', title: words.recipient, show: (flow) => names.recipient(flow.recipient) },
          { key: 'act', title: words.act, wide: true, show: (flow) => texts.map.acts[flow.act] ?? flow.act },
          { key: 'form', title: words.form, show: (flow) => texts.map.forms[flow.form] ?? flow.form },
          { key: 'count', title: words.count, show: (flow) => flow.count.toLocaleString() },
          { key: 'last', title: words.last, wide: true, show: (flow) => moment(flow.last_at) },
          {
            key: 'state',
            title: words.state,
            show: (flow) =>
              flow.undeclared ? (
                <Tag color="error">{texts.map.findingKinds[flow.undeclared] ?? texts.map.notDeclared}</Tag>
              ) : (
                <span className="note">{words.declared}</span>
              ),
          },
        ]}
      />
      {left > 0 && (
        <div className="panel-foot">
          <Button onClick={() => setMost(most + STEP)}>{texts.map.tableMore(Math.min(STEP, left))}</Button>
        </div>
      )}
    </>
  )
}
