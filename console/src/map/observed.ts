// What was really read, as the server counted it from the ledger.
import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import { may } from '../session/may'
import { useSession } from '../session/session'

/** Uses of the last days; asked for by whom it is permitted only. While the server still counts, asked again. */
export function useObserved(days: number) {
  const { me } = useSession()
  return useQuery({
    queryKey: ['observed', days],
    queryFn: () => answer(api.GET('/api/v1/register/observations', { params: { query: { days } } })),
    enabled: may(me, 'GET', '/api/v1/register/observations'),
    refetchInterval: ({ state }) => ((state.data?.behind ?? 0) > 0 ? 2_000 : false),
    staleTime: 30_000,
    retry: false,
  })
}

/** The days that declared things are held against where nobody chooses. */
export const USUAL_DAYS = 30
