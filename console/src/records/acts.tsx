// Who looked and what was done, from the ledger: what this visit did first. Roles, purposes and fields; the
// name of a colleague is for the ledger to know.
import {
  DownloadOutlined,
  EditOutlined,
  EyeInvisibleOutlined,
  EyeOutlined,
  FileSearchOutlined,
  StopOutlined,
} from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { type Act, answer, api, isProblem, ProblemError } from '../api/client'
import { fieldOf, type Register, usePurposeTitle } from '../api/register'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Panel } from '../shared/page'
import { save } from '../shared/save'
import { useAppearance } from '../texts'

const SHOWN = 8
const NAMED = 3

export function Acts({ register, acts }: { register: Register; acts: readonly Act[] }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const [all, setAll] = useState(false)
  const words = texts.dossier.acts
  const told = together(acts)
  const shown = all ? told : told.slice(0, SHOWN)
  return (
    <Panel
      title={words.title}
      extra={may(me, 'GET', '/api/v1/ledger/entries') && <Link to="/ledger">{words.ledger}</Link>}
    >
      {acts.length === 0 && <p className="note">{words.empty}</p>}
      <ol className="timeline">
        {shown.map(({ one, also }) => (
          <Told key={one.index} register={register} one={one} also={also} />
        ))}
      </ol>
      {shown.length < told.length && (
        <Button type="link" className="row-link" onClick={() => setAll(true)}>
          {words.more}
        </Button>
      )}
      <p className="note">{words.kept}</p>
    </Panel>
  )
}

interface Line {
  one: Act
  /** The entry of the look at this list that went with it. */
  also: number | null
}

/** Whoever opens a record also asks who looked: two entries of the ledger, one line of the list. */
function together(acts: readonly Act[]): Line[] {
  const lines: Line[] = []
  for (const [at, one] of acts.entries()) {
    const after = acts[at - 1]
    const goesWith = one.kind === 'read' && after?.kind === 'ledger' && after.index === one.index + 1
    if (goesWith && after.own === one.own && after.actor === one.actor) lines.pop()
    lines.push({ one, also: goesWith ? after.index : null })
  }
  return lines
}

function Told({ register, one, also }: Line & { register: Register }) {
  const { texts, moment } = useAppearance()
  const words = texts.dossier.acts
  const purposeTitle = usePurposeTitle()
  const { me } = useSession()
  const decided = ['read', 'reveal', 'refusal', 'explain'].includes(one.kind)
  const seen = one.own || may(me, 'GET', '/api/v1/ledger/entries')
  return (
    <li data-kind={one.kind}>
      <span className="act-sign">{sign(one.kind)}</span>
      <div>
        <strong>{one.kind === 'ledger' ? words.lookedUp : (words.verbs[one.kind] ?? one.title)}</strong>
        <What register={register} one={one} />
      </div>
      <div className="note">
        {[moment(one.at), <Who key="who" register={register} one={one} />, purposeTitle(one.purpose)]
          .filter(Boolean)
          .map((part, at) => (
            <span key={at}>
              {at > 0 && ' · '}
              {part}
            </span>
          ))}
      </div>
      <div className="note act-foot">
        {also === null ? texts.entry(one.index) : words.entries(one.index, also)}
        {decided && seen && (
          <Link to="/explain" search={{ read: `rd_${one.index}` }}>
            {words.why}
          </Link>
        )}
        <Proof index={one.index} />
      </div>
    </li>
  )
}

function sign(kind: string): ReactNode {
  if (kind === 'reveal') return <EyeOutlined aria-hidden />
  if (kind === 'read') return <EyeInvisibleOutlined aria-hidden />
  if (kind === 'refusal') return <StopOutlined aria-hidden />
  if (kind === 'ledger' || kind === 'explain') return <FileSearchOutlined aria-hidden />
  return <EditOutlined aria-hidden />
}

/** Which fields it was about: those in clear where some were, otherwise none, for all of them were masked. */
function What({ register, one }: { register: Register; one: Act }) {
  const { texts, pick } = useAppearance()
  const form = one.kind === 'reveal' ? 'clear' : one.kind === 'refusal' ? 'withheld' : ''
  const about = (one.fields ?? []).filter((treated) => treated.form === form).flatMap(({ fields }) => fields)
  // Business fields come clear by themselves: what was revealed is sealed.
  const sealed = about.filter((field) => one.kind !== 'reveal' || isPersonal(register, field))
  if (sealed.length === 0) return null
  const names = sealed.map((field) => {
    const found = fieldOf(register, field)
    return found ? pick(found.field.title) : field
  })
  const text = texts.dossier.acts.fields(names.slice(0, NAMED).join('、'), Math.max(0, names.length - NAMED))
  return <span> {texts.languageTag === 'en' ? text.replaceAll('、', ', ') : text}</span>
}

const isPersonal = (register: Register, field: string): boolean =>
  fieldOf(register, field)?.field.sensitivity !== 'none'

function Who({ register, one }: { register: Register; one: Act }) {
  const { texts, pick } = useAppearance()
  const words = texts.dossier.acts
  const titles = (one.roles ?? []).map((role) => {
    const title = register.roles.find(({ name }) => name === role)?.title
    return title ? pick(title) : role
  })
  const kind = one.by === 'service' ? words.service : one.by === 'system' ? words.system : words.someone
  const who = one.own ? words.you : titles.length > 0 ? titles.join(' / ') : kind
  return one.actor && one.by !== 'system' && !one.own ? (
    <>
      {who} <code>…{one.actor.slice(-6)}</code>
    </>
  ) : (
    <>{who}</>
  )
}

/** The entry with the path to the signed head, as a file that anyone checks with the public key. */
export function Proof({ index }: { index: number }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const { message } = App.useApp()
  const words = texts.dossier.acts
  if (!may(me, 'GET', '/api/v1/ledger/entries/{index}/proof')) return null

  async function download() {
    try {
      // As it came: read and written anew its keys would stand in another order.
      const call = api.GET('/api/v1/ledger/entries/{index}/proof', { params: { path: { index } }, parseAs: 'text' })
      const proof = (await answer(call)) as string
      save(new Blob([proof], { type: 'application/json' }), `proof-${index}.json`)
    } catch (error) {
      const told = error instanceof ProblemError && error.problem.title !== '' ? error.problem.title : texts.unreachable
      void message.info(isProblem(error, 'not-found') ? words.proofLater : told)
    }
  }
  return (
    <Button
      type="text"
      size="small"
      icon={<DownloadOutlined aria-hidden />}
      aria-label={words.proofFor(index)}
      title={words.proof}
      onClick={() => void download()}
    />
  )
}
