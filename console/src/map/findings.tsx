// What to look at, worst first, each with what to do about it.
import { CheckCircleOutlined, DeleteOutlined, ExclamationCircleFilled, MinusCircleOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button, Tag } from 'antd'
import { type ReactNode, useState } from 'react'
import { fieldOf, type Register } from '../api/register'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { useAppearance } from '../texts'
import { collectionOf, type Finding, type FindingGroup, groupFindings } from './model'
import type { Names } from './names'

const ICONS: Record<FindingGroup, ReactNode> = {
  undeclared: <ExclamationCircleFilled aria-hidden />,
  unread: <DeleteOutlined aria-hidden />,
  unused: <MinusCircleOutlined aria-hidden />,
  idle: <MinusCircleOutlined aria-hidden />,
}

interface Props {
  register: Register
  findings: readonly Finding[]
  names: Names
}

export function Findings({ register, findings, names }: Props) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const mayPlan = may(me, 'POST', '/api/v1/register/plans')
  return (
    <ul className="map-findings">
      {groupFindings(findings).map(({ group, findings: own }) => {
        const words = texts.map.groups[group]
        const none = own.length === 0
        return (
          <li key={group} data-group={none ? 'none' : group}>
            <h3>
              {none ? <CheckCircleOutlined aria-hidden /> : ICONS[group]}
              {words.title}
              {!none && <span className="map-number">{own.length}</span>}
            </h3>
            {none ? (
              <p className="note">{words.none}</p>
            ) : (
              <>
                <p className="note">{words.todo}</p>
                {group === 'undeclared' && <Undeclared findings={own} names={names} />}
                {group === 'unread' && <Unread register={register} findings={own} names={names} />}
                {(group === 'unused' || group === 'idle') && <Chips findings={own} names={names} />}
                {mayPlan && (
                  <Link to="/map/propose" className="map-act">
                    {texts.map.toPropose}
                  </Link>
                )}
              </>
            )}
          </li>
        )
      })}
    </ul>
  )
}

function Undeclared({ findings, names }: { findings: readonly Finding[]; names: Names }) {
  const { texts, moment } = useAppearance()
  return (
    <ul className="map-uses">
      {findings.map((finding) => {
        const { kind, purpose, recipient, fields = [], given, refused, last_at } = finding
        const who = recipient ? names.recipient(recipient) : ''
        return (
          <li key={`${kind} ${purpose} ${recipient?.kind} ${recipient?.name}`}>
            <div>
              <Tag color="error">{texts.map.findingKinds[kind] ?? kind}</Tag>
              {purpose ? texts.map.forPurpose(who, names.purpose(purpose)) : who}
            </div>
            <div>{fields.map(names.fullField).join(' · ')}</div>
            <div className="note">
              {given > 0 ? texts.map.wasGiven(given) : texts.map.wasRefused(refused)}
              {given > 0 && refused > 0 && ` · ${texts.map.someRefused(refused)}`}
              {last_at && ` · ${texts.map.lastAt(moment(last_at))}`}
            </div>
          </li>
        )
      })}
    </ul>
  )
}

/** Fields that nobody read, by collection. */
function Unread({ register, findings, names }: Props) {
  const { texts } = useAppearance()
  const byCollection = new Map<string, Finding[]>()
  for (const finding of findings) {
    const inside = collectionOf(finding.fields?.[0] ?? '')
    byCollection.set(inside, [...(byCollection.get(inside) ?? []), finding])
  }
  return (
    <dl className="map-unread">
      {[...byCollection].map(([collection, own]) => (
        <div key={collection}>
          <dt>{names.collection(collection)}</dt>
          <dd>
            {own.map(({ fields = [], given, written }) => {
              const ref = fields[0] ?? ''
              const field = fieldOf(register, ref)?.field
              const close = field && (field.level >= 3 || !['none', 'ordinary'].includes(field.sensitivity))
              const told = [
                ...(given > 0 ? [texts.map.onlyWhole(given)] : []),
                ...(written > 0 ? [texts.map.stillWritten(written)] : []),
              ]
              return (
                <Tag key={ref} color={close ? 'warning' : 'default'} title={told.join(' · ') || undefined}>
                  {names.field(ref)}
                </Tag>
              )
            })}
          </dd>
        </div>
      ))}
    </dl>
  )
}

const SHOWN = 12

function Chips({ findings, names }: { findings: readonly Finding[]; names: Names }) {
  const { texts } = useAppearance()
  const [all, setAll] = useState(false)
  const shown = all ? findings : findings.slice(0, SHOWN)
  return (
    <div className="map-chips">
      {shown.map(({ purpose, recipient, refused }) => (
        <Tag key={`${purpose} ${recipient?.kind} ${recipient?.name}`}>
          {recipient ? names.recipient(recipient) : purpose && names.purpose(purpose)}
          {refused > 0 && ` · ${texts.map.refused(refused)}`}
        </Tag>
      ))}
      {shown.length < findings.length && (
        <Button size="small" type="link" onClick={() => setAll(true)}>
          {texts.map.more(findings.length - shown.length)}
        </Button>
      )}
    </div>
  )
}
