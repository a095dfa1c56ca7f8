// An opened purpose: its parts by ways of contact, the words themselves, and what can be done about them.
import { EditOutlined, HistoryOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { answer, api } from '../../api/client'
import { fieldOf, fieldsOf, type Purpose, type Register } from '../../api/register'
import { may } from '../../session/may'
import { useSession } from '../../session/session'
import { EntryLink } from '../../shared/entry-link'
import { Facts } from '../../shared/facts'
import { useAppearance } from '../../texts'
import { Proof } from '../acts'
import { NoticeLink } from './notice'
import { Sign } from './sign'
import { useSaid } from './texts'
import { channelsOf, narrowest, partsOf, standingOf, type Told, type Word } from './words'

// What few open comes when it is opened.
const HistoryDrawer = lazy(async () => ({ default: (await import('./history')).HistoryDrawer }))
const EnterDialog = lazy(async () => ({ default: (await import('./enter')).EnterDialog }))

interface Props {
  subject: string
  register: Register
  purpose: Purpose
  one: Told
  at: string
  isPast: boolean
  onChanged: () => void
}

export function More(props: Props) {
  const { subject, register, purpose, one, at, isPast } = props
  const { me } = useSession()
  const t = useSaid()
  const [looking, setLooking] = useState(false)
  const [entering, setEntering] = useState(false)
  const mayLook = may(me, 'GET', '/api/v1/subjects/{subject}/consents/events')
  const mayEnter = may(me, 'PUT', '/api/v1/subjects/{subject}/consents/{purpose}') && !isPast
  const about = { subject, register, purpose }
  const newest = [...one.words].sort((a, b) => (a.at < b.at ? 1 : -1))
  return (
    <div className="said-box stack">
      {one.words.length > 0 && <Grid {...props} />}
      {newest.length === 0 && <p className="note">{isPast ? t.noWordsThen : t.noWords}</p>}
      {newest.length > 0 && <h3>{t.words}</h3>}
      <ul className="said-words">
        {newest.map((word) => (
          <Said key={`${word.part} ${word.channel}`} word={word} register={register} purpose={purpose} at={at} />
        ))}
      </ul>
      <div className="said-foot">
        {one.needed && mayLook && (
          <span>
            {one.notice ? (
              <NoticeLink shown={one.notice} label={isPast ? t.noticeThen : t.noticeNow} />
            ) : (
              <span className="note">{t.noticeNone}</span>
            )}
          </span>
        )}
        {one.needed && !isPast && <Askable subject={subject} purpose={purpose.name} />}
        <div className="said-tools">
          {mayLook && (
            <Button size="small" icon={<HistoryOutlined aria-hidden />} onClick={() => setLooking(true)}>
              {t.history.button}
            </Button>
          )}
          {mayEnter && (
            <Button size="small" icon={<EditOutlined aria-hidden />} onClick={() => setEntering(true)}>
              {t.enter.button}
            </Button>
          )}
        </div>
      </div>
      <Suspense fallback={null}>
        {looking && <HistoryDrawer {...about} onClose={() => setLooking(false)} />}
        {entering && <EnterDialog {...about} onClose={() => setEntering(false)} onDone={props.onChanged} />}
      </Suspense>
    </div>
  )
}

/** Parts by ways of contact: the word that counts for each, pale where it is about more. */
function Grid({ register, purpose, one, at }: Props) {
  const { pick } = useAppearance()
  const t = useSaid()
  const parts = [null, ...partsOf(register, purpose, one.words)]
  const channels = [null, ...channelsOf(one.words)]
  const label = t.grid(pick(purpose.title))
  const isOwn = (word: Word | null, part: string | null, channel: string | null) =>
    word === null || (word.part === part && word.channel === channel)
  return (
    <>
      <div className="table-scroll" role="region" aria-label={label} tabIndex={0}>
        <table className="said-grid" aria-label={label}>
          <thead>
            <tr>
              <th scope="col">{t.part}</th>
              {channels.map((channel) => (
                <th key={channel ?? ''} scope="col">
                  {channel === null ? t.everyWay : (t.channels[channel] ?? channel)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => (
              <tr key={part ?? ''}>
                <th scope="row" data-inner={part !== null && !part.endsWith('.*') ? true : undefined}>
                  <PartTitle register={register} part={part} />
                </th>
                {channels.map((channel) => {
                  const word = narrowest(one.words, part, channel)
                  return (
                    <td key={channel ?? ''}>
                      <Sign
                        standing={standingOf(word, one.needed, Date.parse(at))}
                        pale={!isOwn(word, part, channel)}
                      />
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="note">{t.gridNote}</p>
    </>
  )
}

export function PartTitle({ register, part }: { register: Register; part: string | null }) {
  const { pick } = useAppearance()
  const t = useSaid()
  if (part === null) return <>{t.whole}</>
  const collection = register.collections.find(({ name }) => part === `${name}.*`)
  const found = fieldOf(register, part)
  return <>{collection ? pick(collection.title) : found ? pick(found.field.title) : part}</>
}

/** One word with where it comes from. */
function Said({ word, register, purpose, at }: { word: Word; register: Register; purpose: Purpose; at: string }) {
  const { moment } = useAppearance()
  const t = useSaid()
  const { event } = word
  const standing = standingOf(word, true, Date.parse(at))
  const isOnce = word.form === 'once' || word.case !== null || (word.from !== null && word.until !== null)
  return (
    <li>
      <div className="said-head">
        <Sign standing={standing} />
        <strong>
          <PartTitle register={register} part={word.part} />
          {' · '}
          {word.channel === null ? t.everyWay : (t.channels[word.channel] ?? word.channel)}
        </strong>
      </div>
      {standing === 'outdated' && <p className="said-warn">{t.widened}</p>}
      {word.grade === 'unproven' && <p className="said-warn">{t.unproven}</p>}
      <Facts
        rows={[
          [t.labels.shown, event && <NoticeLink shown={event.notice ?? null} />],
          [t.labels.form, word.state === 'given' ? (t.forms[word.form] ?? word.form) : null],
          [t.labels.through, event && t.collected(t.through[event.through] ?? event.through, event.place ?? null)],
          [t.labels.received, moment(word.at)],
          [
            t.labels.time,
            word.state === 'given'
              ? [word.from && t.from(moment(word.from)), word.until ? t.until(moment(word.until)) : t.forGood]
                  .filter(Boolean)
                  .join(' · ')
              : null,
          ],
          [t.labels.only, isOnce && word.state === 'given' ? <Once word={word} register={register} purpose={purpose} /> : null],
          [t.labels.grade, word.grade === 'proved' ? null : (t.grades[word.grade] ?? word.grade)],
          [
            t.labels.entry,
            event && (
              <span className="said-proof">
                <EntryLink entry={event.entry} />
                <Proof index={event.entry} />
              </span>
            ),
          ],
        ]}
      />
    </li>
  )
}

/** What a consent for one time opens, and until when. */
function Once({ word, register, purpose }: { word: Word; register: Register; purpose: Purpose }) {
  const { moment, pick, language } = useAppearance()
  const t = useSaid()
  const within = (field: string) =>
    word.part === null || word.part === field || (word.part.endsWith('.*') && field.startsWith(word.part.slice(0, -1)))
  const weight = (field: string) => fieldOf(register, field)?.field.level ?? 0
  // What weighs most first: it is what was asked for.
  const names = fieldsOf(register, purpose)
    .filter(within)
    .sort((one, other) => weight(other) - weight(one))
    .map((field) => {
      const found = fieldOf(register, field)
      return found ? pick(found.field.title) : field
    })
  const first = names.slice(0, NAMED).join(language === 'zh' ? '、' : ', ')
  const bound =
    word.from !== null && word.until !== null
      ? t.oneWindow(moment(word.from), moment(word.until))
      : word.until !== null
        ? t.until(moment(word.until))
        : t.oneTime
  return (
    <div className="said-long">
      {word.case !== null && <div>{t.oneCase(word.case.slice(-6))}</div>}
      <div>{bound}</div>
      <div>{t.opens(names.length > NAMED ? t.opensMore(first, names.length) : first)}</div>
    </div>
  )
}

const NAMED = 4

/** Whether the person may be asked again; for those who may know. */
function Askable({ subject, purpose }: { subject: string; purpose: string }) {
  const { moment } = useAppearance()
  const { me } = useSession()
  const t = useSaid()
  const allowed = may(me, 'GET', '/api/v1/subjects/{subject}/consents/questions')
  const asked = useQuery({
    queryKey: ['said', subject, 'questions', purpose],
    queryFn: () =>
      answer(
        api.GET('/api/v1/subjects/{subject}/consents/questions', {
          params: { path: { subject }, query: { purposes: purpose } },
        }),
      ),
    enabled: allowed,
    gcTime: 0,
    retry: false,
  })
  const one = asked.data?.questions[0]
  if (!one) return null
  const why = one.may_ask ? t.ask.yes : (t.ask[one.why as 'agreed'] ?? '')
  return (
    <span className="note">
      {t.ask.label}: {why}
      {one.again_from && ` · ${t.ask.again(moment(one.again_from))}`}
    </span>
  )
}
