// A scan of a system that nobody declared, as the command would write it; sent over the API.
import type { Page } from '@playwright/test'
import { done } from './api'

export interface Found {
  path: string[]
  what: Record<string, number>
  topics?: Record<string, number>
  rows?: number
}

/** A scan of 200 rows a place: kind or topic, and in how many of them. */
export function scanOf(source: string, found: readonly Found[], at = new Date()) {
  return {
    source: { name: source, kind: 'postgresql' },
    scanned_at: at.toISOString(),
    detector: 'rules 1+names 1',
    places: found.map(({ path, what, topics = {}, rows = 12_000 }) => ({
      path,
      rows,
      sampled: 200,
      declared_type: 'text',
      kinds: Object.entries(what).map(([kind, cells]) => ({
        kind,
        cells,
        low: Math.max(0, cells / 200 - 0.05),
        high: Math.min(1, cells / 200 + 0.05),
        confidence: 0.95,
      })),
      topics: Object.entries(topics).map(([topic, cells]) => ({ topic, cells })),
    })),
  }
}

const CRM: readonly Found[] = [
  { path: ['public', 'customer', 'mobile'], what: { PHONE: 197 } },
  { path: ['public', 'customer', 'name'], what: { PERSON: 190 } },
  { path: ['public', 'customer', 'email'], what: { EMAIL: 120, ID_CARD: 3 } },
  { path: ['public', 'service_note', 'remark'], what: { PHONE: 41, PERSON: 66, ADDRESS: 12 }, topics: { health: 4 } },
  { path: ['public', 'export_2023', 'contact'], what: { PHONE: 180 }, rows: 310_000 },
  { path: ['public', 'orders', 'batch_no'], what: { WAYBILL: 60 } },
  { path: ['public', 'returns', 'batch_no'], what: { WAYBILL: 55 } },
  { path: ['public', 'stock', 'batch_no'], what: { WAYBILL: 30 } },
  { path: ['public', 'audit', 'batch_no'], what: { WAYBILL: 20 } },
  { path: ['public', 'web_log', 'address'], what: { IP: 200 } },
  { path: ['public', 'orders', 'amount'], what: {} },
]

/** Sends the scan of `crm-db`; the officer is signed in. A second time it only is newer. */
export async function sendCrm(page: Page) {
  await done(page, 'officer', 'POST', '/api/v1/discoveries', scanOf('crm-db', CRM))
}
