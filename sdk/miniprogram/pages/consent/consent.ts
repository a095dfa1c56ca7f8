// A page that asks. Nothing is switched on before the person does it, and nothing takes effect before the receipt.
import { configuration, hostPrivacy, say, type Choice, type Config } from '../../lib/shouxin'

interface Switch {
  name: string
  on: boolean
}

interface Data {
  /** `host`: the host's own question comes first; `ask`; `done`; `failed`: counts as refused; `away`. */
  step: 'loading' | 'host' | 'ask' | 'done' | 'failed' | 'away'
  config: Config | null
  switches: Switch[]
  receipt: string
  /** Whether there is anything to agree to by one button. */
  hasAll: boolean
}

interface Self {
  data: Data
  setData(change: Partial<Data>): void
  session: string | undefined
  agree: ((agreed: boolean) => void) | undefined
  answer(choice: Choice): Promise<void>
}

const names = (config: Config) => config.purposes.map(({ name }) => name)

export const page = {
  data: { step: 'loading', config: null, switches: [], receipt: '', hasAll: false } as Data,
  session: undefined as string | undefined,
  agree: undefined as ((agreed: boolean) => void) | undefined,

  /** `session` comes from your server (`POST /api/v1/consent-sessions`) where the customer is signed in. */
  async onLoad(this: Self, query: { session?: string } = {}) {
    this.session = query.session
    try {
      const agreed = await hostPrivacy((answer) => {
        this.agree = answer
        this.setData({ step: 'host' })
      })
      if (!agreed) return this.setData({ step: 'away' })
      const config = await configuration(this.session)
      const on = config.said?.on ?? []
      const switches = names(config).map((name) => ({ name, on: on.includes(name) }))
      const hasAll = config.purposes.some(({ in_all }) => in_all)
      this.setData({ config, switches, hasAll, step: 'ask' })
    } catch {
      this.setData({ step: 'away' })
    }
  },

  onHostAgree(this: Self) {
    this.agree?.(true)
  },

  onHostRefuse(this: Self) {
    this.agree?.(false)
  },

  onContract() {
    wx.openPrivacyContract({})
  },

  onSwitch(this: Self, event: { currentTarget: { dataset: { name: string } }; detail: { value: boolean } }) {
    const { name } = event.currentTarget.dataset
    const turned = (one: Switch) => (one.name === name ? { name, on: event.detail.value } : one)
    this.setData({ switches: this.data.switches.map(turned) })
  },

  async onRefuseAll(this: Self) {
    const { config } = this.data
    if (config) await this.answer({ on: [], off: names(config), all: true })
  },

  async onSave(this: Self) {
    const chosen = (wanted: boolean) => this.data.switches.filter(({ on }) => on === wanted).map(({ name }) => name)
    await this.answer({ on: chosen(true), off: chosen(false), all: false })
  },

  /** What needs a consent of its own is no part of it. */
  async onAgreeToAll(this: Self) {
    const plain = this.data.config?.purposes.filter(({ in_all }) => in_all) ?? []
    await this.answer({ on: plain.map(({ name }) => name), off: [], all: true })
  },

  async answer(this: Self, choice: Choice) {
    const { config } = this.data
    if (!config) return
    try {
      const { receipt, on } = await say(config.token, choice, this.session)
      const switches = names(config).map((name) => ({ name, on: on.includes(name) }))
      this.setData({ step: 'done', receipt, switches })
    } catch {
      this.setData({ step: 'failed', switches: names(config).map((name) => ({ name, on: false })) })
    }
  },
}

// The host registers pages by this function; the tests have none.
if (typeof Page === 'function') Page(page)
