/** The product's mark. Says nothing by itself: its name stands beside it. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className="mark">
      <rect width="32" height="32" rx="7" />
      <path d="M16 6l8 3v6c0 5.2-3.3 9-8 11-4.7-2-8-5.8-8-11V9z" />
      <path d="M12.3 15.8l2.7 2.7 4.8-5" />
    </svg>
  )
}
