import { Consent } from './element'

if (!customElements.get('shouxin-consent')) customElements.define('shouxin-consent', Consent)

export { Consent }
