// The fields of a person, each in the form in which the server answered it: what there is one of in rows, what
// there are many of in cards.
import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { FieldAnswer, PieceAnswer } from '../api/client'
import { type DeclaredField, fieldOf, type Register } from '../api/register'
import { useAppearance } from '../texts'
import { Held } from './held'
import type { Loan } from './loan'
import { Pieces } from './pieces'
import type { Wanted } from './reveal'
import type { Group } from './rows'
import { Lent, Level, Shown, valueOf } from './values'
import { Why } from './why'

export interface FieldProps {
  register: Register
  /** The entry of the read that answered. */
  entry: number
  loan: Loan | null
  /** What was decided about personal information in texts, by kind. */
  pieces: readonly PieceAnswer[]
  secondsLeft: number
  onReveal: (wanted: Wanted) => void
  onHide: () => void
  onAsk: ((field: string) => void) | null
}

/** The one record of a collection: a row a field. */
export function Fields({ group, ...props }: FieldProps & { group: Group }) {
  const { pick } = useAppearance()
  const record = group.rows[0]?.record ?? null
  return (
    <div className="fields" role="group" aria-label={pick(group.collection.title)}>
      {group.answers.map((one) => {
        const declared = fieldOf(props.register, one.field)?.field
        return declared && <Row key={one.field} {...props} one={one} declared={declared} record={record} />
      })}
    </div>
  )
}

interface RowProps extends FieldProps {
  one: FieldAnswer
  declared: DeclaredField
  /** The record; none where it is not told which holds the field. */
  record: string | null
}

function Row(props: RowProps) {
  const { one, declared, record, register } = props
  const lent = isLent(props)
  return (
    <div className={lent ? 'field field-lent' : 'field'} data-field={one.field}>
      <div className="field-name">
        <Held register={register} field={one.field} declared={declared} />
      </div>
      <div className="field-level">
        <Level declared={declared} />
      </div>
      <div className="field-value">
        <ValueOf {...props} />
      </div>
      <div className="field-act">
        {one.form === 'clear' && valueOf(one, record) !== undefined ? <NotMasked /> : <Acts {...props} worded />}
      </div>
    </div>
  )
}

function NotMasked() {
  const { texts } = useAppearance()
  return <span className="note">{texts.record.clear}</span>
}

const isLent = ({ loan, one, record }: RowProps): boolean =>
  loan !== null && loan.field === one.field && (record === null || loan.values.has(record))

/** The value in its form, or the lent one. */
export function ValueOf(props: RowProps) {
  const { loan, one, record, declared } = props
  const { texts, pick } = useAppearance()
  if (loan && isLent(props)) {
    const records = record === null ? [...loan.values.keys()] : [record]
    return records.map((one) => <Lent key={one} loan={loan} record={one} field={declared} />)
  }
  const value = one.values?.find((value) => value.record === record)
  if (value?.pieces?.length) {
    const ask = ({ kind, step_up }: PieceAnswer) =>
      props.onReveal({
        field: one.field,
        record,
        piece: kind,
        title: texts.dossier.pieceOf(texts.dossier.kinds[kind] ?? kind, pick(declared.title)),
        guarded: step_up === true,
      })
    return <Pieces text={value.value} pieces={value.pieces} answers={props.pieces} onReveal={ask} />
  }
  return <Shown form={one.form} value={value?.value} field={declared} />
}

/** What can be done with a value: asking for it in clear, hiding it again, asking why. */
export function Acts(props: RowProps & { worded?: boolean }) {
  const { texts, pick } = useAppearance()
  const { one, declared, record, worded, onAsk } = props
  const title = pick(declared.title)
  if (isLent(props)) {
    return (
      <button type="button" className="countdown" onClick={props.onHide} title={texts.record.hide}>
        <EyeInvisibleOutlined aria-hidden /> {texts.record.seconds(props.secondsLeft)}
      </button>
    )
  }
  const there = valueOf(one, record) !== undefined
  if (one.form === 'clear' || (one.form !== 'withheld' && !there)) return null
  const revealable = one.revealable === true || one.step_up === true
  const ask = onAsk && !revealable ? () => onAsk(one.field) : undefined
  return (
    <>
      {revealable && (
        <Button
          size="small"
          type={worded ? 'default' : 'text'}
          icon={<EyeOutlined aria-hidden />}
          aria-label={worded ? undefined : texts.dossier.of(texts.record.reveal, title)}
          title={texts.record.reveal}
          onClick={() =>
            props.onReveal({ field: one.field, record, title, guarded: declared.second_factor || one.step_up === true })
          }
        >
          {worded ? texts.record.reveal : null}
        </Button>
      )}
      <Why one={one} title={title} entry={props.entry} worded={!revealable && worded === true} onAsk={ask} />
    </>
  )
}
