// An earlier decision, from the ledger, as a ladder: on which rung it was decided, for which fields, and what
// would change it. Never a value.
import { QuestionCircleOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Empty, Form, Input, Skeleton, Tag } from 'antd'
import { answer, api, type Because, type Schemas } from '../api/client'
import { fieldOf, usePurposeTitle, useRegister } from '../api/register'
import { useSession } from '../session/session'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import './explain.css'
import { Ladder } from './ladder'

type Decision = Schemas['Decision']

const COLOURS: Record<string, string> = { clear: 'success', withheld: 'error', masked: 'default' }

export function Explain() {
  const { texts } = useAppearance()
  const { read, field } = useSearch({ from: '/explain' })
  const navigate = useNavigate()
  return (
    <Page title={texts.explain.title} lead={texts.explain.lead}>
      <Form<{ read: string }>
        key={read ?? ''}
        layout="inline"
        requiredMark={false}
        className="ask"
        initialValues={{ read: read ?? '' }}
        onFinish={({ read }) => void navigate({ to: '/explain', search: { read: read.trim() } })}
      >
        <Form.Item
          name="read"
          label={texts.explain.id}
          rules={[{ required: true, pattern: /^\s*rd_\d{1,15}\s*$/, message: texts.explain.idBad }]}
          validateTrigger="onSubmit"
        >
          <Input placeholder={texts.explain.idHint} autoComplete="off" className="wide" />
        </Form.Item>
        <Button type="primary" htmlType="submit">
          {texts.explain.go}
        </Button>
      </Form>
      {read === undefined ? <Nothing /> : <Told read={read} field={field} />}
    </Page>
  )
}

function Nothing() {
  const { texts } = useAppearance()
  return (
    <Panel title={texts.dossier.ladder.label}>
      <Empty image={<QuestionCircleOutlined className="empty-sign" aria-hidden />} description={texts.explain.idHint} />
    </Panel>
  )
}

function Told({ read, field }: { read: string; field: string | undefined }) {
  const { language } = useAppearance()
  const decision = useQuery({
    // The language, for the reasons come in it.
    queryKey: ['decision', read, language],
    queryFn: () => answer(api.GET('/api/v1/reads/{read}', { params: { path: { read } } })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  if (decision.isPending) return <Skeleton active />
  if (decision.isError) return <ProblemNote error={decision.error} />
  const { data } = decision
  const groups = groupsOf(data, field)
  return (
    <>
      <Facts decision={data} />
      {data.because && groups.length === 0 && <Group because={data.because} form="withheld" rule={data.because.rule} fields={[]} asked={undefined} />}
      {groups.map((group) => (
        <Group key={`${group.form} ${group.rule}`} {...group} asked={field} />
      ))}
    </>
  )
}

interface Same {
  form: string
  rule: string
  because: Because | undefined
  fields: string[]
}

/** Fields that one rule decided in one form; the one that was asked about first, then what was withheld. */
function groupsOf(decision: Decision, asked: string | undefined): Same[] {
  const groups = new Map<string, Same>()
  for (const { form, rule, because, field } of decision.fields) {
    const key = `${form} ${rule}`
    const group = groups.get(key) ?? { form, rule, because: because ?? undefined, fields: [] }
    group.fields.push(field)
    groups.set(key, group)
  }
  const rank = ({ fields, form }: Same) =>
    asked !== undefined && fields.includes(asked) ? 0 : 1 + Math.max(0, FORMS.indexOf(form))
  return [...groups.values()].sort((a, b) => rank(a) - rank(b))
}

const FORMS = ['withheld', 'masked', 'tokenised', 'generalised', 'clear']

function Facts({ decision }: { decision: Decision }) {
  const { texts, moment } = useAppearance()
  const { me } = useSession()
  const purposeTitle = usePurposeTitle()
  const facts = [
    [texts.explain.kind, texts.kinds[decision.kind] ?? decision.kind],
    [texts.explain.when, moment(decision.at)],
    [texts.explain.who, decision.actor === me.actor ? texts.dossier.acts.you : `…${decision.actor.slice(-6)}`],
    [texts.explain.purpose, purposeTitle(decision.purpose)],
    [texts.explain.versions, `${decision.register_version} / ${decision.policy_version}`],
  ]
  return (
    <Panel title={decision.read} note={texts.entry(decision.entry)}>
      <dl className="facts facts-row">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}

/** One rule, the rung it stands on, and the fields it decided. */
function Group({ form, rule, because, fields, asked }: Same & { asked: string | undefined }) {
  const { texts, pick } = useAppearance()
  const register = useRegister()
  const words = texts.dossier.ladder
  const titled = (ref: string) => {
    const found = register.data ? fieldOf(register.data, ref) : null
    return found ? `${pick(found.collection.title)} · ${pick(found.field.title)}` : ref
  }
  const layer = because?.layer ?? 'policy'
  const advice = form === 'withheld' ? words.advice[layer] : form === 'clear' ? words.clear : words.masked
  return (
    <Panel
      title={
        <>
          <Tag color={COLOURS[form] ?? 'default'}>{texts.forms[form] ?? form}</Tag>
          {fields.length === 0 ? words.whole : fields.length === 1 ? titled(fields[0] ?? '') : words.same(fields.length)}
        </>
      }
      extra={<code>{rule}</code>}
    >
      <div className="decided" data-rule={rule} data-form={form}>
        <Ladder layer={layer} form={form} />
        <div className="decided-why">
          <p>{because ? because.text : words.gone}</p>
          <h3>{words.change}</h3>
          <p>{advice}</p>
          {because && <p className="note">{words.changeWho(because.changed_by)}</p>}
        </div>
        {fields.length > 1 && (
          <ul className="decided-fields">
            {fields.map((field) => (
              <li key={field}>
                <Tag color={field === asked ? 'processing' : 'default'}>{titled(field)}</Tag>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  )
}
