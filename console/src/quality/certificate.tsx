// What came of a check: figures with their intervals, the digest that the ledger holds, to be printed or taken along.
import { CheckCircleOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import type { Schemas } from '../api/client'
import { useRoleTitle } from '../shared/colleagues'
import { EntryLink } from '../shared/entry-link'
import { Facts } from '../shared/facts'
import { Panel } from '../shared/page'
import { save } from '../shared/save'
import { useAppearance } from '../texts'
import { useQualifying } from '../texts/qualifying'

type Figure = Schemas['QualityFigure'] | null | undefined

export function CertificatePanel({ of }: { of: Schemas['QualityCheck'] }) {
  const { moment } = useAppearance()
  const t = useQualifying()
  const role = useRoleTitle()
  const own = useQuery({
    queryKey: ['quality', of.check, 'digest', of.certified],
    enabled: typeof of.certified === 'string',
    queryFn: () => digestOf(of.certified ?? ''),
  })
  const { certificate: c } = of
  if (!c) return null
  const rows: [name: string, figure: Figure, unit: 'share' | 'plain'][] = [
    [t.rows.left, c.left, 'share'],
    [t.rows.over, c.over_per_thousand, 'plain'],
    [t.rows.clean, c.clean_texts, 'share'],
    [t.rows.f1, c.f1, 'plain'],
    [t.rows.kappa, c.kappa, 'plain'],
  ]
  return (
    <div className="quality-certificate">
      <Panel
        title={t.certificate}
        extra={
          <div className="acts">
            <Button onClick={() => window.print()}>{t.print}</Button>
            <Button onClick={() => save(new Blob([of.certified ?? ''], { type: 'application/json' }), `${of.check}.json`)}>{t.download}</Button>
          </div>
        }
      >
        <div className="stack">
          {own.data !== undefined &&
            (own.data === of.digest ? (
              <p className="verdict-line tone-ok">
                <CheckCircleOutlined aria-hidden /> {t.verified}
              </p>
            ) : (
              <Alert type="error" showIcon role="alert" title={t.altered} />
            ))}
          <Facts
            rows={[
              [t.facts.closedAt, moment(c.closed_at)],
              [t.facts.texts, c.texts.toLocaleString()],
              [t.facts.chars, t.charsOf(c.chars, c.personal_chars)],
              [t.facts.annotators, t.annotatorsOf(c.annotators, c.annotator_roles.map(role).join(' · '))],
              [t.facts.agreed, `${c.agreed} / ${c.settled_by_third} / ${c.settled_jointly}`],
              [t.facts.skipped, of.skipped > 0 ? of.skipped : null],
              [t.facts.detector, of.detector],
              [t.facts.register, c.register_version],
              [t.facts.entry, of.entry != null ? <EntryLink key="entry" entry={of.entry} /> : null],
              [t.facts.digest, <code key="digest" className="quality-digest">{of.digest}</code>],
            ]}
          />
        </div>
      </Panel>
      <Panel title={t.figures} note={t.method} flush>
        <div className="table-scroll">
          <table className="table" aria-label={t.figures}>
            <thead>
              <tr>
                <th scope="col">{t.figure}</th>
                <th scope="col">{t.value}</th>
                <th scope="col">{t.interval}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, figure, unit]) => (
                <tr key={name}>
                  <td>{name}</td>
                  <td>{figure ? <strong>{shown(figure.value, unit)}</strong> : <span className="note">{t.notKnown}</span>}</td>
                  <td>{figure && <Interval of={figure} unit={unit} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
      <Panel title={t.byKind} flush>
        <div className="table-scroll">
          <table className="table" aria-label={t.byKind}>
            <thead>
              <tr>
                <th scope="col">{t.kind}</th>
                <th scope="col">{t.gold}</th>
                <th scope="col">{t.foundByDetector}</th>
                <th scope="col">{t.right}</th>
                <th scope="col">F1</th>
              </tr>
            </thead>
            <tbody>
              {c.kinds.map((one) => (
                <tr key={one.kind}>
                  <td>{t.kinds[one.kind] ?? one.kind}</td>
                  <td>{one.gold.toLocaleString()}</td>
                  <td>{one.found.toLocaleString()}</td>
                  <td>{one.right.toLocaleString()}</td>
                  <td>{one.f1 ? <Interval of={one.f1} unit="plain" value /> : <span className="note">{t.notKnown}</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
    </div>
  )
}

const shown = (value: number, unit: 'share' | 'plain') => (unit === 'share' ? `${(value * 100).toFixed(1)}%` : value.toFixed(2))

function Interval({ of, unit, value }: { of: Schemas['QualityFigure']; unit: 'share' | 'plain'; value?: boolean }) {
  return (
    <span className="nowrap">
      {value && <strong>{shown(of.value, unit)} </strong>}
      {shown(of.low, unit)} – {shown(of.high, unit)}
    </span>
  )
}

/** SHA-256 as the ledger entry writes it: base64url without padding. */
async function digestOf(text: string): Promise<string> {
  const { sha256 } = await import('@noble/hashes/sha2.js')
  const bytes = sha256(new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
