// A notice as it is read: its text in both languages, what the register bound it to, its versions.
import { CopyOutlined, EditOutlined, ExportOutlined } from '@ant-design/icons'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Button, Segmented, Skeleton, Tag } from 'antd'
import { useState } from 'react'
import { Colleagues, Who } from '../shared/colleagues'
import { Facts } from '../shared/facts'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { type Language, useAppearance } from '../texts'
import { yearsOf } from '../texts/years'
import { Difference } from './compare'
import { useMayEdit, useNotice, useNotices, useParagraphs } from './data'
import { VersionState } from './marks'
import type { Bound, BoundPurpose, Entry } from './model'
import { Sheet } from './sheet'
import { useWords } from './words'
import '../people/people.css'
import '../shared/parts.css'
import './notices.css'

export function NoticeScreen() {
  const { name } = useParams({ from: '/notices/$name' })
  const { version, from } = useSearch({ from: '/notices/$name' })
  const words = useWords()
  const navigate = useNavigate()
  const mayEdit = useMayEdit()
  const list = useNotices()
  const versions = (list.data?.notices ?? []).filter((one) => one.name === name)
  // Without a version in the address it is the one in force that is read.
  const current = versions.find(({ state }) => state === 'in-force')?.version
  const wanted = version ?? current
  const notice = useNotice(name, wanted, list.isSuccess)
  const go = (search: { version?: number; from?: number }) => void navigate({ to: '/notices/$name', params: { name }, search })
  const failed = list.error ?? notice.error
  if (failed) {
    return (
      <Page title={words.name}>
        <ProblemNote error={failed} onRetry={() => void Promise.all([list.refetch(), notice.refetch()])} />
      </Page>
    )
  }
  if (!notice.data) return <Skeleton active paragraph={{ rows: 12 }} />
  const { entry, bound } = notice.data
  return (
    <Page
      title={entry.title}
      lead={<code>{name}</code>}
      actions={
        <div className="buttons">
          <Button icon={<ExportOutlined aria-hidden />} href={`/notices/${name}?version=${entry.version}`} target="_blank" rel="noopener">
            {words.reading.open}
          </Button>
          {mayEdit && (
            <Button type="primary" icon={<EditOutlined aria-hidden />} onClick={() => void navigate({ to: '/notices/$name/edit', params: { name } })}>
              {words.toEdit}
            </Button>
          )}
        </div>
      }
    >
      {from !== undefined && from !== entry.version && (
        <Difference
          name={name}
          from={from}
          to={entry.version}
          versions={versions.map((one) => one.version)}
          bound={bound}
          onChange={(was, is) => go({ version: is, from: was })}
          onClose={() => go({ version: entry.version })}
        />
      )}
      <div className="columns notice-reading">
        <FullText name={name} version={entry.version} />
        <div>
          <About entry={entry} />
          <Versions versions={versions} shown={entry.version} onGo={go} />
          <BoundTo bound={bound} />
        </div>
      </div>
    </Page>
  )
}

type View = Language | 'both'

function FullText({ name, version }: { name: string; version: number }) {
  const { language } = useAppearance()
  const words = useWords().reading
  const [view, setView] = useState<View>(language)
  const views: View[] = ['zh', 'en', 'both']
  return (
    <Panel
      title={words.text}
      extra={
        <Segmented<View>
          size="small"
          aria-label={words.language}
          value={view}
          onChange={setView}
          options={views.map((value) => ({ value, label: words.views[value] }))}
        />
      }
    >
      <div className={view === 'both' ? 'sheets' : undefined}>
        {(view === 'both' ? (['zh', 'en'] as const) : [view]).map((one) => (
          <Shown key={one} name={name} version={version} language={one} />
        ))}
      </div>
    </Panel>
  )
}

function Shown({ name, version, language }: { name: string; version: number; language: Language }) {
  const shown = useParagraphs(name, version, language)
  if (shown.isError) return <ProblemNote error={shown.error} onRetry={() => void shown.refetch()} />
  if (!shown.data) return <Skeleton active paragraph={{ rows: 10 }} />
  return <Sheet paragraphs={shown.data} language={language} />
}

function About({ entry }: { entry: Entry }) {
  const { texts, moment } = useAppearance()
  const words = useWords()
  const t = words.reading
  const [copied, setCopied] = useState(false)
  async function copy() {
    // Refused where the page is not served over TLS: the text can still be selected.
    await navigator.clipboard?.writeText(entry.hash).then(
      () => setCopied(true),
      () => undefined,
    )
  }
  return (
    <Panel title={t.facts}>
      <Colleagues ids={[entry.published_by]}>
        <Facts
          rows={[
            [t.number, words.version(entry.version)],
            [t.state, <VersionState key="state" state={entry.state} />],
            [t.effective, moment(entry.effective_at)],
            [t.until, entry.until ? moment(entry.until) : null],
            [t.published, moment(entry.published_at)],
            [t.by, <Who key="by" id={entry.published_by} />],
            [t.register, t.registerNth(entry.register_version)],
            [
              t.hash,
              <span key="hash" className="notice-hash">
                <code>{entry.hash}</code>
                <Button size="small" icon={<CopyOutlined aria-hidden />} aria-label={t.copyHash} onClick={() => void copy()}>
                  {copied ? texts.copied : texts.copy}
                </Button>
              </span>,
            ],
          ]}
        />
      </Colleagues>
    </Panel>
  )
}

interface VersionsProps {
  versions: readonly Entry[]
  shown: number
  onGo: (to: { version: number; from?: number }) => void
}

function Versions({ versions, shown, onGo }: VersionsProps) {
  const { moment } = useAppearance()
  const words = useWords()
  const t = words.reading
  return (
    <Panel title={t.versions} note={versions.length < 2 ? t.only : undefined} flush>
      <Table<Entry>
        label={t.versions}
        empty={t.notFound}
        rows={versions}
        keyOf={({ version }) => version}
        chosen={versions.findIndex(({ version }) => version === shown)}
        columns={[
          {
            key: 'version',
            title: t.columns.version,
            show: ({ version }) => (
              <Button type="link" className="row-link" onClick={() => onGo({ version })}>
                {words.version(version)}
              </Button>
            ),
          },
          { key: 'state', title: t.columns.state, show: ({ state }) => <VersionState state={state} /> },
          { key: 'effective', title: t.columns.effective, show: ({ effective_at }) => <span className="nowrap">{moment(effective_at)}</span> },
          {
            key: 'act',
            title: <span className="sr-only">{t.columns.act}</span>,
            end: true,
            show: ({ version }) =>
              version > 1 && (
                <Button size="small" onClick={() => onGo({ version, from: version - 1 })}>
                  {t.compare}
                </Button>
              ),
          },
        ]}
      />
    </Panel>
  )
}

/** What the register filled in when it was published: fields, keeping periods, forms of consent; and who gets data. */
function BoundTo({ bound }: { bound: Bound }) {
  const t = useWords().reading
  return (
    <Panel title={t.bound} note={t.boundNote}>
      <div className="bound">
        {bound.purposes.map((purpose, at) => (
          <BoundOne key={purpose.name} purpose={purpose} bound={bound} open={at === 0} />
        ))}
      </div>
    </Panel>
  )
}

function BoundOne({ purpose, bound, open }: { purpose: BoundPurpose; bound: Bound; open: boolean }) {
  const { texts, pick } = useAppearance()
  const t = useWords().reading
  const recipients = bound.recipients.filter(({ name }) => purpose.recipients.includes(name))
  return (
    <details open={open}>
      <summary>
        <strong>{pick(purpose.title)}</strong>
        {purpose.consent ? (
          <Tag color="processing">{texts.map.consents[purpose.consent] ?? purpose.consent}</Tag>
        ) : (
          <Tag>{t.noConsent}</Tag>
        )}
        {purpose.sensitive && <Tag color="error">{t.sensitive}</Tag>}
        {purpose.share && <Tag color="warning">{t.share}</Tag>}
      </summary>
      <Facts
        rows={[
          [t.basis, pick(purpose.basis_text)],
          [
            t.recipients,
            recipients.length === 0
              ? t.noRecipients
              : recipients.map((one) => (
                  <div key={one.name}>
                    {pick(one.title)} <Tag>{t.kinds[one.kind] ?? one.kind}</Tag>
                    {one.country && <Tag color="error">{t.abroad(pick(one.country))}</Tag>}
                  </div>
                )),
          ],
        ]}
      />
      <table className="table bound-fields" aria-label={`${pick(purpose.title)} · ${t.fields}`}>
        <thead>
          <tr>
            <th scope="col">{t.fields}</th>
            <th scope="col">{t.kept}</th>
          </tr>
        </thead>
        <tbody>
          {purpose.fields.map((field) => (
            <tr key={field.field}>
              <td>
                {pick(field.title)} {field.sensitive && <Tag color="error">{t.sensitive}</Tag>}
              </td>
              <td>{t.keptOf(periodOf(field.days, texts.languageTag), pick(field.from_text))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

/** So many days as years where they are whole ones. */
function periodOf(days: number, tag: string): string {
  const years = yearsOf(days)
  const [count, unit] = years === null ? [days, 'day'] : [years, 'year']
  return new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' }).format(count)
}
