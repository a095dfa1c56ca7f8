// What waits for a decision, of whatever kind, as one list: the soonest to run out first.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../api/client'

export type Approval = Schemas['Approval']
export type Review = Schemas['Review']
export type Grant = Schemas['Grant']

/** How long a proposal waits for its decision, an approval for its act, and a review at most, in seconds. */
const WAITS = 3 * 86_400
const APPROVED = 86_400

export type Item =
  | { kind: 'approval'; id: string; at: string; total: number; approval: Approval }
  | { kind: 'review'; id: string; at: string; total: number; review: Review }

const ofApproval = (approval: Approval): Item => ({
  kind: 'approval',
  id: approval.approval,
  at: approval.expires_at,
  total: approval.state === 'approved' ? APPROVED : WAITS,
  approval,
})

const ofReview = (review: Review): Item => ({
  kind: 'review',
  id: review.emergency,
  at: review.due_at,
  total: (Date.parse(review.due_at) - Date.parse(review.opened_at)) / 1000,
  review,
})

/** Everything that still waits, kept fresh. */
export function useWaiting() {
  const approvals = useQuery({
    queryKey: ['approvals', 'waiting'],
    queryFn: () => answer(api.GET('/api/v1/approvals', { params: { query: { limit: 500 } } })),
    refetchInterval: 30_000,
  })
  const reviews = useQuery({
    queryKey: ['reviews', 'due'],
    queryFn: () => answer(api.GET('/api/v1/reviews', { params: { query: { limit: 500 } } })),
    refetchInterval: 30_000,
  })
  const items = [
    ...(approvals.data?.approvals ?? []).map(ofApproval),
    ...(reviews.data?.reviews ?? []).map(ofReview),
  ].sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
  return { approvals, reviews, items, pending: approvals.isPending || reviews.isPending }
}

/** What is over, newest first, a page at a time. */
export function usePast() {
  const approvals = useInfiniteQuery({
    queryKey: ['approvals', 'all'],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/approvals', {
          params: { query: { all: true, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  })
  const reviews = useQuery({
    queryKey: ['reviews', 'all'],
    queryFn: () => answer(api.GET('/api/v1/reviews', { params: { query: { all: true, limit: 500 } } })),
  })
  const over = (approvals.data?.pages ?? [])
    .flatMap((page) => page.approvals)
    .filter(({ state }) => state !== 'open' && state !== 'approved')
  const done = (reviews.data?.reviews ?? []).filter(({ finding }) => finding)
  const began = (item: Item) => Date.parse(item.kind === 'approval' ? item.approval.requested_at : item.review.opened_at)
  const items = [...over.map(ofApproval), ...done.map(ofReview)].sort((one, other) => began(other) - began(one))
  return { approvals, reviews, items, pending: approvals.isPending || reviews.isPending }
}
