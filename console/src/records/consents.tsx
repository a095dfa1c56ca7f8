// Each purpose and what the person said to it: asked and given, refused, never asked, or not needed.
import { CheckOutlined, CloseOutlined, QuestionOutlined, SafetyOutlined, UndoOutlined } from '@ant-design/icons'
import type { ReactNode } from 'react'
import type { Overview } from '../api/client'
import type { Purpose, Register } from '../api/register'
import { Panel } from '../shared/page'
import { useAppearance } from '../texts'

type Consent = Overview['consents'][number]
type Column = 'given' | 'refused' | 'notAsked' | 'notNeeded'
const COLUMNS: readonly Column[] = ['given', 'refused', 'notAsked', 'notNeeded']

export function Consents({ register, consents }: { register: Register; consents: readonly Consent[] }) {
  const { texts } = useAppearance()
  const words = texts.dossier.consent
  const of = (purpose: Purpose) => consents.find((one) => one.purpose === purpose.name)
  // Counts name nobody: there is nothing to ask a person for.
  const about = register.purposes.filter(({ condition }) => condition !== 'counts-only')
  const asked = about.filter(needsConsent)
  const free = about.filter((purpose) => !needsConsent(purpose))
  return (
    <Panel title={words.title} note={words.note} flush>
      {asked.length > 0 && (
        <Matrix label={words.title}>
          {asked.map((purpose) => (
            <Line key={purpose.name} purpose={purpose} said={of(purpose)} />
          ))}
        </Matrix>
      )}
      {free.length > 0 && (
        <details className="fold">
          <summary>{words.others(free.length)}</summary>
          <Matrix label={words.others(free.length)}>
            {free.map((purpose) => (
              <Line key={purpose.name} purpose={purpose} said={undefined} />
            ))}
          </Matrix>
        </details>
      )}
    </Panel>
  )
}

function Matrix({ label, children }: { label: string; children: ReactNode }) {
  const { texts } = useAppearance()
  const words = texts.dossier.consent
  return (
    <div className="table-scroll" role="region" aria-label={label} tabIndex={0}>
      <table className="matrix" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{words.purpose}</th>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {words.columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

const needsConsent = (purpose: Purpose): boolean =>
  purpose.consent !== null || Object.values(purpose.basis).includes('consent')

function Line({ purpose, said }: { purpose: Purpose; said: Consent | undefined }) {
  const { texts, pick, language } = useAppearance()
  const words = texts.dossier.consent
  const day = (at: string) => new Intl.DateTimeFormat(texts.languageTag, { dateStyle: 'medium' }).format(new Date(at))
  const column = columnOf(purpose, said)
  const bases = [...new Set(Object.values(purpose.basis))].map((basis) => texts.dossier.bases[basis] ?? basis)
  const note = needsConsent(purpose)
    ? (words.forms[purpose.consent ?? 'general'] ?? '')
    : bases.join(language === 'zh' ? '、' : ', ')
  return (
    <tr>
      <th scope="row">
        {pick(purpose.title)}
        <div className="note">{note}</div>
      </th>
      {COLUMNS.map((one) => (
        <td key={one} data-column={one} data-here={one === column || undefined}>
          {one === column ? (
            <>
              <Sign column={column} said={said} />
              {said && (
                <div className="note">
                  {said.expires_at ? words.until(day(said.expires_at)) : words.at(day(said.at))}
                </div>
              )}
            </>
          ) : (
            <span aria-hidden>·</span>
          )}
        </td>
      ))}
    </tr>
  )
}

function columnOf(purpose: Purpose, said: Consent | undefined): Column {
  if (!needsConsent(purpose)) return 'notNeeded'
  if (!said) return 'notAsked'
  return said.counts ? 'given' : 'refused'
}

function Sign({ column, said }: { column: Column; said: Consent | undefined }) {
  const { texts } = useAppearance()
  const words = texts.dossier.consent
  if (column === 'given') return <Word icon={<CheckOutlined aria-hidden />} text={words.given} />
  if (column === 'notAsked') return <Word icon={<QuestionOutlined aria-hidden />} text={words.notAsked} />
  if (column === 'notNeeded') return <Word icon={<SafetyOutlined aria-hidden />} text={words.notNeeded} />
  if (said?.state === 'withdrawn') return <Word icon={<UndoOutlined aria-hidden />} text={words.withdrawn} />
  const text = said?.state === 'given' ? words.expired : words.refused
  return <Word icon={<CloseOutlined aria-hidden />} text={text} />
}

const Word = ({ icon, text }: { icon: ReactNode; text: string }) => (
  <span className="matrix-word">
    {icon} {text}
  </span>
)
