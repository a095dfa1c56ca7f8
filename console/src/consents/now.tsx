// What counts now, by purpose: the numbers that reads are decided by at this moment.
import { Button } from 'antd'
import { type Purpose, usePurposeTitle, useRegister } from '../api/register'
import { Panel } from '../shared/page'
import { Table } from '../shared/table'
import { useConsenting } from '../texts/consenting'
import { Count } from './chart'
import { drawn, type PurposeSummary, type Rate, refusalOf, type Summary, TURNS, withdrawalNow } from './model'

interface Props {
  summary: Summary
  chosen: string | undefined
  onChoose: (purpose: string | undefined) => void
}

export function Now({ summary, chosen, onChoose }: Props) {
  const consenting = useConsenting()
  const title = usePurposeTitle()
  const register = useRegister()
  const t = consenting.consents
  const declared = (name: string): Purpose | undefined => register.data?.purposes.find((one) => one.name === name)
  return (
    <Panel title={t.now} note={t.nowNote} flush>
      <Table<PurposeSummary>
        label={t.now}
        empty={t.noPurposes}
        keyOf={({ purpose }) => purpose}
        rows={summary.purposes}
        columns={[
          {
            key: 'purpose',
            title: t.purpose,
            show: ({ purpose }) => (
              <>
                <Button
                  type="link"
                  className="row-link"
                  aria-pressed={purpose === chosen}
                  onClick={() => onChoose(purpose === chosen ? undefined : purpose)}
                >
                  {title(purpose)}
                </Button>
                <div className="note">{consenting.forms[declared(purpose)?.consent ?? ''] ?? t.notDeclared}</div>
              </>
            ),
          },
          { key: 'share', title: t.share, wide: true, show: (one) => <Share of={one} /> },
          ...TURNS.filter((turn) => turn !== 'spent').map((turn) => ({
            key: turn,
            title: consenting.turns[turn],
            ...(turn === 'given' || turn === 'refused' ? {} : { wide: true }),
            show: ({ now }: PurposeSummary) => <Count of={now.stands[turn]} />,
          })),
          { key: 'missing', title: t.missing, wide: true, show: ({ now }) => <Count of={now.missing} /> },
          { key: 'refusal', title: t.refusalRate, show: ({ now }) => <Percent rate={refusalOf(now.stands)} /> },
          { key: 'withdrawal', title: t.withdrawalRate, wide: true, show: ({ now }) => <Percent rate={withdrawalNow(now.stands)} /> },
        ]}
      />
    </Panel>
  )
}

/** A share in percent, in words that say how finely it is known. */
export function Percent({ rate }: { rate: Rate }) {
  const consenting = useConsenting()
  const t = consenting.rates
  if (rate.kind === 'few') return <span className="note nowrap">{t.few}</span>
  if (rate.kind === 'none') return <>0%</>
  return <span className="nowrap">{t[rate.kind](rate.percent)}</span>
}

/** Everybody who is held, by what they said: a bar whose parts are the columns beside it. */
function Share({ of }: { of: PurposeSummary }) {
  const parts = [...TURNS.map((turn) => ({ key: turn as string, count: drawn(of.now.stands[turn]) })), { key: 'missing', count: drawn(of.now.missing) }]
  const all = parts.reduce((sum, { count }) => sum + count, 0)
  let from = 0
  return (
    <svg className="consents-share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden>
      <rect data-colour="missing" width="100" height="10" />
      {parts.map(({ key, count }) => {
        const width = all === 0 ? 0 : (100 * count) / all
        const at = from
        from += width
        return <rect key={key} data-colour={key} x={at} width={width} height="10" />
      })}
    </svg>
  )
}
