// The twin of the picture: each kind of use, most often first.
import { Button, Tag } from 'antd'
import { useState } from 'react'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import type { Flow } from './model'
import type { Names } from './names'

const STEP = 50

interface Props {
  flows: readonly Flow[]
  names: Names
  /** How many are shown at first, where the table is not alone. */
  first?: number
}

export function Flows({ flows, names, first = STEP }: Props) {
  const { texts } = useAppearance()
  const shape = new Intl.DateTimeFormat(texts.languageTag, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' })
  const day = (at: string) => shape.format(new Date(at))
  const [most, setMost] = useState(first)
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
          {
            key: 'purpose',
            title: words.purpose,
            show: (flow) => (
              <>
                <div>{flow.purpose ? names.purpose(flow.purpose) : '–'}</div>
                <div className="note">{names.recipient(flow.recipient)}</div>
                {flow.undeclared && (
                  <Tag color="error">{texts.map.findingKinds[flow.undeclared] ?? texts.map.notDeclared}</Tag>
                )}
              </>
            ),
          },
          {
            key: 'form',
            title: words.form,
            show: (flow) => (
              <>
                <div className="map-word">{texts.map.forms[flow.form] ?? flow.form}</div>
                <div className="note map-word">{texts.map.acts[flow.act] ?? flow.act}</div>
              </>
            ),
          },
          {
            key: 'count',
            title: words.count,
            end: true,
            show: (flow) => (
              <>
                <div>{flow.count.toLocaleString()}</div>
                <div className="note">{day(flow.last_at)}</div>
              </>
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
