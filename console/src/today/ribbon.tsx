// The next fifteen days, with days of rest hatched and what runs out on each. The list beside it is its table twin.
import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { answer, api, type Schemas } from '../api/client'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import { chinaDay, type Duty, isUrgent } from './duties'

export function Ribbon({ duties, now }: { duties: readonly Duty[]; now: number }) {
  const { texts } = useAppearance()
  const calendar = useQuery({
    queryKey: ['calendar', chinaDay(now)],
    queryFn: () => answer(api.GET('/api/v1/calendar')),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (calendar.isError) return <ProblemNote error={calendar.error} onRetry={() => void calendar.refetch()} />
  if (!calendar.data) return <Skeleton active className="ribbon-wait" title={false} paragraph={{ rows: 2 }} />
  const { days } = calendar.data
  const unannounced = days.find(({ announced }) => !announced)
  return (
    // A region that scrolls on narrow screens must be reachable by keyboard.
    <section className="ribbon-box" aria-label={texts.today.ribbon} tabIndex={0}>
      <ol className="ribbon">
        {days.map((day, at) => (
          <Day key={day.date} day={day} isToday={at === 0} duties={onDay(duties, day.date, at === 0)} />
        ))}
      </ol>
      <p className="note ribbon-note">
        {texts.today.ribbonNote}
        {unannounced && <> · {texts.today.unannounced(unannounced.date.slice(0, 4))}</>}
      </p>
    </section>
  )
}

/** What runs out on this day; on the first also what is overdue. */
function onDay(duties: readonly Duty[], date: string, isToday: boolean): Duty[] {
  return duties.filter(({ ends_at }) => {
    // A period ends with a day, at the first moment of the next.
    const day = chinaDay(Date.parse(ends_at) - 1)
    return day === date || (isToday && day < date)
  })
}

function Day({ day, isToday, duties }: { day: Schemas['CalendarDay']; isToday: boolean; duties: readonly Duty[] }) {
  const { texts } = useAppearance()
  const rest = day.kind === 'weekend' || day.kind === 'holiday'
  const [, month, date] = day.date.split('-')
  const word = {
    weekend: texts.today.restDay,
    holiday: texts.today.holiday,
    'make-up': texts.today.makeUp,
  }[day.kind]
  const classes = ['ribbon-day', rest && 'ribbon-rest', isToday && 'ribbon-today', !day.announced && 'ribbon-unknown']
  const groups = grouped(duties)
  return (
    <li className={classes.filter(Boolean).join(' ')} aria-current={isToday ? 'date' : undefined}>
      <div className="ribbon-head">
        <span>{isToday ? texts.today.today : `${Number(month)}/${Number(date)}`}</span>
        <span className="ribbon-word">{word ?? texts.today.weekday(new Date(`${day.date}T00:00:00Z`).getUTCDay())}</span>
      </div>
      {groups.slice(0, MOST).map(({ kind, count, urgent, overdue }) => (
        <div key={kind} className={`ribbon-item ribbon-${overdue ? 'overdue' : urgent ? 'near' : 'on-time'}`}>
          {texts.today.kinds[kind]}
          {count > 1 && ` ×${count}`}
        </div>
      ))}
      {groups.length > MOST && <div className="note">{texts.today.more(groups.length - MOST)}</div>}
    </li>
  )
}

const MOST = 3

function grouped(duties: readonly Duty[]) {
  const groups = new Map<string, { kind: string; count: number; urgent: boolean; overdue: boolean }>()
  for (const duty of duties) {
    const before = groups.get(duty.kind) ?? { kind: duty.kind, count: 0, urgent: false, overdue: false }
    groups.set(duty.kind, {
      kind: duty.kind,
      count: before.count + 1,
      urgent: before.urgent || isUrgent(duty),
      overdue: before.overdue || duty.state === 'overdue',
    })
  }
  return [...groups.values()]
}
