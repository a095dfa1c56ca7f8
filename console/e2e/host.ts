// A page of another site with the consent widget on it, under a strict policy of its own.
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const SHOUXIN = new URL(process.env.SHOUXIN_URL ?? 'http://127.0.0.1:8080').origin

/** What is blocked until somebody agreed: says that it ran. */
const BLOCKED = "window.ran = [...(window.ran ?? []), document.currentScript.src.split('?')[1]]"
const INTEGRITY = `sha384-${createHash('sha384').update(BLOCKED).digest('base64')}`

export interface Host {
  origin: string
  stop(): Promise<void>
}

export interface On {
  /** Each with the purposes for which a script waits; the page of each is at `/` and its name. */
  notices: Record<string, string[]>
  language?: string
  direction?: 'ltr' | 'rtl'
  signals?: string
}

/** A site at the port that the server's settings name, or at any other. */
export async function host(on: On, port = Number(process.env.SHOUXIN_HOST_PORT ?? 8099)): Promise<Host> {
  const widget = await (await fetch(`${SHOUXIN}/api/v1/widget`)).json()
  const server: Server = createServer((request, response) => {
    if (request.url?.startsWith('/blocked.js')) {
      response.setHeader('Content-Type', 'text/javascript')
      response.end(BLOCKED)
    } else if (Object.keys(on.notices).some((name) => request.url === `/${name}`)) {
      response.setHeader('Content-Type', 'text/html; charset=utf-8')
      response.setHeader('Content-Security-Policy', policy())
      response.end(page(widget, on, request.url?.slice(1) ?? ''))
    } else {
      response.statusCode = 204
      response.end()
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const { port: bound } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${bound}`,
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  }
}

const policy = () =>
  `default-src 'none'; script-src 'self' ${SHOUXIN}; connect-src ${SHOUXIN}; img-src 'self'; style-src 'self'; ` +
  "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types shouxin-consent"

function page(widget: { url: string; integrity: string }, on: On, notice: string): string {
  const { notices, language = 'zh-CN', direction = 'ltr', signals = '' } = on
  const blocked = (notices[notice] ?? []).map(
    (purpose) =>
      `<script type="text/plain" data-purpose="${purpose}" data-src="/blocked.js?${purpose}" ` +
      `data-integrity="${INTEGRITY}"></script>`,
  )
  return `<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><title>商城</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script type="module" src="${SHOUXIN}${widget.url}" integrity="${widget.integrity}" crossorigin></script>
</head><body><main><h1>商城</h1><p><a href="#a">商品</a></p>${blocked.join('')}</main>
<shouxin-consent notice="${notice}" signals="${signals}"></shouxin-consent></body></html>`
}
