// A table of what a cursor gave: plain HTML, for antd's weighs as much as all other screens together and tries
// inline styles. Long lists are paged by the server.
import { Empty, Skeleton } from 'antd'
import type { ReactNode } from 'react'

export interface Column<T> {
  /** Unique within the table. */
  key: string
  title: ReactNode
  show: (row: T) => ReactNode
  /** Left out on narrow screens. */
  wide?: boolean
  /** At the end of the row, for what can be done with it. */
  end?: boolean
}

interface Props<T> {
  label: string
  columns: readonly Column<T>[]
  rows: readonly T[]
  keyOf: (row: T) => string | number
  loading?: boolean
  empty: ReactNode
  /** The row chosen by keyboard. */
  chosen?: number
  onOpen?: (row: T) => void
}

export function Table<T>(props: Props<T>) {
  const { columns, rows, onOpen } = props
  if (props.loading) {
    return (
      <div className="panel-body">
        <Skeleton active title={false} paragraph={{ rows: 4 }} />
      </div>
    )
  }
  if (rows.length === 0) {
    return (
      <div className="panel-body">
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={props.empty} />
      </div>
    )
  }
  const classOf = ({ wide, end }: Column<T>) => [wide && 'col-wide', end && 'col-end'].filter(Boolean).join(' ')
  return (
    <div className="table-scroll">
      <table className="table" aria-label={props.label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={classOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr
              key={props.keyOf(row)}
              className={at === props.chosen ? 'row-chosen' : undefined}
              aria-selected={at === props.chosen ? true : undefined}
              onDoubleClick={onOpen && (() => onOpen(row))}
            >
              {columns.map((column) => (
                <td key={column.key} className={classOf(column)}>
                  {column.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
