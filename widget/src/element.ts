// <shouxin-consent>: the banner, the panel, and the button that stays.
import { agreeToAll, each, hasAll, held, refuseAll } from './choice'
import { release, signal } from './effect'
import { keep, kept } from './kept'
import { config, Refused, say, type Choice, type Config, type Place, type Purpose, type Who } from './protocol'
import { CSS } from './style'
import { texts, type Texts } from './texts'

/** What is on now, and why. */
export interface State {
  /** `said`: now; `known`: before, as the server has it; `unsaid`; `failed`: counts as refused; `away`. */
  because: 'said' | 'known' | 'unsaid' | 'failed' | 'away'
  on: string[]
  off: string[]
  gpc: boolean
  version?: number
  receipt?: string
}

type Act = [string, (() => Choice) | undefined]

type Attributes = Record<string, string | boolean | EventListener>

/** An element with attributes, listeners (`onclick`) and children; texts are text, never markup. */
function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key.slice(2), value)
    else if (value !== false) element.setAttribute(key, value === true ? '' : value)
  }
  element.append(...children)
  return element
}

/** How long a note stays. */
const NOTE_MILLIS = 6000

const sheet = new CSSStyleSheet()
sheet.replaceSync(CSS)

export class Consent extends HTMLElement {
  /** Who the host says this is: a token of `POST /api/v1/consent-sessions`. */
  session: string | undefined

  /** Gives a new `session` when the old one's time is over; a function of the host's page. */
  renew: (() => Promise<string>) | undefined

  #told: Config | undefined
  #now: State = { because: 'unsaid', on: [], off: [], gpc: false }
  #root = this.attachShadow({ mode: 'open' })
  #status = make('p', { role: 'status', class: 'box banner note' })
  #banner: HTMLElement | undefined
  #panel: HTMLDialogElement | undefined
  #pill: HTMLButtonElement | undefined
  #started = false

  connectedCallback() {
    if (this.#started) return
    this.#started = true
    this.#root.adoptedStyleSheets = [sheet]
    this.#signal('default', [])
    // What the page adds later is set free too, or stays blocked.
    new MutationObserver(() => release(this.#now.on)).observe(document, { childList: true, subtree: true })
    void this.reload()
  }

  /** Asks the server anew, for example after `session` was set: the host's customer signed in. */
  async reload() {
    const before = this.#root.activeElement === this.#pill
    this.session ??= this.getAttribute('session') ?? undefined
    let told: Config
    try {
      told = await this.#named(() => config(this.#place, this.#who))
    } catch {
      this.#told = undefined
      this.#become({ because: 'away', on: [], off: [], gpc: this.#gpc })
      this.#draw(false)
      return
    }
    this.#told = told
    const { unsaved } = kept(told.notice)
    const said = unsaved ? undefined : told.said
    const objected = told.purposes.filter((one) => held(one, this.#gpc)).map(({ name }) => name)
    const on = (said?.on ?? []).filter((name) => !objected.includes(name))
    const state = { on, off: said?.off ?? [], gpc: this.#gpc, version: told.version }
    this.#draw(told.ask || !!unsaved)
    if (before) this.#pill?.focus()
    this.#become({ because: said ? 'known' : 'unsaid', ...state })
  }

  /** Opens the panel. */
  async open() {
    if (!this.#told) await this.reload()
    if (this.#panel) this.#panel.showModal()
    else this.#alert(this.#texts.away)
  }

  /** What is on now. */
  state(): State {
    return structuredClone(this.#now)
  }

  get #place(): Place {
    const language = (this.lang || document.documentElement.lang || navigator.language).toLowerCase()
    return {
      // A module's own address: the server that it came from.
      server: this.getAttribute('server') ?? new URL(import.meta.url).origin,
      notice: this.getAttribute('notice') ?? '',
      language: language.startsWith('zh') ? 'zh' : 'en',
      through: this.getAttribute('through') ?? 'web',
    }
  }

  get #who(): Who {
    return { session: this.session, visitor: kept(this.#place.notice).visitor }
  }

  get #gpc(): boolean {
    const asked = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true
    return asked || this.#told?.gpc === true
  }

  get #texts(): Texts {
    return texts[this.#place.language]
  }

  /** Does it, and once more with a new session if the old one's time is over. */
  async #named<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401 || !this.session) throw error
      this.session = await this.renew?.()
      if (!this.session) throw error
      return act()
    }
  }

  #signal(step: 'default' | 'update', on: string[]) {
    signal(step, this.getAttribute('signals'), on)
  }

  /** The one place from which anything takes effect. */
  #become(state: State) {
    this.#now = state
    release(state.on)
    this.#signal('update', state.on)
    this.dispatchEvent(
      new CustomEvent('shouxin-consent', { bubbles: true, composed: true, detail: this.state() }),
    )
  }

  #draw(ask: boolean) {
    const t = this.#texts
    this.#root.replaceChildren()
    this.#banner = this.#panel = undefined
    this.#pill = make('button', { type: 'button', class: 'box pill', onclick: () => void this.open() }, t.settings)
    this.#pill.hidden = ask
    const box = make('div', { lang: this.#place.language })
    if (this.#told) {
      this.#banner = this.#drawBanner(this.#told, t)
      this.#banner.hidden = !ask
      this.#panel = this.#drawPanel(this.#told, t)
      box.append(this.#banner, this.#panel)
    }
    this.#status.textContent = ''
    box.append(this.#pill, this.#status)
    this.#root.append(box)
  }

  #drawBanner(told: Config, t: Texts): HTMLElement {
    return make(
      'section',
      { class: 'box banner', 'aria-label': t.title },
      make('h2', {}, t.title),
      make('p', {}, t.lead),
      make('p', {}, told.purposes.map(({ title }) => title).join(t.comma)),
      ...this.#aside(told, t),
      this.#acts(
        [t.refuse, () => refuseAll(told.purposes)],
        [t.choose, undefined],
        ...this.#agree(told, t),
      ),
    )
  }

  #drawPanel(told: Config, t: Texts): HTMLDialogElement {
    const said = this.#said(told)
    const switches = new Map<string, HTMLInputElement>()
    const rows = told.purposes.map((purpose, n) => {
      const toggle = this.#toggle(purpose, n)
      toggle.checked = said.includes(purpose.name) && !toggle.disabled
      switches.set(purpose.name, toggle)
      return this.#row(purpose, n, toggle, t)
    })
    const panel: HTMLDialogElement = make(
      'dialog',
      { class: 'box', 'aria-labelledby': 'title' },
      make(
        'div',
        { class: 'head' },
        make('h2', { id: 'title' }, t.title),
        make('button', { type: 'button', onclick: () => panel.close() }, t.close),
      ),
      make('p', {}, t.lead),
      ...this.#aside(told, t),
      ...rows,
      this.#acts(
        [t.refuse, () => refuseAll(told.purposes)],
        [t.save, () => each(told.purposes, this.#gpc, (name) => switches.get(name)?.checked === true)],
        ...this.#agree(told, t),
      ),
    )
    return panel
  }

  /** What was agreed to before; nothing is ticked that nobody ticked. */
  #said(told: Config): string[] {
    return kept(told.notice).unsaved ? [] : (told.said?.on ?? [])
  }

  #aside(told: Config, t: Texts): Node[] {
    const href = this.#place.server + told.page
    const link = make('a', { href, target: '_blank', rel: 'noopener' }, t.notice)
    const gpc = this.#gpc && told.purposes.some((one) => one.share) ? [make('p', {}, t.gpc)] : []
    return [...gpc, make('p', {}, link), make('p', { role: 'alert', class: 'warn' })]
  }

  #toggle(purpose: Purpose, n: number): HTMLInputElement {
    return make('input', {
      type: 'checkbox',
      role: 'switch',
      id: `s${n}`,
      'aria-describedby': `d${n}`,
      disabled: held(purpose, this.#gpc),
    })
  }

  #row(purpose: Purpose, n: number, toggle: HTMLInputElement, t: Texts): HTMLElement {
    const { title, text, fields, recipients, kept: until } = purpose
    const lines = [
      text,
      fields.length ? t.fields + fields.join(t.comma) : '',
      recipients.length ? t.recipients + recipients.join(t.comma) : '',
      until ? t.kept + until : '',
    ]
    const notes = [(purpose.sensitive ? t.sensitive : '') + (purpose.in_all ? '' : t.apart), held(purpose, this.#gpc) ? t.held : '']
    return make(
      'div',
      { class: 'row' },
      make(
        'div',
        {},
        make('h3', {}, make('label', { for: `s${n}` }, title)),
        make(
          'div',
          { id: `d${n}` },
          ...lines.filter(Boolean).map((line) => make('p', { class: 'muted' }, line)),
          ...notes.filter(Boolean).map((line) => make('p', {}, line)),
        ),
      ),
      toggle,
    )
  }

  /** Where everything needs a consent of its own there is nothing to agree to by one button. */
  #agree(told: Config, t: Texts): Act[] {
    return hasAll(told.purposes) ? [[t.agree, () => agreeToAll(told.purposes, this.#gpc)]] : []
  }

  /** Buttons, all alike; the one without a choice opens the panel. */
  #acts(...acts: Act[]): HTMLElement {
    const button = ([text, choice]: Act) => {
      const onclick = () => void (choice ? this.#answer(choice()) : this.open())
      return make('button', { type: 'button', onclick }, text)
    }
    return make('div', { class: 'acts' }, ...acts.map(button))
  }

  /** Receipt first, effect second. */
  async #answer(choice: Choice) {
    const told = this.#told
    if (!told) return
    const buttons = this.#root.querySelectorAll<HTMLButtonElement>('.acts button')
    buttons.forEach((one) => (one.disabled = true))
    this.#alert('')
    const { visitor } = kept(told.notice)
    try {
      const receipt = await this.#named(() => say(this.#place, told.token, choice, this.#gpc, this.#who))
      keep(told.notice, { visitor: receipt.visitor ?? visitor })
      const { on, off, gpc, version } = receipt
      const ran = this.#now.on.some((name) => !on.includes(name))
      this.#told = { ...told, ask: false, said: { on, off } }
      this.#draw(false)
      this.#become({ because: 'said', on, off, gpc, version, receipt: receipt.receipt })
      this.#pill?.focus()
      this.#tell(this.#texts.saved + (ran ? this.#texts.reload : ''))
    } catch (error) {
      // Until a receipt says otherwise it counts as refused, after the page is loaded again as well.
      keep(told.notice, { visitor, unsaved: true })
      buttons.forEach((one) => (one.disabled = false))
      const off = told.purposes.map(({ name }) => name)
      this.#become({ because: 'failed', on: [], off, gpc: this.#gpc, version: told.version })
      // Another version of the notice is in force, or this one was open for too long: it is shown anew.
      if (error instanceof Refused && error.status === 409) await this.reload()
      this.#alert(this.#texts.failed)
    }
  }

  /** Says aloud what went wrong, where the person is; of two alerts the hidden one is silent. */
  #alert(text: string) {
    const alerts = this.#root.querySelectorAll('[role=alert]')
    if (alerts.length) alerts.forEach((one) => (one.textContent = text))
    else this.#tell(text)
  }

  #tell(text: string) {
    this.#status.textContent = text
    setTimeout(() => (this.#status.textContent = ''), NOTE_MILLIS)
  }
}
