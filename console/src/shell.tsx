import { Frame } from './frame/frame'
import { PurposeProvider } from './frame/purpose'
import { SessionGate } from './session/session'

/** The way in, then the frame with its screen. */
export function Shell() {
  return (
    <SessionGate>
      <PurposeProvider>
        <Frame />
      </PurposeProvider>
    </SessionGate>
  )
}
