// What drawn charts share: how wide there is room, a round scale, and days of China as people write them.
import { useEffect, useState } from 'react'

/** The width of an element in pixels, anew whenever it changes. */
export function useWidth(holder: { current: HTMLElement | null }, least = 240): number {
  const [width, setWidth] = useState(640)
  useEffect(() => {
    const element = holder.current
    if (!element) return
    const watch = new ResizeObserver(([one]) => one && setWidth(Math.max(least, Math.floor(one.contentRect.width))))
    watch.observe(element)
    return () => watch.disconnect()
  }, [holder, least])
  return width
}

/** An even, round number of at least this: half of it is a whole number too. */
export function ceiling(most: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(1, most)))
  const round = [2, 4, 6, 10].map((step) => step * size).find((step) => step >= most) ?? most
  return Math.max(2, Math.ceil(round / 2) * 2)
}

/** The zone whose calendar days the server counts by. */
export const CHINA = 'Asia/Shanghai'
