/** The whole years of a period that the register keeps in days, leap days counted in full; `null` if it has none. */
export function yearsOf(days: number): number | null {
  const years = Math.floor(days / 365)
  const leap = days - years * 365
  return years > 0 && leap <= Math.ceil(years / 4) ? years : null
}
