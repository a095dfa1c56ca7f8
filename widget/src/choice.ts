// What each button means.
import type { Choice, Purpose } from './protocol'

/** Whether a purpose stays off whatever is pressed: it gives data to others and the browser objects. */
export const held = (purpose: Purpose, gpc: boolean) => purpose.share && gpc

const names = (purposes: Purpose[]) => purposes.map(({ name }) => name)

export const refuseAll = (purposes: Purpose[]): Choice => ({ on: [], off: names(purposes), all: true })

/** Leaves out what needs a consent of its own: about that nothing is said. */
export const agreeToAll = (purposes: Purpose[], gpc: boolean): Choice => {
  const plain = purposes.filter(({ in_all }) => in_all)
  return {
    on: names(plain.filter((one) => !held(one, gpc))),
    off: names(purposes.filter((one) => held(one, gpc))),
    all: true,
  }
}

/** Whether there is anything to agree to by one button. */
export const hasAll = (purposes: Purpose[]) => purposes.some(({ in_all }) => in_all)

/** Each purpose by its own switch. */
export const each = (purposes: Purpose[], gpc: boolean, ticked: (name: string) => boolean): Choice => {
  const on = names(purposes.filter((one) => ticked(one.name) && !held(one, gpc)))
  return { on, off: names(purposes).filter((name) => !on.includes(name)), all: false }
}
