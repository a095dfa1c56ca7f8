// A customer's record: everything masked, one field lent at a time.
import { LockOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { App, Button, Skeleton } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { type Act, answer, api, type FieldAnswer, type Me, ProblemError, type ReadAnswer } from '../api/client'
import { fieldOf, fieldsOf, type Purpose, type Register, useRegister } from '../api/register'
import { useRoles } from '../frame/frame'
import { usePurpose } from '../frame/purpose'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { Access, AskAccess, type Asked, useMayAsk } from './access'
import { Acts } from './acts'
import { Cards } from './cards'
import { Fields } from './fields'
import { useLoan } from './loan'
import { useOverview } from './overview'
import './records.css'
import { RevealDialog, type Wanted } from './reveal'
import { codeField, groupsOf, type Matter, matterOf } from './rows'
import { Short, Whole } from './said/panel'
import { useWords } from './values'
import { Views } from './views'

export function RecordScreen() {
  const { texts } = useAppearance()
  const { me } = useSession()
  const { subject } = useParams({ from: '/records/$subject' })
  const { order } = useSearch({ from: '/records/$subject' })
  const { purpose } = usePurpose()
  const register = useRegister()
  if (register.isError) return <ProblemNote error={register.error} onRetry={() => void register.refetch()} />
  if (!register.data) return <Skeleton active />
  if (!purpose) {
    return (
      <Page title={texts.records.noPurpose} lead={texts.records.noPurposeHint}>
        {tellsAll(me) && <Whole subject={subject} purpose={null} register={register.data} />}
      </Page>
    )
  }
  // A change of purpose is another look: whatever was shown goes with the old one.
  return (
    <Record key={`${subject} ${purpose.name}`} subject={subject} order={order} purpose={purpose} register={register.data} />
  )
}

interface Props {
  subject: string
  order: string | undefined
  purpose: Purpose
  register: Register
}

function Record(props: Props) {
  const { subject, order, purpose, register } = props
  const { language } = useAppearance()
  const [asked, setAsked] = useState<Asked | null>(null)
  const read = useQuery({
    // The language, for the reasons come in it.
    queryKey: ['record', subject, purpose.name, order ?? '', language],
    queryFn: () =>
      answer(
        api.POST('/api/v1/subjects/{subject}/reads', {
          params: { path: { subject } },
          body: { purpose: purpose.name, fields: fieldsOf(register, purpose), ...(order ? { case: order } : {}) },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  return (
    <>
      {read.isPending && <Skeleton active paragraph={{ rows: 10 }} />}
      {read.isError && (
        <Refused {...props} error={read.error} onRetry={() => void read.refetch()} onAsk={() => setAsked('all')} />
      )}
      {read.data && <Told {...props} read={read.data} onAsk={setAsked} />}
      <AskAccess asked={asked} subject={subject} register={register} onClose={() => setAsked(null)} />
    </>
  )
}

/** The record was not given: why, and what there is to do. */
function Refused(props: Props & { error: unknown; onRetry: () => void; onAsk: () => void }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const navigate = useNavigate()
  const mayAsk = useMayAsk()
  const problem = props.error instanceof ProblemError ? props.error.problem : null
  const layer = problem?.because?.[0]?.layer
  const words = texts.dossier
  return (
    <Page title={texts.record.title} lead={<RecordId subject={props.subject} />}>
      <ProblemNote error={props.error} onRetry={props.onRetry} />
      {layer !== undefined && (
        <Panel title={words.refused.do}>
          <p>{words.ladder.advice[layer]}</p>
          <div className="actions">
            {mayAsk && layer === 'relation' && (
              <Button type="primary" onClick={props.onAsk}>
                {words.access.ask}
              </Button>
            )}
            <Button onClick={() => void navigate({ to: '/records' })}>{words.refused.back}</Button>
          </div>
        </Panel>
      )}
      <Access subject={props.subject} register={props.register} />
      {tellsAll(me) && <Whole subject={props.subject} purpose={props.purpose} register={props.register} />}
    </Page>
  )
}

/** Whether somebody answers for consent, whatever they may see of the record itself. */
const tellsAll = (me: Me): boolean => may(me, 'GET', '/api/v1/subjects/{subject}/consents')

function RecordId({ subject }: { subject: string }) {
  const { texts } = useAppearance()
  return <span title={subject}>{texts.dossier.id(subject.slice(-6))}</span>
}

function Told({ subject, order, purpose, register, read, onAsk }: Props & { read: ReadAnswer; onAsk: (asked: Asked) => void }) {
  const { texts, pick } = useAppearance()
  const { message } = App.useApp()
  const { loan, secondsLeft, lend, end } = useLoan()
  const [wanted, setWanted] = useState<Wanted | null>(null)
  const [visit, note] = useVisit(read, purpose)
  const mayAsk = useMayAsk()
  const about = useAbout(register)
  const groups = groupsOf(register, read.fields, order)
  const matter = matterOf(groups)
  const title = (field: string) => {
    const found = fieldOf(register, field)
    return found ? pick(found.field.title) : field
  }
  useEffect(() => end, [end])

  function onClear(field: FieldAnswer, entry: number) {
    setWanted(null)
    note('reveal', field, entry)
    // Whoever went elsewhere while the server worked sees nothing lent.
    if (document.hidden) return void message.info(texts.record.hidden)
    const lent = (field.values ?? []).map(({ record, value, marks, pieces }) => {
      return [record, { value, marks: marks ?? [], pieces: pieces ?? [] }] as const
    })
    lend(field.field, new Map(lent))
  }

  const shared = {
    register,
    entry: read.entry,
    loan,
    pieces: read.pieces ?? [],
    secondsLeft,
    onReveal: setWanted,
    onHide: end,
    onAsk: mayAsk ? (field: string) => onAsk({ field }) : null,
  }
  return (
    <>
      <Page
        title={nameOf(read, register) ?? texts.record.noName}
        lead={<RecordId subject={subject} />}
        actions={mayAsk && <Button onClick={() => onAsk('all')}>{texts.dossier.access.ask}</Button>}
      >
        <Banner purpose={purpose} matter={matter} />
        <div className="columns">
          <div>
            {groups.map((group) =>
              group.collection.single ? (
                <Panel key={group.collection.name} title={texts.record.personal}>
                  <Fields {...shared} group={group} />
                  <p className="note">{texts.record.rules}</p>
                </Panel>
              ) : (
                <Cards key={group.collection.name} {...shared} group={group} />
              ),
            )}
          </div>
          <div>
            <Access subject={subject} register={register} />
            <Beside subject={subject} purpose={purpose} register={register} visit={visit} />
          </div>
        </div>
      </Page>
      <div className="sr-only" role="status">
        {loan ? texts.record.revealed(title(loan.field)) : ''}
      </div>
      <RevealDialog
        wanted={wanted}
        subject={subject}
        purpose={purpose}
        order={order}
        matter={matter}
        about={matter ? about(matter) : ['', '']}
        onClose={() => setWanted(null)}
        onClear={onClear}
        onRefused={(field, entry) => note('refusal', field, entry)}
      />
    </>
  )
}

/** The kind and state of a case in words, where the register has them. */
function useAbout(register: Register): (matter: Matter) => readonly [kind: string, state: string] {
  const words = useWords()
  return (matter) => {
    const of = (which: 'kind' | 'state') => {
      const field = codeField(register, matter.collection, which)
      const code = matter[which]
      return field && code !== undefined ? words(field, code) : ''
    }
    return [of('kind'), of('state')]
  }
}

function Banner({ purpose, matter }: { purpose: Purpose; matter: Matter | null }) {
  const { texts, pick } = useAppearance()
  const roles = useRoles()
  const [as, role, to, what, rest] = texts.record.banner(roles, pick(purpose.title))
  return (
    <div className="banner">
      <LockOutlined aria-hidden />
      <span>
        {as}
        <strong>{role}</strong>
        {to}
        <strong>{what}</strong>
        {matter?.number !== undefined && texts.dossier.order(matter.number)}
        {rest}
        {texts.record.bannerRest}
      </span>
    </div>
  )
}

/** What this visit left in the ledger, newest first: it is shown at once, without asking anew. */
function useVisit(read: ReadAnswer, purpose: Purpose) {
  const { me } = useSession()
  const { texts } = useAppearance()
  const act = useCallback(
    (kind: string, entry: number, fields: Act['fields'] = []): Act => ({
      index: entry,
      at: new Date().toISOString(),
      kind,
      title: texts.kinds[kind] ?? kind,
      own: true,
      by: 'staff',
      roles: me.roles,
      purpose: purpose.name,
      fields,
    }),
    [me.roles, purpose.name, texts],
  )
  const [later, setLater] = useState<Act[]>([])
  const note = (kind: 'reveal' | 'refusal', field: FieldAnswer | undefined, entry: number) => {
    const form = kind === 'reveal' ? 'clear' : 'withheld'
    const fields = field ? [{ form, rule: field.because[0]?.rule ?? '', fields: [field.field] }] : []
    setLater((before) => [act(kind, entry, fields), ...before])
  }
  return [[...later, act('read', read.entry)], note] as const
}

/** What is known beside the record; it is asked for once the record was given. */
function Beside(props: { subject: string; purpose: Purpose; register: Register; visit: readonly Act[] }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const { subject, purpose, register, visit } = props
  const allowed = may(me, 'GET', '/api/v1/subjects/{subject}/overview')
  const overview = useOverview(subject, purpose.name)
  // Whoever answers for consent is told all of it, the others what the overview says.
  const whole = tellsAll(me) && (
    <Whole subject={subject} purpose={purpose} register={register} />
  )
  if (!allowed) {
    return (
      <>
        {whole}
        <Acts register={register} acts={visit} />
      </>
    )
  }
  if (overview.isPending) {
    return (
      <>
        {whole}
        <Panel title={texts.dossier.acts.title}>
          <Skeleton active paragraph={{ rows: 8 }} title={false} />
        </Panel>
      </>
    )
  }
  if (overview.isError) {
    return (
      <>
        {whole}
        <ProblemNote error={overview.error} onRetry={() => void overview.refetch()} />
        <Acts register={register} acts={visit} />
      </>
    )
  }
  const known = new Set(overview.data.acts.map(({ index }) => index))
  return (
    <>
      {whole || (
        <Short
          subject={subject}
          purpose={purpose}
          register={register}
          consents={overview.data.consents}
          onChanged={() => void overview.refetch()}
        />
      )}
      <Acts register={register} acts={[...visit.filter(({ index }) => !known.has(index)), ...overview.data.acts]} />
      <Views overview={overview.data} />
    </>
  )
}

/** The person's name in whatever form it was answered; the first field of the kind. */
function nameOf(read: ReadAnswer, register: Register): string | null {
  const names = read.fields.filter(({ field }) => fieldOf(register, field)?.field.kind === 'name')
  return names.find((one) => one.values?.length)?.values?.[0]?.value ?? null
}
