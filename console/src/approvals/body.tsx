// Exactly what would happen, by kind of act, from the body that the digest binds.
import { Tag } from 'antd'
import type { ReactNode } from 'react'
import type { Text } from '../api/register'
import { useRoleTitle, Who } from '../shared/colleagues'
import { Facts } from '../shared/facts'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import type { Approval } from './items'
import { bodyOf } from '../notices/data'
import { NoticeProposal, useNoticeTitle } from '../notices/proposal'
import { useWords } from '../notices/words'
import { useTitles } from './titles'

interface ExportBody {
  purpose: string
  collection: string
  fields: { field: string; form: string; rule: string; reason: Text }[]
  where: [string, string][]
  named: boolean
  rows: number
  people: number
  at_most: number
  sample: string[]
  format: string
  decoys: number
  traceable: boolean
  register: number
  policy: number
}

interface Change {
  sign: string
  place: Text
  what: Text
  effect: unknown
  loosens: boolean
}

interface Statement {
  statement: string
  loosens: boolean
}

interface ChangeBody {
  register_version: number
  policy_version: number
  register?: { sha256: string; changes: Change[] }
  policies?: { sha256: string; added: Statement[]; removed: Statement[] }
}

interface DestructionBody {
  keyring: string
  zone?: string
  epoch: number
  suite: string
  began: string
  superseded: string
  keys: number
}

interface GrantBody {
  holder: string
  purpose: string
  role: string | null
  fields: string[]
  means: string[]
  subject: string | null
  seconds: number
  conditions: { hours?: string; networks?: string[]; device?: boolean }
}

// The server's own canonical JSON, whose shape goes with the act; what is not known is shown as it is.
const as = <T,>(approval: Approval): T => approval.body as unknown as T

/** One line that tells an approval from the others. */
export function useSummary(): (approval: Approval) => string {
  const { texts } = useAppearance()
  const titles = useTitles()
  const notices = useWords().plan
  const noticeTitle = useNoticeTitle()
  const t = texts.people.approvals
  return (approval) => {
    switch (approval.act) {
      case 'export': {
        const { purpose, collection, people } = as<ExportBody>(approval)
        return t.exportSummary(titles.collection(collection), people, titles.purpose(purpose))
      }
      case 'register':
      case 'policies': {
        const { register, policies } = as<ChangeBody>(approval)
        const count = (register?.changes.length ?? 0) + (policies?.added.length ?? 0) + (policies?.removed.length ?? 0)
        return t.changeSummary(count)
      }
      case 'epoch-destruction': {
        const { epoch, zone } = as<DestructionBody>(approval)
        return t.destructionSummary(epoch, zone)
      }
      case 'grant': {
        const { purpose, seconds } = as<GrantBody>(approval)
        return t.grantSummary(titles.purpose(purpose), texts.people.due.span(seconds))
      }
      case 'notice': {
        const { notice, version, changes } = bodyOf(approval)
        return notices.summary(noticeTitle(notice), version, changes.filter(({ kind }) => kind === 'widening').length)
      }
      default:
        return approval.approval
    }
  }
}

export function Body({ approval }: { approval: Approval }) {
  switch (approval.act) {
    case 'export':
      return <ExportPlan body={as(approval)} />
    case 'register':
    case 'policies':
      return <ChangePlan body={as(approval)} />
    case 'epoch-destruction':
      return <DestructionPlan body={as(approval)} />
    case 'grant':
      return <GrantPlan body={as(approval)} />
    case 'notice':
      return <NoticeProposal approval={approval} />
    default:
      return <pre className="statement">{JSON.stringify(approval.body, null, 2)}</pre>
  }
}

function ExportPlan({ body }: { body: ExportBody }) {
  const { texts, pick } = useAppearance()
  const titles = useTitles()
  const t = texts.people.approvals
  return (
    <>
      <div className="figures">
        <Figure value={body.people} name={t.people} />
        <Figure value={body.rows} name={t.rows} />
        <Figure value={body.at_most} name={t.atMost} />
        <Figure value={body.fields.length} name={t.fieldCount} />
      </div>
      <Facts
        rows={[
          [t.purpose, titles.purpose(body.purpose)],
          [t.collection, titles.collection(body.collection)],
          [t.scope, body.named ? t.named : body.where.length === 0 ? t.everybody : null],
          ...body.where.map(([field, value]) => [titles.field(field), <code key={field}>{value}</code>] as const),
          [t.format, t.formats[body.format] ?? body.format],
          [t.trace, body.traceable ? t.traceable(body.decoys) : t.notTraceable],
          [t.versions, t.versionsOf(body.register, body.policy)],
        ]}
      />
      <h3>{t.fieldsLeaving}</h3>
      <Table
        label={t.fieldsLeaving}
        empty={t.noFields}
        keyOf={(one) => one.field}
        rows={body.fields}
        columns={[
          { key: 'field', title: t.field, show: (one) => titles.field(one.field) },
          { key: 'form', title: t.form, show: (one) => <FormTag form={one.form} /> },
          { key: 'why', title: t.why, wide: true, show: (one) => <span title={one.rule}>{pick(one.reason)}</span> },
        ]}
      />
      <Sample ids={body.sample} of={body.people} />
    </>
  )
}

function FormTag({ form }: { form: string }) {
  const { texts } = useAppearance()
  return <Tag color={form === 'clear' ? 'warning' : 'default'}>{texts.forms[form] ?? form}</Tag>
}

/** The first ids, so that who decides can look a few up. */
function Sample({ ids, of }: { ids: readonly string[]; of: number }) {
  const { texts } = useAppearance()
  const t = texts.people.approvals
  if (ids.length === 0) return null
  return (
    <>
      <h3>{t.sample(ids.length, of)}</h3>
      <ul className="ids">
        {ids.map((id) => (
          <li key={id}>
            <code>{id}</code>
          </li>
        ))}
      </ul>
    </>
  )
}

function ChangePlan({ body }: { body: ChangeBody }) {
  const { texts, pick } = useAppearance()
  const t = texts.people.approvals
  return (
    <>
      <Facts rows={[[t.onTop, t.versionsOf(body.register_version, body.policy_version)]]} />
      {body.register && (
        <>
          <h3>{t.registerChanges(body.register.changes.length)}</h3>
          <ul className="changes">
            {body.register.changes.map((change, at) => (
              <Line key={`${at} ${change.place.en}`} sign={change.sign} loosens={change.loosens}>
                <strong>{pick(change.place)}</strong> {pick(change.what)}
              </Line>
            ))}
          </ul>
        </>
      )}
      {body.policies && (
        <>
          <h3>{t.policyChanges(body.policies.added.length, body.policies.removed.length)}</h3>
          <ul className="changes">
            <Statements sign="removed" all={body.policies.removed} />
            <Statements sign="added" all={body.policies.added} />
          </ul>
        </>
      )}
    </>
  )
}

function Statements({ sign, all }: { sign: string; all: readonly Statement[] }) {
  return all.map(({ statement, loosens }) => (
    <Line key={statement} sign={sign} loosens={loosens}>
      <pre className="statement">{statement}</pre>
    </Line>
  ))
}

function Line({ sign, loosens, children }: { sign: string; loosens: boolean; children: ReactNode }) {
  const { texts } = useAppearance()
  const t = texts.people.approvals
  return (
    <li data-sign={sign}>
      <span className="change-sign">{t.signs[sign] ?? sign}</span>
      <div>{children}</div>
      <Tag color={loosens ? 'error' : 'success'}>{loosens ? t.loosens : t.tightens}</Tag>
    </li>
  )
}

function DestructionPlan({ body }: { body: DestructionBody }) {
  const { texts, moment } = useAppearance()
  const t = texts.people.approvals
  return (
    <>
      <p>{t.destructionWhat}</p>
      <Facts
        rows={[
          [t.epoch, texts.people.keys.epoch(body.epoch)],
          [t.zone, body.zone ?? t.mainZone],
          [t.keyring, <code key="keyring">{body.keyring}</code>],
          [t.suite, texts.people.keys.suites[body.suite] ?? body.suite],
          [t.lived, `${moment(body.began)} → ${moment(body.superseded)}`],
          [t.hanging, t.hangingCount(body.keys)],
        ]}
      />
    </>
  )
}

function GrantPlan({ body }: { body: GrantBody }) {
  const { texts } = useAppearance()
  const titles = useTitles()
  const role = useRoleTitle()
  const t = texts.people.approvals
  const { hours, networks, device } = body.conditions
  return (
    <>
      <Facts
        rows={[
          [t.holder, <Who key="holder" id={body.holder} />],
          [t.purpose, titles.purpose(body.purpose)],
          [t.lentRole, body.role ? role(body.role) : null],
          [t.subject, body.subject ? <code key="subject">{body.subject}</code> : t.noSubject],
          [t.length, texts.people.due.span(body.seconds)],
          [t.hours, hours ?? null],
          [t.networks, networks?.join(t.comma)],
          [t.device, device ? t.deviceNeeded : null],
        ]}
      />
      <h3>{t.grantFields(body.means.length)}</h3>
      <ul className="ids">
        {body.means.map((field) => (
          <li key={field}>{titles.field(field)}</li>
        ))}
      </ul>
    </>
  )
}

function Figure({ value, name }: { value: number; name: string }) {
  const { texts } = useAppearance()
  return (
    <div>
      <strong>{value.toLocaleString(texts.languageTag)}</strong>
      <span>{name}</span>
    </div>
  )
}
