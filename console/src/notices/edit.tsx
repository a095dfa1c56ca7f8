// The editor of a notice: its source, what customers would see of it, what the linter says, and its way into force.
import { DeleteOutlined, DownloadOutlined, PlusOutlined, SaveOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useBlocker, useParams } from '@tanstack/react-router'
import { Alert, Button, Dropdown, Modal, Skeleton } from 'antd'
import { useRef, useState } from 'react'
import { answer, api, isProblem, type Schemas } from '../api/client'
import { useKeys } from '../frame/keys'
import { Editor, type EditorHandle, type Mark } from '../policies/editor'
import { DiffView } from '../policies/history'
import { useDoing } from '../shared/doing'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { save } from '../shared/save'
import { useAppearance } from '../texts'
import { useMayEdit, useNotice, useNotices, useTemplates } from './data'
import { Findings, Readability, useLint } from './lint'
import { PreviewPanel } from './preview'
import { Publishing } from './publish'
import { blank, type Snippet, SNIPPETS } from './snippets'
import { TOML } from './toml'
import { useWords } from './words'
import '../approvals/approvals.css'
import '../people/people.css'
import '../shared/parts.css'
import '../policies/policies.css'
import './notices.css'

type Draft = Schemas['NoticeDraftAnswer']

export function EditScreen() {
  const { name } = useParams({ from: '/notices/$name/edit' })
  const words = useWords()
  const mayEdit = useMayEdit()
  if (!mayEdit) {
    return (
      <Page title={words.edit.title(name)}>
        <Alert type="info" showIcon title={words.cannotEdit} />
      </Page>
    )
  }
  // Another notice is another editor.
  return <Loading key={name} name={name} />
}

/** What the editor begins with: the draft, or what is in force, or a template, or nothing. */
function Loading({ name }: { name: string }) {
  const words = useWords().edit
  const list = useNotices()
  const own = list.data?.notices.filter((one) => one.name === name) ?? []
  const current = own.find(({ state }) => state === 'in-force') ?? own[0]
  const published = useNotice(name, current?.version, current !== undefined)
  const templates = useTemplates()
  const draft = useQuery({
    queryKey: ['notices', 'draft', name],
    queryFn: () => draftOf(name),
    // The editor holds it from then on, and asks anew when it is opened anew.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const failed = list.error ?? published.error ?? templates.error ?? draft.error
  const ready = list.isSuccess && draft.isSuccess && templates.isSuccess && (!current || published.isSuccess)
  const origin = published.data?.source ?? templates.data?.find((one) => one.name === name)?.notice ?? blank(name)
  return (
    <>
      {failed && (
        <Page title={words.title(name)}>
          <ProblemNote error={failed} onRetry={() => void Promise.all([list.refetch(), published.refetch(), draft.refetch()])} />
        </Page>
      )}
      {!failed && !ready && <Skeleton active paragraph={{ rows: 12 }} />}
      {!failed && ready && (
        <Workbench
          name={name}
          origin={origin}
          found={draft.data ?? null}
          {...(current?.state === 'in-force' ? { current: current.version } : {})}
        />
      )}
    </>
  )
}

async function draftOf(name: string): Promise<Draft | null> {
  try {
    return await answer(api.GET('/api/v1/notices/{name}/draft', { params: { path: { name } } }))
  } catch (caught) {
    if (isProblem(caught, 'not-found')) return null
    throw caught
  }
}

interface BenchProps {
  name: string
  /** What is in force, or a template. */
  origin: string
  found: Draft | null
  /** The version in force. */
  current?: number
}

function Workbench({ name, origin, found, current }: BenchProps) {
  const { moment } = useAppearance()
  const words = useWords().edit
  const editor = useRef<EditorHandle>(null)
  const [text, setText] = useState(found?.notice ?? origin)
  const drafting = useDrafting(name, found)
  const linted = useLint(text)
  const { kept } = drafting
  const base = kept?.notice ?? drafting.published ?? origin
  const dirty = text !== base
  const saveIt = () => drafting.save(text)
  useKeys({ 'mod+s': () => void (dirty && saveIt()) })
  const named = nameIn(text)
  const marks: Mark[] = linted.fresh ? (linted.found?.findings ?? []).map(({ line }) => ({ line, kind: 'wrong' })) : []
  const lead = kept ? words.leadDraft(moment(kept.draft.updated_at), kept.draft.revision) : current ? words.leadInForce(current) : words.leadNew
  return (
    <Page title={words.title(name)} lead={lead}>
      <Leaving dirty={dirty} onSave={saveIt} />
      <DraftNotes drafting={drafting} text={text} onPut={setText} />
      {named !== name && (
        <Alert className="notice-alert" type="warning" showIcon title={named === null ? words.noName : words.otherName(named, name)} />
      )}
      <div className="notice-bench">
        <div>
          <Panel
            title={words.text}
            note={dirty ? words.unsaved : kept ? words.saved : words.untouched}
            extra={
              <Tools
                name={name}
                text={text}
                dirty={dirty}
                drafting={drafting}
                onSave={() => void saveIt()}
                onDiscard={() => void drafting.discard(text).then((done) => done && setText(drafting.published ?? origin))}
                onInsert={(snippet) => {
                  setText(`${text.trimEnd()}\n${SNIPPETS[snippet]}`)
                  const line = text.trimEnd().split('\n').length + 2
                  // Once it is painted.
                  setTimeout(() => editor.current?.toLine(line), 50)
                }}
              />
            }
            flush
          >
            <Editor
              value={text}
              label={words.text}
              marks={marks}
              rules={TOML}
              wrap
              handle={editor}
              onChange={setText}
              onSubmit={() => void (dirty && saveIt())}
            />
          </Panel>
        </div>
        <div>
          <PreviewPanel previews={linted.previews} stale={linted.fresh && linted.found?.previews.length === 0} />
        </div>
      </div>
      <div className="columns">
        <Findings linted={linted} onPlace={(line, column) => editor.current?.toLine(line, column)} />
        <Readability scores={linted.found?.scores ?? []} onLine={(line) => editor.current?.toLine(line)} />
      </div>
      <Publishing
        name={name}
        text={text}
        {...(current ? { current } : {})}
        previews={linted.previews}
        onSave={async () => (dirty || !kept ? saveIt() : true)}
        onPublished={() => drafting.publish(text)}
      />
    </Page>
  )
}

/** The name that a source gives itself. */
const nameIn = (text: string): string | null => /^name\s*=\s*"([^"]*)"/m.exec(text)?.[1] ?? null

interface Drafting {
  /** The draft as the server holds it. */
  kept: Draft | null
  busy: boolean
  error: unknown
  /** What another saved meanwhile; `null` once theirs is gone as well. */
  theirs: Draft | null | undefined
  /** What was published from here: what is in force now. */
  published: string | null
  /** What was dropped and can be had back. */
  dropped: string | null
  save: (text: string) => Promise<boolean>
  discard: (text: string) => Promise<boolean>
  publish: (text: string) => void
  /** Settles a conflict: from now on theirs is what mine is saved over. */
  settle: (draft: Draft | null) => void
  forget: () => void
}

function useDrafting(name: string, found: Draft | null): Drafting {
  const queries = useQueryClient()
  const { busy, error, run } = useDoing()
  const [kept, setKept] = useState(found)
  const [theirs, setTheirs] = useState<Draft | null | undefined>(undefined)
  const [published, setPublished] = useState<string | null>(null)
  const [dropped, setDropped] = useState<string | null>(null)
  const path = { path: { name } }
  const told = () => queries.invalidateQueries({ queryKey: ['notices', 'list'] })

  async function save(text: string, over: Draft | null = kept): Promise<boolean> {
    const saved = await run(async () => {
      try {
        const body = { notice: text, revision: over?.draft.revision ?? 0 }
        return await answer(api.PUT('/api/v1/notices/{name}/draft', { params: path, body }))
      } catch (caught) {
        if (!isProblem(caught, 'conflict')) throw caught
        setTheirs(await draftOf(name))
        return null
      }
    })
    if (!saved) return false
    setKept(saved)
    setTheirs(undefined)
    setDropped(null)
    void told()
    return true
  }
  async function discard(text: string): Promise<boolean> {
    const gone = await run(async () => {
      if (kept) await answer(api.DELETE('/api/v1/notices/{name}/draft', { params: path }))
      return true
    })
    if (!gone) return false
    setKept(null)
    setDropped(text)
    void told()
    return true
  }
  return {
    kept,
    busy,
    error,
    theirs,
    published,
    dropped,
    save: (text) => save(text),
    discard,
    // The server dropped the draft with the publication: what is in force is what the editor holds.
    publish: (text) => {
      setKept(null)
      setDropped(null)
      setPublished(text)
    },
    settle: (draft) => {
      setKept(draft)
      setTheirs(undefined)
    },
    forget: () => setDropped(null),
  }
}

interface ToolsProps {
  name: string
  text: string
  dirty: boolean
  drafting: Drafting
  onSave: () => void
  onDiscard: () => void
  onInsert: (snippet: Snippet) => void
}

function Tools({ name, text, dirty, drafting, onSave, onDiscard, onInsert }: ToolsProps) {
  const words = useWords().edit
  const snippets = Object.keys(SNIPPETS) as Snippet[]
  return (
    <div className="buttons">
      <Dropdown
        menu={{ items: snippets.map((key) => ({ key, label: words.snippets[key] })), onClick: ({ key }) => onInsert(key as Snippet) }}
        trigger={['click']}
      >
        <Button size="small" icon={<PlusOutlined aria-hidden />}>
          {words.insert}
        </Button>
      </Dropdown>
      <Button
        size="small"
        icon={<DownloadOutlined aria-hidden />}
        aria-label={words.download}
        title={words.download}
        onClick={() => save(text, `${name}.toml`)}
      />
      {(drafting.kept || dirty) && (
        <Button
          size="small"
          icon={<DeleteOutlined aria-hidden />}
          aria-label={words.discard}
          title={words.discard}
          loading={drafting.busy}
          onClick={onDiscard}
        />
      )}
      <Button size="small" type="primary" icon={<SaveOutlined aria-hidden />} disabled={!dirty} loading={drafting.busy} onClick={onSave}>
        {words.save}
      </Button>
    </div>
  )
}

/** What became of the draft: refused, overtaken by another, dropped and to be had back. */
function DraftNotes({ drafting, text, onPut }: { drafting: Drafting; text: string; onPut: (text: string) => void }) {
  const words = useWords().edit
  const { theirs, dropped } = drafting
  const [shows, setShows] = useState(false)
  return (
    <>
      {drafting.error !== null && (
        <div className="notice-alert">
          <ProblemNote error={drafting.error} />
        </div>
      )}
      {theirs !== undefined && (
        <Alert
          className="notice-alert"
          type="warning"
          showIcon
          role="alert"
          title={words.conflict}
          description={
            <div className="stack-s">
              <div>{theirs ? words.conflictWhat(theirs.draft.revision) : words.conflictDropped}</div>
              <div className="buttons">
                {theirs && (
                  <Button size="small" aria-expanded={shows} onClick={() => setShows(!shows)}>
                    {words.conflictShow}
                  </Button>
                )}
                <Button size="small" onClick={() => drafting.settle(theirs)}>
                  {words.conflictMine}
                </Button>
                {theirs && (
                  <Button
                    size="small"
                    onClick={() => {
                      drafting.settle(theirs)
                      onPut(theirs.notice)
                    }}
                  >
                    {words.conflictTheirs}
                  </Button>
                )}
              </div>
              {shows && theirs && <DiffView label={words.conflictShow} older={theirs.notice} newer={text} />}
            </div>
          }
        />
      )}
      {dropped !== null && (
        <Alert
          className="notice-alert"
          type="info"
          showIcon
          role="status"
          title={words.discarded}
          action={
            <Button
              size="small"
              onClick={() => {
                onPut(dropped)
                drafting.forget()
              }}
            >
              {words.undo}
            </Button>
          }
        />
      )}
    </>
  )
}

/** Nobody leaves what is not saved without being asked. */
function Leaving({ dirty, onSave }: { dirty: boolean; onSave: () => Promise<boolean> }) {
  const words = useWords().edit
  const blocker = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: () => dirty, withResolver: true })
  const blocked = blocker.status === 'blocked'
  return (
    <Modal open={blocked} title={words.leaveTitle} footer={null} width={440} destroyOnHidden onCancel={() => blocker.reset?.()}>
      <p>{words.leaveWhat}</p>
      <div className="dialog-foot">
        <Button onClick={() => blocker.reset?.()}>{words.leaveStay}</Button>
        <Button onClick={() => blocker.proceed?.()}>{words.leaveDrop}</Button>
        <Button type="primary" onClick={() => void onSave().then((saved) => (saved ? blocker.proceed?.() : blocker.reset?.()))}>
          {words.leaveSave}
        </Button>
      </div>
    </Modal>
  )
}
