// Every notice: what is in force, what is being written, what waits for a decision; and what nobody is told.
import { EditOutlined, FileTextOutlined, InboxOutlined, PlusOutlined, WarningOutlined } from '@ant-design/icons'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Form, Input, Tag } from 'antd'
import { useState } from 'react'
import type { Schemas } from '../api/client'
import { usePurposeTitle } from '../api/register'
import { useTitles } from '../approvals/titles'
import { Colleagues, Who } from '../shared/colleagues'
import { Dialog } from '../shared/dialog'
import { Due, State } from '../shared/due'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useRows } from '../shared/rows'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'
import { type Approval, bodyOf, useMayEdit, useNotices, useProposals, useTemplates } from './data'
import { VersionState } from './marks'
import type { Entry } from './model'
import { useWords } from './words'
import '../people/people.css'
import '../shared/parts.css'
import './notices.css'

type Draft = Schemas['NoticeDraftEntry']
type Covered = Schemas['NoticeCovered']

interface Row {
  name: string
  title: string
  current: Entry | null
  /** Published, and not in force yet. */
  coming: Entry | null
  draft: Draft | null
  proposals: Approval[]
}

export function Notices() {
  const words = useWords()
  const list = useNotices()
  const proposals = useProposals()
  const navigate = useNavigate()
  const mayEdit = useMayEdit()
  const [creating, setCreating] = useState(false)
  const rows = list.data ? rowsOf(list.data, proposals.data ?? []) : []
  const chosen = useRows(rows.length, (at) => void (rows[at] && navigate(toRow(rows[at]))))
  const names = new Set(rows.map(({ name }) => name))
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        mayEdit && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)}>
            {words.create}
          </Button>
        )
      }
    >
      {list.isError && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {proposals.isError && <ProblemNote error={proposals.error} onRetry={() => void proposals.refetch()} />}
      <Colleagues ids={rows.flatMap(({ draft, proposals }) => [draft?.updated_by, ...proposals.map((one) => one.requested_by)])}>
        <Panel title={words.list} note={mayEdit ? undefined : words.cannotEdit} flush>
          <NoticeTable rows={rows} loading={list.isPending} chosen={chosen} mayEdit={mayEdit} />
        </Panel>
      </Colleagues>
      {list.isSuccess && mayEdit && <Gallery used={names} open={rows.length === 0} />}
      {list.isSuccess && <Coverage covered={list.data.purposes} titles={new Map(rows.map(({ name, title }) => [name, title]))} />}
      <Create open={creating} taken={names} onClose={() => setCreating(false)} />
    </Page>
  )
}

const toRow = ({ name, current, coming }: Row) =>
  (current ?? coming)
    ? ({ to: '/notices/$name', params: { name } } as const)
    : ({ to: '/notices/$name/edit', params: { name } } as const)

/** One row a notice; what somebody must decide about first, then what is being written. */
function rowsOf({ notices, drafts }: Schemas['NoticeList'], proposals: readonly Approval[]): Row[] {
  const names = new Set([
    ...notices.map(({ name }) => name),
    ...drafts.map(({ name }) => name),
    ...proposals.map((one) => bodyOf(one).notice),
  ])
  const rows = [...names].map((name): Row => {
    const own = notices.filter((one) => one.name === name)
    return {
      name,
      title: own[0]?.title ?? name,
      current: own.find(({ state }) => state === 'in-force') ?? null,
      coming: own.find(({ state }) => state === 'waiting') ?? null,
      draft: drafts.find((one) => one.name === name) ?? null,
      proposals: proposals.filter((one) => bodyOf(one).notice === name),
    }
  })
  const due = ({ proposals, draft }: Row) => Date.parse(proposals[0]?.expires_at ?? '') || (draft ? LATER : LAST)
  return rows.sort((one, other) => due(one) - due(other) || one.name.localeCompare(other.name))
}

const [LATER, LAST] = [8e15, 9e15]
/** How long a proposal waits for its decision, and an approval for its act, in seconds. */
const [WAITS, APPROVED] = [3 * 86_400, 86_400]

function NoticeTable(props: { rows: readonly Row[]; loading: boolean; chosen: number; mayEdit: boolean }) {
  const { moment } = useAppearance()
  const words = useWords()
  const navigate = useNavigate()
  const purpose = usePurposeTitle()
  return (
    <Table<Row>
      label={words.list}
      loading={props.loading}
      empty={words.empty}
      rows={props.rows}
      keyOf={({ name }) => name}
      chosen={props.chosen}
      columns={[
        {
          key: 'name',
          title: words.name,
          show: (row) => (
            <>
              <Link className="notice-title" {...toRow(row)}>
                {row.title}
              </Link>
              <div className="note">
                <code>{row.name}</code>
              </div>
            </>
          ),
        },
        {
          key: 'in-force',
          title: words.inForce,
          show: ({ current, coming }) => (
            <>
              {current && <Version entry={current} at={words.since(moment(current.effective_at))} />}
              {coming && <Version entry={coming} at={words.from(moment(coming.effective_at))} />}
              {!current && !coming && <span className="note">{words.never}</span>}
            </>
          ),
        },
        {
          key: 'purposes',
          title: words.purposes,
          wide: true,
          show: ({ current, coming }) => (
            <div className="notice-tags">
              {(current ?? coming)?.purposes.map((name) => <Tag key={name}>{purpose(name)}</Tag>)}
            </div>
          ),
        },
        { key: 'languages', title: words.languages, wide: true, show: ({ current, coming }) => (current ?? coming ? <span className="nowrap">{words.both}</span> : '–') },
        { key: 'pending', title: words.pending, show: (row) => <Pending row={row} /> },
        {
          key: 'act',
          // On a narrow screen the way there is the notice itself.
          wide: true,
          title: <span className="sr-only">{words.act}</span>,
          end: true,
          show: (row) =>
            props.mayEdit && (
              <Button size="small" icon={<EditOutlined aria-hidden />} onClick={() => void navigate({ to: '/notices/$name/edit', params: { name: row.name } })}>
                {words.toEdit}
                <span className="sr-only"> {row.title}</span>
              </Button>
            ),
        },
      ]}
    />
  )
}

function Version({ entry, at }: { entry: Entry; at: string }) {
  const words = useWords()
  return (
    <div className="notice-version">
      <span className="nowrap">
        {words.version(entry.version)} <VersionState state={entry.state} />
      </span>
      <span className="note nowrap">{at}</span>
    </div>
  )
}

/** What somebody has to do about it. */
function Pending({ row: { draft, proposals } }: { row: Row }) {
  const { moment } = useAppearance()
  const words = useWords()
  if (!draft && proposals.length === 0) return <span className="note">{words.nothingPending}</span>
  return (
    <div className="stack-s">
      {proposals.map((one) => (
        <div key={one.approval} className="notice-pending">
          <Link to="/approvals" search={{ id: one.approval }}>
            <InboxOutlined aria-hidden /> {words.proposal[one.state] ?? one.state}
          </Link>
          <Due at={one.expires_at} total={one.state === 'approved' ? APPROVED : WAITS} />
        </div>
      ))}
      {draft && (
        <div>
          <State tone="cool" icon={<FileTextOutlined aria-hidden />}>
            {words.draftBy(moment(draft.updated_at))}
          </State>
          <div className="note">
            <Who id={draft.updated_by} plain />
          </div>
        </div>
      )}
    </div>
  )
}

/** What ships with the product: cards where there is nothing yet, folded away where there is. */
function Gallery({ used, open }: { used: ReadonlySet<string>; open: boolean }) {
  const words = useWords()
  const navigate = useNavigate()
  const purpose = usePurposeTitle()
  const templates = useTemplates()
  if (templates.isError) return <ProblemNote error={templates.error} onRetry={() => void templates.refetch()} />
  const list = templates.data ?? []
  if (list.length === 0) return null
  const cards = (
    <ul className="notice-gallery">
      {list.map(({ name, title, introduction, purposes }) => (
        <li key={name}>
          <h3>{title}</h3>
          <p>{introduction}</p>
          <div className="notice-tags">
            {purposes.slice(0, FEW).map((one) => (
              <Tag key={one}>{purpose(one)}</Tag>
            ))}
            {purposes.length > FEW && <Tag>+{purposes.length - FEW}</Tag>}
          </div>
          <div className="notice-gallery-foot">
            {used.has(name) ? (
              <span className="note">{words.galleryUsed}</span>
            ) : (
              <Button size="small" onClick={() => void navigate({ to: '/notices/$name/edit', params: { name } })}>
                {words.galleryUse}
                <span className="sr-only"> {title}</span>
              </Button>
            )}
          </div>
        </li>
      ))}
    </ul>
  )
  return (
    <Panel title={words.gallery} note={words.galleryLead}>
      {open ? (
        cards
      ) : (
        <details className="about">
          <summary>
            {words.gallery} · {list.length}
          </summary>
          {cards}
        </details>
      )}
    </Panel>
  )
}

const FEW = 4

const rankOf = ({ notice, untold }: Covered) => (!notice ? 0 : untold.length > 0 ? 1 : 2)

/** Each purpose of the register, those that nobody is told of first; the bar says the same. */
function Coverage({ covered, titles }: { covered: readonly Covered[]; titles: ReadonlyMap<string, string> }) {
  const words = useWords()
  const sorted = [...covered].sort((one, other) => rankOf(one) - rankOf(other))
  const counts = [0, 1, 2].map((rank) => sorted.filter((one) => rankOf(one) === rank).length)
  const keys = [words.keyNone, words.keyPart, words.keyTold]
  const classes = ['none', 'part', 'told']
  return (
    <Panel title={words.covered} note={words.coveredNote(counts[2] ?? 0, sorted.length)} flush>
      <figure className="share notice-share">
        <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden>
          {counts.map((count, at) => {
            const before = counts.slice(0, at).reduce((sum, one) => sum + one, 0)
            const all = Math.max(1, sorted.length)
            return (
              <rect key={classes[at]} className={`fill-${classes[at]}`} x={(before / all) * 100} y="0" width={(count / all) * 100} height="6" />
            )
          })}
        </svg>
        <figcaption>
          {counts.map((count, at) => (
            <span key={classes[at]} className={`share-part key-${classes[at]}`}>
              {keys[at]} <strong>{count}</strong>
            </span>
          ))}
        </figcaption>
      </figure>
      <CoverageTable covered={sorted} titles={titles} open={(counts[2] ?? 0) < sorted.length} />
    </Panel>
  )
}

/** The same as a table; folded away where there is nothing to be done. */
function CoverageTable(props: { covered: readonly Covered[]; titles: ReadonlyMap<string, string>; open: boolean }) {
  const words = useWords()
  const register = useTitles()
  const { covered, titles } = props
  return (
    <details className="about notice-coverage" open={props.open}>
      <summary>{words.coveredTable}</summary>
      <Table<Covered>
        label={words.covered}
        empty={words.toldNone}
        rows={covered}
        keyOf={({ purpose }) => purpose}
        columns={[
          { key: 'purpose', title: words.coveredColumns.purpose, show: ({ purpose }) => register.purpose(purpose) },
          {
            key: 'notice',
            title: words.coveredColumns.notice,
            show: ({ notice }) =>
              notice ? (
                <Link to="/notices/$name" params={{ name: notice }}>
                  {titles.get(notice) ?? notice}
                </Link>
              ) : (
                '–'
              ),
          },
          {
            key: 'state',
            title: words.coveredColumns.state,
            show: ({ notice, untold }) => {
              if (!notice) {
                return (
                  <State tone="warm" icon={<WarningOutlined aria-hidden />}>
                    {words.toldNone}
                  </State>
                )
              }
              if (untold.length === 0) return <State tone="ok">{words.toldAll}</State>
              return (
                <>
                  <State tone="warm" icon={<WarningOutlined aria-hidden />}>
                    {words.toldPart(untold.length)}
                  </State>
                  <div className="note">{untold.map(register.field).join(' · ')}</div>
                </>
              )
            },
          },
        ]}
      />
    </details>
  )
}

function Create({ open, taken, onClose }: { open: boolean; taken: ReadonlySet<string>; onClose: () => void }) {
  const words = useWords()
  const navigate = useNavigate()
  return (
    <Dialog<{ name: string }>
      open={open}
      title={words.create}
      lead={words.createLead}
      submit={words.createGo}
      onClose={onClose}
      onSubmit={({ name }) => navigate({ to: '/notices/$name/edit', params: { name } })}
    >
      <Form.Item
        name="name"
        label={words.slug}
        extra={words.slugHint}
        validateTrigger="onSubmit"
        rules={[
          { required: true, pattern: /^[a-z][a-z0-9-]{0,39}$/, message: words.slugBad },
          { validator: (_, name) => (taken.has(name) ? Promise.reject(new Error(words.slugTaken)) : Promise.resolve()) },
        ]}
      >
        <Input autoComplete="off" spellCheck={false} maxLength={40} />
      </Form.Item>
    </Dialog>
  )
}
