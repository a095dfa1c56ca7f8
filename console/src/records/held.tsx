// Why a field is held, until when, and who may change that.
import { Popover, Tag } from 'antd'
import type { ReactNode } from 'react'
import { type DeclaredField, needs, type Register } from '../api/register'
import { useAppearance } from '../texts'
import { Level } from './values'

interface Props {
  register: Register
  field: string
  declared: DeclaredField
}

/** The field's name; behind it, what is declared of it. */
export function Held({ register, field, declared }: Props) {
  const { texts, pick } = useAppearance()
  const title = pick(declared.title)
  return (
    <Popover
      trigger="click"
      placement="rightTop"
      title={texts.record.held(title)}
      content={<Facts register={register} field={field} declared={declared} />}
    >
      <button type="button" className="held">
        {title}
      </button>
    </Popover>
  )
}

function Facts({ register, field, declared }: Props) {
  const { texts, pick, language } = useAppearance()
  const words = texts.dossier.held
  const { days, from, rule } = declared.retention
  const purposes = register.purposes.filter((purpose) => needs(purpose, field))
  const rows: [string, ReactNode][] = [
    [
      words.class,
      <>
        <Level declared={declared} /> {texts.record.level(declared.level)}
        {declared.second_factor && <span className="note"> · {words.guarded}</span>}
      </>,
    ],
    [
      words.purposes,
      purposes.length === 0 ? (
        words.noPurpose
      ) : (
        <span className="tags">
          {purposes.map((purpose) => (
            <Tag key={purpose.name}>{pick(purpose.title)}</Tag>
          ))}
        </span>
      ),
    ],
    [words.scene, pick(declared.scene)],
    [words.until, texts.keep(days, texts.keepFrom[from] ?? from)],
    [words.rule, <Rule key="rule" rule={rule} />],
    [
      words.owner,
      <>
        {half(declared.owner, language)}
        <div className="note">{words.ownerNote}</div>
      </>,
    ],
  ]
  return (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The law and its article; what the deployment adds to it stands in English only. */
function Rule({ rule }: { rule: string }) {
  const { texts, language } = useAppearance()
  const [cited, more] = rule.split(/:\s*/, 2)
  const [, law, article] = /^([A-Z0-9]+) (\d+)$/.exec(cited ?? '') ?? []
  const name = law === undefined ? undefined : texts.dossier.laws[law]
  const cite = name ? `${name}${/^[A-Za-z]/.test(name) ? '' : ' '}${article}${texts.dossier.article ? ` ${texts.dossier.article}` : ''}` : cited
  const house = more?.includes('house rule') ? ` · ${texts.dossier.houseRule}` : ''
  return <>{language === 'en' && more ? `${cite}: ${more}` : `${cite}${house}`}</>
}

/** Units are declared in both languages, one after the other. */
export const half = (text: string, language: 'zh' | 'en'): string => {
  const [zh, en] = text.split(' / ', 2)
  return (language === 'en' ? en : zh) ?? text
}
