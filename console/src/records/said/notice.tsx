// A version of a notice, with the way to its public page: what the customer was shown stays there.
import { useSaid } from './texts'

export function NoticeLink({ shown, label }: { shown: { name: string; version: number } | null; label?: string }) {
  const t = useSaid()
  if (!shown) return <span className="note">{t.noNotice}</span>
  const { name, version } = shown
  return (
    <>
      {label !== undefined && <span className="note">{label} </span>}
      <a
        href={`/notices/${encodeURIComponent(name)}?version=${version}`}
        target="_blank"
        rel="noopener"
        aria-label={t.openNotice(name, version)}
      >
        {t.notice(name, version)}
      </a>
    </>
  )
}
