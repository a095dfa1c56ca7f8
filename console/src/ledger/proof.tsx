// One entry with its proof: what it says, and the way from its hash to the signed root, computed here.
import { CheckCircleFilled, CloseCircleFilled, DownloadOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Drawer, Skeleton } from 'antd'
import { fieldOf, usePurposeTitle, useRegister } from '../api/register'
import { isProblem } from '../api/client'
import type { Proven } from '../proof/entry'
import { short } from '../proof/short'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { type Entry, kindOf } from './entries'
import { Command } from './export'
import { useActor } from './ledger'
import { Path } from './path'
import { save } from '../shared/save'

export function ProofDrawer({ entry, onClose }: { entry: Entry | null; onClose: () => void }) {
  const { texts } = useAppearance()
  return (
    <Drawer
      open={entry !== null}
      size={620}
      title={entry ? texts.ledger.proof.title(entry.index) : ''}
      destroyOnHidden
      onClose={onClose}
    >
      {entry && (
        <div className="stack">
          <section>
            <h3>{texts.ledger.proof.entry}</h3>
            <Said entry={entry} />
          </section>
          <section>
            <h3>{texts.ledger.proof.path}</h3>
            <Proof entry={entry} />
          </section>
        </div>
      )}
    </Drawer>
  )
}

function Said({ entry }: { entry: Entry }) {
  const { texts, pick } = useAppearance()
  const words = texts.ledger
  const register = useRegister()
  const purposeTitle = usePurposeTitle()
  const actorOf = useActor()
  const time = new Intl.DateTimeFormat(texts.languageTag, { dateStyle: 'medium', timeStyle: 'medium' })
  const titleOf = (ref: string) => {
    const found = register.data && fieldOf(register.data, ref)
    return found ? pick(found.field.title) : ref
  }
  const facts: [string, React.ReactNode][] = [
    [words.at, time.format(new Date(entry.at))],
    [words.kind, kindOf(entry, words)],
    [words.actor, actorOf(entry.actor)],
    [words.subject, entry.subject && <code>{entry.subject}</code>],
    [words.purpose, purposeTitle(entry.purpose)],
    [words.proof.case, entry.case && <code>{entry.case}</code>],
    [words.proof.secondFactor, entry.second_factor ? words.proof.secondFactorYes : words.proof.secondFactorNo],
    [words.proof.versions, `${entry.register_version} / ${entry.policy_version}`],
  ]
  return (
    <dl className="facts facts-wide">
      {facts.filter(([, value]) => value).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {(entry.fields ?? []).map(({ form, rule, fields }) => (
        <div key={`${form} ${rule}`}>
          <dt>{texts.forms[form]}</dt>
          <dd>
            {fields.map(titleOf).join(texts.today.roleAnd)}
            <span className="note">
              {' '}
              · {words.proof.rule} <code>{rule}</code>
            </span>
          </dd>
        </div>
      ))}
      {Object.keys(entry.more ?? {}).length > 0 && (
        <div>
          <dt>{words.proof.details}</dt>
          <dd>
            {Object.entries(entry.more ?? {}).map(([name, value]) => (
              <div key={name}>
                <code>
                  {name} = {value}
                </code>
              </div>
            ))}
          </dd>
        </div>
      )}
    </dl>
  )
}

function Proof({ entry }: { entry: Entry }) {
  const { texts } = useAppearance()
  const words = texts.ledger.proof
  const proof = useQuery({
    queryKey: ['proof', entry.index],
    queryFn: async () => (await import('../proof/entry')).proveEntry(entry),
    retry: false,
    gcTime: 0,
  })
  if (proof.isPending) return <Skeleton active paragraph={{ rows: 5 }} title={false} />
  if (proof.isError) {
    const isEarly = isProblem(proof.error, 'not-found')
    return (
      <>
        {isEarly && <p className="note">{words.wait}</p>}
        <ProblemNote error={proof.error} onRetry={() => void proof.refetch()} />
      </>
    )
  }
  const { outcome, file, steps, leaf, checkpoint, index } = proof.data
  const name = `entry-${index}.json`
  return (
    <>
      <p className="note">{words.lead}</p>
      <Alert
        className="ledger-outcome"
        type={outcome === 'right' ? 'success' : 'error'}
        showIcon
        role={outcome === 'right' ? 'status' : 'alert'}
        icon={outcome === 'right' ? <CheckCircleFilled aria-hidden /> : <CloseCircleFilled aria-hidden />}
        title={words[outcome]}
        description={checkpoint && words.tree(checkpoint.size)}
      />
      {checkpoint && steps && <Path leaf={leaf} steps={steps} root={checkpoint.root} index={index} />}
      {checkpoint && steps && <Twin leaf={leaf} steps={steps} root={checkpoint.root} />}
      <p className="note">{words.command}</p>
      <Command text={`shouxin-verify proof ${name} --key ledger.keys`} />
      <Button
        icon={<DownloadOutlined aria-hidden />}
        onClick={() => save(new Blob([file], { type: 'application/json' }), name)}
      >
        {words.download}
      </Button>
    </>
  )
}

/** The same as the picture, hash by hash. */
function Twin({ leaf, steps, root }: Pick<Proven, 'leaf'> & { steps: NonNullable<Proven['steps']>; root: string }) {
  const { texts } = useAppearance()
  const words = texts.ledger.proof
  return (
    // Scrolled sideways on narrow screens, so it takes the focus.
    <section className="table-scroll" aria-label={words.table} tabIndex={0}>
      <table className="table twin" aria-label={words.table}>
        <thead>
          <tr>
            <th scope="col">{words.level}</th>
            <th scope="col">{words.side}</th>
            <th scope="col">{words.beside}</th>
            <th scope="col">{words.made}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>0</td>
            <td>–</td>
            <td>–</td>
            <td>
              <code title={leaf}>{short(leaf)}</code> {words.leaf}
            </td>
          </tr>
          {steps.map(({ beside, side, made }, at) => (
            <tr key={beside}>
              <td>{at + 1}</td>
              <td>{side === 'left' ? words.left : words.rightSide}</td>
              <td>
                <code title={beside}>{short(beside)}</code>
              </td>
              <td>
                <code title={made}>{short(made)}</code>
              </td>
            </tr>
          ))}
          <tr>
            <td>{words.root}</td>
            <td colSpan={3}>
              <code className="root">{root}</code>
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  )
}
