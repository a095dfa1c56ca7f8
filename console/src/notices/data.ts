// What the screens of notices ask the server, each in one place.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { answer, api, type Schemas } from '../api/client'
import { may } from '../session/may'
import { useSession } from '../session/session'
import { type Language, useAppearance } from '../texts'
import type { Bound, Paragraph } from './model'

export type Approval = Schemas['Approval']

/** Every notice, what no notice tells, and drafts; headings in the person's language. */
export function useNotices() {
  const { language } = useAppearance()
  return useQuery({
    queryKey: ['notices', 'list', language],
    queryFn: () => answer(api.GET('/api/v1/notices')),
    placeholderData: keepPreviousData,
  })
}

/** One version whole; the newest if none is named. */
export function useNotice(name: string, version: number | undefined, enabled = true) {
  const { language } = useAppearance()
  return useQuery({
    queryKey: ['notices', 'one', name, version, language],
    enabled,
    queryFn: async () => {
      const query = version === undefined ? {} : { version }
      const found = await answer(api.GET('/api/v1/notices/{name}', { params: { path: { name }, query } }))
      return { ...found, bound: found.bound as unknown as Bound }
    },
    placeholderData: keepPreviousData,
    retry: false,
  })
}

/** What a version shows in a language, paragraph by paragraph, as everybody may read it. */
export function useParagraphs(name: string, version: number | undefined, language: Language) {
  return useQuery({
    queryKey: ['notices', 'shown', name, version, language],
    enabled: version !== undefined,
    queryFn: async () => {
      const query = { version: version ?? 0, language }
      const shown = await answer(api.GET('/notices/{name}', { params: { path: { name }, query } }))
      return (shown as unknown as { paragraphs: Paragraph[] }).paragraphs
    },
    // A version never changes.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
}

/** Publications of notices that wait for a decision or for their act, the soonest to run out first. */
export function useProposals() {
  return useQuery({
    queryKey: ['approvals', 'notices'],
    queryFn: async () => {
      const { approvals } = await answer(api.GET('/api/v1/approvals', { params: { query: { limit: 500 } } }))
      const own = approvals.filter(({ act, state }) => act === 'notice' && (state === 'open' || state === 'approved'))
      return own.sort((one, other) => Date.parse(one.expires_at) - Date.parse(other.expires_at))
    },
    // Somebody else decides meanwhile.
    refetchInterval: 15_000,
  })
}

/** The notices that ship with the register's profile. */
export function useTemplates() {
  const { language } = useAppearance()
  return useQuery({
    queryKey: ['notices', 'templates', language],
    queryFn: async () => (await answer(api.GET('/api/v1/notice-templates'))).templates,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Whether the person writes and publishes notices. */
export const useMayEdit = (): boolean => may(useSession().me, 'PUT', '/api/v1/notices/{name}/draft')

/** What an approval of a notice binds: the server's own canonical JSON. */
export interface ProposalBody {
  notice: string
  version: number
  sha256: string
  register_version: number
  effective_at: string | null
  changes: { kind: string; purpose: string | null; zh: string; en: string }[]
  simulation: {
    at: string
    days: number
    entries: number
    looked_at: number
    reads_a_day: number
    purposes: (Omit<Schemas['NoticePurposeEffect'], 'title'> & { zh: string; en: string })[]
  }
}

export const bodyOf = (approval: Approval): ProposalBody => approval.body as unknown as ProposalBody
