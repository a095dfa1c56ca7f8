// What a person said and what was done about them: one look, one entry of the ledger.
import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import { useAppearance } from '../texts'

export function useOverview(subject: string, purpose: string) {
  const { language } = useAppearance()
  return useQuery({
    // The language, for the titles of acts come in it.
    queryKey: ['overview', subject, purpose, language],
    queryFn: () =>
      answer(
        api.GET('/api/v1/subjects/{subject}/overview', {
          params: { path: { subject }, query: { purpose, days: 30, limit: 30 } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
}
