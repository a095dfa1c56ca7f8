// What a person has many of: orders, vehicles, parcels, calls, complaints. A card a record, the order that was
// opened first.
import { PushpinOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import type { FieldAnswer } from '../api/client'
import { type DeclaredField, fieldOf } from '../api/register'
import { Panel } from '../shared/page'
import { useAppearance } from '../texts'
import { Acts, type FieldProps, ValueOf } from './fields'
import { Held } from './held'
import type { Group, Row } from './rows'
import { State } from './state'
import { useWords, valueOf, Withheld } from './values'

/** So many cards stand open from the beginning. */
const OPEN_AT_FIRST = 2

/** What takes the room of two. */
const LONG = ['vin', 'email', 'resident_id', 'passport', 'bank_card', 'name']

export function Cards({ group, ...props }: FieldProps & { group: Group }) {
  const { texts, pick } = useAppearance()
  const { collection, rows } = group
  const withheld = group.answers.filter(({ form }) => form === 'withheld')
  const told = group.answers.filter(({ form }) => form !== 'withheld')
  return (
    <Panel title={pick(collection.title)} note={rows.length > 0 ? texts.dossier.rows(rows.length) : null}>
      {rows.length === 0 && withheld.length === 0 && <p className="note">{texts.dossier.noFields}</p>}
      {rows.map((row, at) => (
        <Card key={row.record} {...props} group={{ ...group, answers: told }} row={row} open={row.isThis || at < OPEN_AT_FIRST} />
      ))}
      {withheld.length > 0 && <Shut {...props} answers={withheld} />}
    </Panel>
  )
}

interface CardProps extends FieldProps {
  group: Group
  row: Row
  open: boolean
}

function Card({ group, row, open, ...props }: CardProps) {
  const { collection, answers } = group
  const heading = headOf(group)
  const status = collection.case && `${collection.name}.${collection.case.status}`
  // What stands in the head is not said again below it.
  const body = answers.filter(({ field }) => field !== heading?.field && field !== status)
  return (
    <details className="card" open={open} data-record={row.record} data-open={row.open ?? undefined}>
      <summary>
        <Head group={group} row={row} heading={heading} status={answers.find(({ field }) => field === status)} />
      </summary>
      <dl className="card-fields">
        {body.map((one) => {
          const declared = fieldOf(props.register, one.field)?.field
          if (!declared || valueOf(one, row.record) === undefined) return null
          const lent = props.loan?.field === one.field && props.loan.values.has(row.record)
          const wide = declared.kind === 'free_text' || declared.kind === 'address'
          const long = LONG.includes(declared.kind)
          const name = ['card-field', wide && 'card-wide', long && 'card-long', lent && 'field-lent'].filter(Boolean).join(' ')
          return (
            <div key={one.field} className={name} data-field={one.field}>
              <dt>
                <Held register={props.register} field={one.field} declared={declared} />
              </dt>
              <dd>
                <ValueOf {...props} one={one} declared={declared} record={row.record} />
                <Acts {...props} one={one} declared={declared} record={row.record} />
              </dd>
            </div>
          )
        })}
      </dl>
    </details>
  )
}

/** The field that names a record to people: its key where that is clear, otherwise when it was. */
function headOf({ collection, answers }: Group): FieldAnswer | undefined {
  const clear = answers.filter(({ form }) => form === 'clear')
  const isKey = ({ field }: FieldAnswer) => field === `${collection.name}.${collection.key[0]}`
  const isTime = ({ field }: FieldAnswer) =>
    collection.fields.some(({ name, kind }) => kind === 'time' && field === `${collection.name}.${name}`)
  // A masked key names a record as well as a mask can, and is asked for in its own place.
  return clear.find(isKey) ?? (collection.key.length > 0 ? undefined : clear.find(isTime))
}

interface HeadProps {
  group: Group
  row: Row
  heading: FieldAnswer | undefined
  status: FieldAnswer | undefined
}

function Head({ group, row, heading, status }: HeadProps) {
  const { texts, pick } = useAppearance()
  const words = useWords()
  const { collection, answers } = group
  const shown = (one: FieldAnswer | undefined): { field: DeclaredField; value: string } | null => {
    const field = collection.fields.find(({ name }) => one?.field === `${collection.name}.${name}`)
    const value = one && valueOf(one, row.record)
    return field && value !== undefined ? { field, value } : null
  }
  const head = shown(heading)
  const state = shown(status)
  const key = shown(answers.find(({ field }) => field === `${collection.name}.${collection.key[0]}`))
  const name = head ?? key
  // Its kind and its time tell cards apart that are shut.
  const first = (kind: string) =>
    shown(
      answers.find((one) => {
        const field = collection.fields.find(({ name }) => one.field === `${collection.name}.${name}`)
        return one !== heading && one !== status && one.form === 'clear' && field?.kind === kind
      }),
    )
  const kinds = collection.case || collection.key.length === 0 ? ['enum', 'time'] : ['code', 'enum']
  const about = kinds.map(first).map((one) => one && words(one.field, one.value))
  return (
    <>
      <strong className="card-name">{name ? words(name.field, name.value) : pick(collection.title)}</strong>
      <span className="note card-about">{about.filter(Boolean).join(' · ')}</span>
      {row.isThis && (
        <Tag color="processing" icon={<PushpinOutlined aria-hidden />}>
          {texts.dossier.isThis}
        </Tag>
      )}
      {state && <State open={row.open === true} word={words(state.field, state.value)} />}
    </>
  )
}

/** The fields of a collection that are withheld: whether there is anything in them is not told either. */
function Shut({ answers, ...props }: FieldProps & { answers: readonly FieldAnswer[] }) {
  return (
    <ul className="shut">
      {answers.map((one) => {
        const declared = fieldOf(props.register, one.field)?.field
        return (
          declared && (
            <li key={one.field} data-field={one.field}>
              <Held register={props.register} field={one.field} declared={declared} />
              {props.loan?.field === one.field ? (
                [...props.loan.values.keys()].map((record) => (
                  <ValueOf key={record} {...props} one={one} declared={declared} record={record} />
                ))
              ) : (
                <Withheld />
              )}
              <Acts {...props} one={one} declared={declared} record={null} worded />
            </li>
          )
        )
      })}
    </ul>
  )
}
