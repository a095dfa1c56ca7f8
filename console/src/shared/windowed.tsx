// A table of very many rows of one height, of which only those in sight are in the page. Its columns keep their
// widths while it scrolls: the screen gives them to the classes `windowed-<key>`.
import { Empty, Skeleton } from 'antd'
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Column } from './table'

interface Props<T> {
  label: string
  columns: readonly Column<T>[]
  count: number
  /** The row at this place; nothing while it is on its way. */
  rowAt: (at: number) => T | undefined
  /** Told which rows are in sight. */
  onSight: (first: number, last: number) => void
  onOpen: (row: T) => void
  /** The row chosen by keyboard, or -1. */
  chosen: number
  /** So many rows came in above: whoever reads further down stays where they are. */
  added: number
  empty: ReactNode
  loading: boolean
}

/** The height of a row, in pixels; the style sheet has the same. */
const ROW = 38
/** Rows beyond those in sight. */
const BEYOND = 10

export function Windowed<T>({ columns, count, rowAt, onSight, onOpen, chosen, added, ...props }: Props<T>) {
  const box = useRef<HTMLDivElement>(null)
  const [sight, setSight] = useState({ top: 0, height: 600 })
  const first = Math.max(0, Math.min(Math.floor(sight.top / ROW) - BEYOND, count - 1))
  const last = Math.min(count, Math.ceil((sight.top + sight.height) / ROW) + BEYOND)

  useEffect(() => onSight(first, last), [first, last, onSight])
  useEffect(() => {
    const element = box.current
    if (!element) return
    const look = () => setSight({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(look)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    const element = box.current
    if (!element || chosen < 0) return
    const top = chosen * ROW
    if (top < element.scrollTop) element.scrollTop = top
    // The head stands over the first row's height.
    else if (top + 2 * ROW > element.scrollTop + element.clientHeight) element.scrollTop = top + 2 * ROW - element.clientHeight
  }, [chosen])
  const before = useRef(added)
  useLayoutEffect(() => {
    const element = box.current
    const more = added - before.current
    before.current = added
    if (element && more > 0 && element.scrollTop > 0) element.scrollTop += more * ROW
  }, [added])

  if (count === 0 && !props.loading) {
    return (
      <div className="panel-body">
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={props.empty} />
      </div>
    )
  }
  const classOf = ({ key, wide, end }: Column<T>) =>
    [`windowed-${key}`, wide && 'col-wide', end && 'col-end'].filter(Boolean).join(' ')
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset)
  return (
    // Scrolled by keyboard, so it takes the focus.
    <section
      ref={box}
      className="windowed"
      aria-label={props.label}
      tabIndex={0}
      onScroll={({ currentTarget }) => setSight({ top: currentTarget.scrollTop, height: currentTarget.clientHeight })}
    >
      <table className="table" aria-label={props.label} aria-rowcount={count + 1} aria-busy={props.loading}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={classOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Space height={first * ROW} />
          {rows.map((at) => {
            const row = rowAt(at)
            return (
              <tr
                key={at}
                aria-rowindex={at + 2}
                className={at === chosen ? 'windowed-row row-chosen' : 'windowed-row'}
                aria-selected={at === chosen ? true : undefined}
                onClick={() => row && onOpen(row)}
              >
                {columns.map((column) => (
                  <td key={column.key} className={classOf(column)}>
                    {row ? column.show(row) : <span className="windowed-wait" />}
                  </td>
                ))}
              </tr>
            )
          })}
          <Space height={Math.max(0, count - last) * ROW} />
        </tbody>
      </table>
      {props.loading && count === 0 && (
        <div className="panel-body">
          <Skeleton active title={false} paragraph={{ rows: 6 }} />
        </div>
      )}
    </section>
  )
}

/** Takes the place of the rows that are not in the page. */
const Space = ({ height }: { height: number }) =>
  height > 0 ? (
    <tr aria-hidden className="windowed-space">
      <td style={{ height }} />
    </tr>
  ) : null
