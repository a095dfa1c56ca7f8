// One finding: what the register declares against what was found, whom to ask, what happened to it.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Button, Drawer, Skeleton } from 'antd'
import { answer, api, type Schemas } from '../api/client'
import { useRegister } from '../api/register'
import { useKeys } from '../frame/keys'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Colleagues, Who } from '../shared/colleagues'
import { useDoing } from '../shared/doing'
import { EntryLink } from '../shared/entry-link'
import { Facts } from '../shared/facts'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { useDiscovering } from '../texts/discovering'
import { useDecide } from './decide'
import { type Asked, decidable } from './findings'
import { type Finding, isOfRegister, placeOf, shareOf } from './model'
import { Severity, ShareBar, Standing } from './words'

interface Props {
  id: string | undefined
  onClose: () => void
  onAsk: ((finding: Finding, asked: Asked) => void) | undefined
}

export function FindingDrawer({ id, onClose, onAsk }: Props) {
  const t = useDiscovering()
  const detail = useQuery({
    queryKey: ['discoveries', 'finding', id],
    enabled: id !== undefined,
    queryFn: () => answer(api.GET('/api/v1/discoveries/{finding}', { params: { path: { finding: id ?? '' } } })),
  })
  const of = detail.data?.finding
  return (
    <Drawer
      open={id !== undefined}
      size={640}
      title={of ? `${t.whats[of.what] ?? of.what} · ${of.source}` : t.findings}
      onClose={onClose}
      destroyOnHidden
    >
      {detail.isError && <ProblemNote error={detail.error} onRetry={() => void detail.refetch()} />}
      {detail.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
      {detail.data && (
        <Colleagues ids={detail.data.history.map(({ actor }) => actor)}>
          <One detail={detail.data} onAsk={onAsk} />
        </Colleagues>
      )}
    </Drawer>
  )
}

function One({ detail, onAsk }: { detail: Schemas['DiscoveryDetail']; onAsk: Props['onAsk'] }) {
  const { moment } = useAppearance()
  const t = useDiscovering()
  const { finding: of, history } = detail
  const { declared, decision } = of
  const share = shareOf(of)
  const rows = of.rows ?? null
  return (
    <div className="sections">
      <section className="stack">
        <div className="disc-head">
          <Severity of={of.severity} />
          <Standing of={of} />
          {of.class && <span className="chip chip-warm">{t.classes[of.class] ?? of.class}</span>}
        </div>
        <div className="disc-path">{placeOf(of.path)}</div>
        {of.class && <p className="note">{t.classNotes[of.class]}</p>}
        {of.suppression && <Alert type="info" showIcon title={t.suppressedBy} />}
      </section>
      <section className="disc-against">
        <div>
          <h3>{t.found}</h3>
          <p className="disc-big">{t.whats[of.what] ?? of.what}</p>
          <p className="note">
            {t.lawClass}: {t.foundClass[declared.found_class] ?? declared.found_class}
          </p>
          {of.declared_type && (
            <p className="note">
              {t.type}: <code>{of.declared_type}</code>
            </p>
          )}
        </div>
        <div>
          <h3>{t.declares}</h3>
          <p className="disc-big">{declared.by === 'place' || declared.by === 'name' ? <Fields refs={declared.fields} /> : t.none}</p>
          <p className="note">
            {t.lawClass}: {t.declaredClass[declared.declared_class] ?? declared.declared_class}
          </p>
          <p className="note">
            {t.bys[declared.by] ?? declared.by}
            {declared.by === 'kind' && (
              <>
                {': '}
                <Fields refs={declared.fields} />
              </>
            )}
          </p>
        </div>
      </section>
      {of.cells > 0 && (
        <section>
          <h3>{t.share}</h3>
          <ShareBar of={of} words={false} />
          <p>
            <strong>{t.percent(share)}</strong> · {t.interval(of.low, of.high)}
          </p>
          <p className="note">
            {t.cells(of.cells, of.sampled)} · {t.rows(rows)}
            {rows !== null && ` · ${t.about(Math.floor(of.low * rows), Math.ceil(of.high * rows))}`} · {t.sureness}{' '}
            {t.percent(of.confidence)}
          </p>
        </section>
      )}
      <section>
        <Facts
          rows={[
            [t.owner, declared.owner ?? t.noOwner],
            [t.firstSeen, moment(of.first_seen)],
            [t.lastSeen, moment(of.last_seen)],
            [t.todo, decision?.task ? (t.tasks[decision.task] ?? decision.task) : null],
            [t.reason, decision?.reason ? (t.reasons[decision.reason] ?? decision.reason) : null],
            [t.until, decision?.until ? moment(decision.until) : null],
          ]}
        />
      </section>
      <Acts of={of} onAsk={onAsk} />
      <section>
        <h3>{t.history}</h3>
        {history.length === 0 ? <p className="note">{t.noHistory}</p> : <History acts={history} />}
      </section>
    </div>
  )
}

function Fields({ refs }: { refs: readonly string[] }) {
  const { pick, language } = useAppearance()
  const register = useRegister()
  const title = (ref: string) => {
    const [collection, field] = ref.split('.')
    const inside = register.data?.collections.find(({ name }) => name === collection)
    const one = inside?.fields.find(({ name }) => name === field)
    return inside && one ? `${pick(inside.title)} · ${pick(one.title)}` : ref
  }
  return <>{refs.map(title).join(language === 'zh' ? '、' : ', ')}</>
}

function Acts({ of, onAsk }: { of: Finding; onAsk: Props['onAsk'] }) {
  const t = useDiscovering()
  const { me } = useSession()
  const decide = useDecide()
  const { busy, error, run } = useDoing()
  useKeys({
    c: () => onAsk && decidable(of, 'confirm') && onAsk(of, 'confirm'),
    d: () => onAsk && decidable(of, 'dismiss') && onAsk(of, 'dismiss'),
  })
  if (!onAsk) return <p className="note">{t.readOnly}</p>
  const mayPlan = may(me, 'POST', '/api/v1/register/plans')
  return (
    <section className="stack-s">
      {error !== null && <ProblemNote error={error} />}
      <div className="acts">
        {decidable(of, 'confirm') && (
          <Button type="primary" onClick={() => onAsk(of, 'confirm')}>
            {t.confirm}
          </Button>
        )}
        {decidable(of, 'dismiss') && <Button onClick={() => onAsk(of, 'dismiss')}>{t.dismiss}</Button>}
        {of.decision && (
          <Button loading={busy} onClick={() => void run(() => decide(of.finding, { decision: 'reopen' }))}>
            {t.reopen}
          </Button>
        )}
        {of.state === 'confirmed' && isOfRegister(of.decision?.task) && mayPlan && <Link to="/map/propose">{t.toRegister}</Link>}
      </div>
    </section>
  )
}

function History({ acts }: { acts: readonly Schemas['DiscoveryAct'][] }) {
  const { moment } = useAppearance()
  const t = useDiscovering()
  const word = (name: string, value: string) =>
    name === 'task' ? t.tasks[value] : name === 'reason' ? t.reasons[value] : name === 'until' ? moment(value) : value
  return (
    <ol className="disc-history">
      {acts.map(({ entry, did, said, actor, at }) => (
        <li key={entry} data-did={did}>
          <div>
            <strong>{t.dids[did] ?? did}</strong> <Who id={actor} plain />
          </div>
          <div className="note">
            {moment(at)} · <EntryLink entry={entry} />
            {said.map((one) => ` · ${t.saids[one.word] ?? one.word} ${word(one.word, one.text) ?? one.text}`)}
          </div>
        </li>
      ))}
    </ol>
  )
}
