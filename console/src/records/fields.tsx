// The fields of a person, each in the form in which the server answered it.
import { EyeInvisibleOutlined, EyeOutlined, QuestionCircleOutlined, StopOutlined } from '@ant-design/icons'
import { Button, Popover, Tag } from 'antd'
import type { FieldAnswer } from '../api/client'
import { type DeclaredField, fieldOf, type Register } from '../api/register'
import { useSession } from '../session/session'
import { Reasons } from '../shared/problem'
import { useAppearance } from '../texts'
import type { Loan } from './loan'
import type { Wanted } from './reveal'

interface Props {
  register: Register
  answers: readonly FieldAnswer[]
  loan: Loan | null
  secondsLeft: number
  onReveal: (wanted: Wanted) => void
  onHide: () => void
}

export function Fields(props: Props) {
  const { pick } = useAppearance()
  const groups = props.register.collections
    .map((collection) => ({
      collection,
      answers: props.answers.filter(({ field }) => field.startsWith(`${collection.name}.`)),
    }))
    .filter(({ answers }) => answers.length > 0)
  return (
    <>
      {groups.map(({ collection, answers }) => (
        <div key={collection.name} className="field-group" role="group" aria-label={pick(collection.title)}>
          <h3>{pick(collection.title)}</h3>
          {answers.map((one) => {
            const declared = fieldOf(props.register, one.field)?.field
            return declared && <Row key={one.field} {...props} one={one} declared={declared} />
          })}
        </div>
      ))}
    </>
  )
}

function Row({ one, declared, ...props }: Props & { one: FieldAnswer; declared: DeclaredField }) {
  const { texts, pick } = useAppearance()
  const title = pick(declared.title)
  const loan = props.loan?.field === one.field ? props.loan : null
  const empty = one.form !== 'withheld' && (one.values ?? []).length === 0
  return (
    <div className={loan ? 'field field-lent' : 'field'} data-field={one.field}>
      <div className="field-name">
        <Held declared={declared} title={title} />
      </div>
      <div className="field-level">
        <Level declared={declared} />
      </div>
      <div className="field-value">
        {loan ? <Lent loan={loan} /> : <Value one={one} />}
      </div>
      <div className="field-act">
        {loan ? (
          <button type="button" className="countdown" onClick={props.onHide} title={texts.record.hide}>
            <EyeInvisibleOutlined aria-hidden /> {texts.record.seconds(props.secondsLeft)}
          </button>
        ) : (
          !empty && (
            <Act
              one={one}
              onReveal={() =>
                props.onReveal({ field: one.field, title, guarded: declared.second_factor || one.step_up === true })
              }
            />
          )
        )}
      </div>
    </div>
  )
}

function Level({ declared }: { declared: DeclaredField }) {
  const { texts } = useAppearance()
  if (declared.sensitivity === 'sensitive') return <Tag color="error">{texts.record.sensitive}</Tag>
  const word = texts.record.levels[declared.level] ?? texts.record.level(declared.level)
  return declared.level >= 3 ? <Tag color="warning">{word}</Tag> : <Tag>{word}</Tag>
}

function Value({ one }: { one: FieldAnswer }) {
  const { texts } = useAppearance()
  if (one.form === 'withheld') {
    return (
      <span className="withheld">
        <StopOutlined aria-hidden /> {texts.record.withheld}
      </span>
    )
  }
  const values = one.values ?? []
  if (values.length === 0) return <span className="none">{texts.record.empty}</span>
  return (
    <>
      {values.map(({ record, value }) => (
        <span key={record} className={one.form === 'clear' ? 'plain' : 'masked'}>
          {value}
        </span>
      ))}
    </>
  )
}

/** The clear value: the one amber box of the page, marked with who looks, neither selected nor copied. */
function Lent({ loan }: { loan: Loan }) {
  const { moment } = useAppearance()
  const { me } = useSession()
  const mark = `${me.person?.login ?? ''} · ${moment(new Date(loan.until).toISOString())} · ${me.actor.slice(-6)}`
  return (
    <>
      {[...loan.values].map(([record, value]) => (
        <span
          key={record}
          className="lent"
          onCopy={(event) => event.preventDefault()}
          onContextMenu={(event) => event.preventDefault()}
        >
          <span className="lent-value">{value}</span>
          <span className="watermark" aria-hidden>
            {mark}
          </span>
        </span>
      ))}
    </>
  )
}

function Act({ one, onReveal }: { one: FieldAnswer; onReveal: () => void }) {
  const { texts } = useAppearance()
  if (one.form === 'clear') return <span className="note">{texts.record.clear}</span>
  const why = (
    <Popover trigger="click" placement="left" title={texts.record.whyTitle} content={<Reasons because={one.because} />}>
      <Button
        type="text"
        size="small"
        icon={<QuestionCircleOutlined aria-hidden />}
        aria-label={texts.record.why}
        title={texts.record.why}
      >
        {one.form === 'masked' ? null : texts.record.why}
      </Button>
    </Popover>
  )
  return (
    <>
      {one.form === 'masked' && (
        <Button size="small" icon={<EyeOutlined aria-hidden />} onClick={onReveal}>
          {texts.record.reveal}
        </Button>
      )}
      {why}
    </>
  )
}

/** The field's name; behind it, why it is held and until when. */
function Held({ declared, title }: { declared: DeclaredField; title: string }) {
  const { texts, pick } = useAppearance()
  const { days, from, rule } = declared.retention
  const rows = [
    [texts.record.heldScene, pick(declared.scene)],
    [texts.record.heldUntil, texts.keep(days, texts.keepFrom[from] ?? from)],
    [texts.record.heldOwner, declared.owner],
    [texts.record.heldRule, rule],
  ]
  const content = (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
  return (
    <Popover trigger="click" placement="right" title={texts.record.held(title)} content={content}>
      <button type="button" className="held">
        {title}
      </button>
    </Popover>
  )
}
