// Where a value could be left behind by a page: all of it is looked through.
import type { Page } from '@playwright/test'

/** The places in which a value stands, in any of the spellings that a browser gives it; none is what is wanted. */
export async function tracesOf(page: Page, value: string): Promise<string[]> {
  const spellings = [value, encodeURIComponent(value), Buffer.from(value).toString('base64').replace(/=+$/, '')]
  const held = await page.evaluate(HOLDINGS)
  const places = Object.entries({ ...held, serialized: await page.content() })
  const cookies = JSON.stringify(await page.context().cookies())
  return [...places, ['cookies', cookies] as const]
    .filter(([, text]) => spellings.some((spelling) => text.includes(spelling)))
    .map(([place]) => place)
}

/** Everything that the page and its origin hold, each place as one text. Runs in the page. */
const HOLDINGS = async (): Promise<Record<string, string>> => {
  const tree = (root: Node): string => {
    let text = ''
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ALL)
    for (let node: Node | null = walker.currentNode; node; node = walker.nextNode()) {
      text += `${node.nodeValue ?? ''}\n`
      if (!(node instanceof Element)) continue
      for (const { value } of node.attributes) text += `${value}\n`
      // What is typed stands in no attribute; what is in a shadow in no tree.
      if ('value' in node) text += `${node.value}\n`
      if (node.shadowRoot) text += tree(node.shadowRoot)
    }
    return text
  }
  const promised = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  let indexed = ''
  for (const { name } of await indexedDB.databases()) {
    if (!name) continue
    const base = await promised(indexedDB.open(name))
    for (const store of base.objectStoreNames) {
      const objects = base.transaction(store).objectStore(store)
      indexed += JSON.stringify([await promised(objects.getAllKeys()), await promised(objects.getAll())])
    }
    base.close()
  }
  let cached = ''
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) {
      cached += request.url + (await (await cache.match(request))?.text())
    }
  }
  let http = ''
  const seen = performance.getEntriesByType('resource').map(({ name }) => name)
  for (const url of new Set([...seen, location.href])) {
    if (!url.startsWith(location.origin)) continue
    try {
      // What the browser itself kept of an answer, without asking the server.
      const kept = await fetch(url, { cache: 'only-if-cached', mode: 'same-origin' })
      if (kept.ok) http += await kept.text()
    } catch {
      // Nothing was kept.
    }
  }
  const workers = (await navigator.serviceWorker?.getRegistrations())?.map(({ scope }) => scope)
  return {
    dom: tree(document),
    local: JSON.stringify({ ...localStorage }),
    session: JSON.stringify({ ...sessionStorage }),
    indexed,
    cached,
    http,
    address: JSON.stringify([location.href, history.state, document.title, window.name, document.referrer]),
    resources: JSON.stringify(seen),
    workers: JSON.stringify(workers ?? []),
  }
}
