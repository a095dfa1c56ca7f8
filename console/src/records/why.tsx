// Why a field is shown as it is: the rung that decided, in the place where people ask.
import { QuestionCircleOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button, Popover } from 'antd'
import type { FieldAnswer } from '../api/client'
import { Ladder } from '../explain/ladder'
import { Reasons } from '../shared/problem'
import { useAppearance } from '../texts'
import type { Texts } from '../texts/zh'

interface Props {
  one: FieldAnswer
  title: string
  /** The entry of the read that decided. */
  entry: number
  /** With the word beside the sign. */
  worded?: boolean
  onAsk?: (() => void) | undefined
}

/** What to do: asking for it where that would open it, otherwise what would change the rule. */
function adviceFor(texts: Texts, one: FieldAnswer, layer: string): string | undefined {
  const words = texts.dossier.ladder
  if (one.revealable || one.step_up) return words.ask
  return one.form === 'withheld' ? words.advice[layer] : words.noClear
}

export function Why({ one, title, entry, worded, onAsk }: Props) {
  const { texts } = useAppearance()
  const layer = one.because[0]?.layer ?? 'policy'
  const content = (
    <div className="why">
      <Ladder layer={layer} form={one.form} small />
      <Reasons because={one.because} />
      <p className="note why-advice">
        {adviceFor(texts, one, layer)}
      </p>
      <div className="why-foot">
        <Link to="/explain" search={{ read: `rd_${entry}`, field: one.field }}>
          {texts.dossier.ladder.toExplain}
        </Link>
        {onAsk && (
          <Button size="small" onClick={onAsk}>
            {texts.dossier.access.ask}
          </Button>
        )}
      </div>
    </div>
  )
  return (
    <Popover trigger="click" placement="leftTop" title={texts.dossier.of(title, texts.record.whyTitle)} content={content}>
      <Button
        type="text"
        size="small"
        icon={<QuestionCircleOutlined aria-hidden />}
        aria-label={texts.dossier.of(texts.record.why, title)}
        title={texts.record.why}
      >
        {worded ? texts.record.why : null}
      </Button>
    </Popover>
  )
}
