// A version of a notice by its title, with the way to its public page: what the customer was shown stays there.
import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client'
import { useAppearance } from '../../texts'
import { useSaid } from './texts'

/** Every version of every notice, titles in the person's language. */
export function useNotices() {
  const { language } = useAppearance()
  return useQuery({
    queryKey: ['said', 'notices', language],
    queryFn: () => answer(api.GET('/api/v1/notices')),
    staleTime: 60_000,
  })
}

export function NoticeLink({ shown, label }: { shown: { name: string; version: number } | null; label?: string }) {
  const t = useSaid()
  const notices = useNotices()
  if (!shown) return <span className="note">{t.noNotice}</span>
  const { name, version } = shown
  const known = notices.data?.notices.find((one) => one.name === name && one.version === version)
  const title = known?.title ?? name
  return (
    <>
      {label !== undefined && <span className="note">{label} </span>}
      <a
        href={`/notices/${encodeURIComponent(name)}?version=${version}`}
        target="_blank"
        rel="noopener"
        aria-label={t.openNotice(title, version)}
      >
        {t.notice(title, version)}
      </a>
    </>
  )
}
