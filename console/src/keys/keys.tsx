// Keys: how old they are, what hangs on them, what is being done about it, and whether what was kept can be used.
import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { Page } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { useAppearance } from '../texts'
import '../people/people.css'
import { Backups } from './backups'
import { Destructions } from './destructions'
import { Examine } from './examine'
import { Inventory } from './inventory'
import { Jobs } from './jobs'
import './keys.css'
import { Keyring } from './keyring'

export function Keys() {
  const { texts } = useAppearance()
  const { me } = useSession()
  const t = texts.people.keys
  const inventory = useQuery({ queryKey: ['keys'], queryFn: () => answer(api.GET('/api/v1/keys/inventory')) })
  const keys = inventory.data?.keys
  const turns = may(me, 'POST', '/api/v1/keys/rotations')
  return (
    <Page title={t.title} lead={turns ? t.lead : t.leadOthers}>
      {inventory.isError && <ProblemNote error={inventory.error} onRetry={() => void inventory.refetch()} />}
      <div className="columns">
        <div>
          {keys && [keys, ...(keys.apart ?? [])].map((ring) => <Keyring key={ring.keyring} ring={ring} turns={turns} />)}
          {may(me, 'GET', '/api/v1/jobs') && <Jobs />}
          {may(me, 'POST', '/api/v1/keys/epochs/{epoch}/destructions') && <Destructions />}
        </div>
        <div>
          {may(me, 'GET', '/api/v1/backups') && <Backups />}
          {may(me, 'POST', '/api/v1/examinations') && <Examine />}
        </div>
      </div>
      <Inventory inventory={inventory.data} pending={inventory.isPending} />
    </Page>
  )
}
