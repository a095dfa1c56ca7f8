// A plan shown whole: each change, what it does to stored data, and which reads it would end.
import { Alert } from 'antd'
import type { Schemas } from '../api/client'
import type { Register } from '../api/register'
import { useAppearance } from '../texts'
import { Changes } from './changes'
import { Flows } from './flows'
import { useNames } from './names'

export function Planned({ plan, register }: { plan: Schemas['PlanAnswer']; register: Register }) {
  const { texts } = useAppearance()
  const words = texts.map.propose
  const { changes, reach } = plan
  if (changes.length === 0) return <p>{words.planNone}</p>
  return (
    <div className="stack">
      <Alert type={plan.loosens ? 'warning' : 'success'} showIcon title={plan.loosens ? words.looser : words.tighter} />
      {plan.unweighed && plan.unweighed.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={words.unweighed}
          description={
            <ul className="map-plain">
              {plan.unweighed.map((missing) => (
                <li key={missing}>{missing}</li>
              ))}
            </ul>
          }
        />
      )}
      <Changes changes={changes} effects />
      {reach && <Reach reach={reach} register={register} />}
    </div>
  )
}

function Reach({ reach, register }: { reach: Schemas['PlanReach']; register: Register }) {
  const { texts } = useAppearance()
  const words = texts.map.propose
  const names = useNames(register)
  return (
    <>
      {reach.records.length > 0 && (
        <div>
          <h3>{words.records}</h3>
          <ul className="map-records">
            {reach.records.map(({ collection, records }) => (
              <li key={collection}>
                {names.collection(collection)} <strong>{words.recordCount(records ?? null)}</strong>
              </li>
            ))}
          </ul>
        </div>
      )}
      {reach.cut_off.length === 0 ? (
        <p className="note">{words.cutOffNone(reach.days)}</p>
      ) : (
        <div>
          <h3>{words.cutOff(reach.days)}</h3>
          <Flows flows={reach.cut_off} names={names} />
        </div>
      )}
      {reach.policies.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={words.policies}
          description={
            <ul className="map-plain">
              {reach.policies.map(({ at, message }) => (
                <li key={`${at} ${message}`}>
                  <code>{at}</code> {message}
                </li>
              ))}
            </ul>
          }
        />
      )}
    </>
  )
}
