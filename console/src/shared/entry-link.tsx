// An entry of the ledger by its number: a way there for those who may read the ledger.
import { Link } from '@tanstack/react-router'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { useAppearance } from '../texts'

export function EntryLink({ entry }: { entry: number }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  if (!may(me, 'GET', '/api/v1/ledger/entries')) return <>{texts.entry(entry)}</>
  return (
    <Link className="entry-link" to="/ledger" search={{ entry }}>
      {texts.entry(entry)}
    </Link>
  )
}
