// What the reads of the last thirty days would have become: as sentences, as bars, and as a table.
import { ArrowDownOutlined, ArrowUpOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import type { Schemas } from '../api/client'
import { Panel } from '../shared/page'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { useNames } from './names'

type Effect = Schemas['PolicyEffect']
type Shift = Schemas['PolicyShift']

export function EffectPanel({ effect }: { effect: Effect }) {
  const { texts, moment } = useAppearance()
  const words = texts.policies.effect
  const { shifts } = effect
  return (
    <Panel title={words.title} note={words.since(moment(effect.since))}>
      <div className="stack">
        {shifts.length === 0 ? (
          <p className="effect-none">{effect.reads === 0 ? words.noReads : words.none(effect.reads)}</p>
        ) : (
          <>
            <Share effect={effect} />
            <Bars shifts={shifts} />
            <ShiftTable shifts={shifts} />
            {effect.more_shifts > 0 && <p className="note">{words.more(effect.more_shifts)}</p>}
          </>
        )}
        <About effect={effect} />
      </div>
    </Panel>
  )
}

/** What was evaluated anew and what was not, in so many words. */
function About({ effect }: { effect: Effect }) {
  const { texts } = useAppearance()
  const words = texts.policies.effect
  const sampled = effect.looked_at < effect.entries
  return (
    <details className="about">
      <summary>{words.about}</summary>
      <dl className="facts facts-wide">
        <div>
          <dt>{words.anew}</dt>
          <dd>{words.anewWhat}</dd>
        </div>
        <div>
          <dt>{words.held}</dt>
          <dd>{words.heldWhat}</dd>
        </div>
        <div>
          <dt>{words.not}</dt>
          <dd>{words.notWhat(effect.granted, effect.differ)}</dd>
        </div>
        <div>
          <dt>{words.looked}</dt>
          <dd>
            {sampled
              ? words.sampled(effect.looked_at, effect.entries, Math.round((effect.looked_at / effect.entries) * 100))
              : words.whole(effect.entries)}
          </dd>
        </div>
      </dl>
    </details>
  )
}

/** All decisions as one bar: less, more, the same, not evaluated. The list beside it has the numbers. */
function Share({ effect }: { effect: Effect }) {
  const { texts } = useAppearance()
  const words = texts.policies.effect
  const sum = (more: boolean) =>
    effect.shifts.reduce((total, shift) => total + (shift.more === more ? shift.reads : 0), 0)
  const parts = [
    ['less', words.less, sum(false), effect.lose > 0 ? words.people(effect.lose) : ''],
    ['more', words.moreShown, sum(true), effect.gain > 0 ? words.people(effect.gain) : ''],
    ['same', words.same, effect.same, ''],
    ['not', words.not, effect.granted + effect.differ, ''],
  ] as const
  const total = Math.max(
    1,
    parts.reduce((all, [, , count]) => all + count, 0),
  )
  let at = 0
  return (
    <figure className="share">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden>
        {parts.map(([key, , count]) => {
          const wide = (count / total) * 100
          const bar = <rect key={key} className={`fill-${key}`} x={at} y="0" width={wide} height="6" />
          at += wide
          return bar
        })}
      </svg>
      <figcaption>
        {parts.map(([key, name, count, note]) => (
          <span key={key} className={`share-part key-${key}`}>
            {name} <strong>{count.toLocaleString()}</strong> {note && <span className="note">{note}</span>}
          </span>
        ))}
      </figcaption>
    </figure>
  )
}

/** The largest changes, one bar each; every one of them stands in the table below. */
function Bars({ shifts }: { shifts: readonly Shift[] }) {
  const { texts } = useAppearance()
  const names = useNames()
  const words = texts.policies.effect
  const top = shifts.slice(0, TOP)
  const most = Math.max(...top.map(({ reads }) => reads))
  return (
    <ul className="bars">
      {top.map((shift) => (
        <li key={keyOf(shift)}>
          <span className="bars-said">
            {words.sentence(
              shift.reads,
              names.roles(shift.roles) || words.noRole,
              names.field(shift.field),
              texts.forms[shift.was] ?? shift.was,
              texts.forms[shift.would] ?? shift.would,
            )}
          </span>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden>
            <rect className="bars-back" x="0" y="0" width="100" height="8" />
            <rect
              className={shift.more ? 'fill-more' : 'fill-less'}
              x="0"
              y="0"
              width={(shift.reads / most) * 100}
              height="8"
            />
          </svg>
        </li>
      ))}
    </ul>
  )
}

function ShiftTable({ shifts }: { shifts: readonly Shift[] }) {
  const { texts } = useAppearance()
  const names = useNames()
  const words = texts.policies.effect
  return (
    <Table<Shift>
      label={words.table}
      empty={words.none(0)}
      keyOf={keyOf}
      rows={shifts}
      columns={[
        {
          key: 'way', title: words.way,
          show: (one) =>
            one.more ? (
              <Tag color="warning" icon={<ArrowUpOutlined aria-hidden />}>
                {words.moreShown}
              </Tag>
            ) : (
              <Tag color="error" icon={<ArrowDownOutlined aria-hidden />}>
                {words.less}
              </Tag>
            ),
        },
        { key: 'reads', title: words.reads, show: (one) => one.reads.toLocaleString() },
        { key: 'people', title: words.callers, show: (one) => one.callers },
        {
          key: 'roles', title: words.roles,
          show: (one) => (
            <>
              {names.roles(one.roles) || words.noRole}
              {one.channel !== 'staff' && <span className="note"> {texts.policies.channels[one.channel] ?? one.channel}</span>}
            </>
          ),
        },
        { key: 'purpose', title: words.purpose, wide: true, show: (one) => names.purpose(one.purpose) },
        { key: 'field', title: words.field, show: (one) => names.field(one.field) },
        {
          key: 'would', title: words.would,
          show: (one) => (
            <>
              {texts.forms[one.was] ?? one.was} → <strong>{texts.forms[one.would] ?? one.would}</strong>
            </>
          ),
        },
        {
          key: 'rule', title: words.rule,
          wide: true,
          show: (one) => (
            <>
              <code>{one.was_by}</code> → <code>{one.would_by}</code>
            </>
          ),
        },
      ]}
    />
  )
}

const keyOf = (one: Shift) => [one.roles.join(), one.channel, one.purpose, one.field, one.was, one.was_by].join('|')

const TOP = 8
