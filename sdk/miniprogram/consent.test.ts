import { page as sample } from './pages/consent/consent'

const purposes = [
  { name: 'marketing-contact', title: '营销与关怀', text: '', fields: [], recipients: [], kept: '', sensitive: false, in_all: true, share: false },
  { name: 'roadside-rescue', title: '道路救援', text: '', fields: [], recipients: [], kept: '', sensitive: true, in_all: false, share: false },
]
const config = { notice: 'marketing', version: 3, title: '', page: '', token: 'shown', purposes, ask: true }

type Answer = { statusCode: number; data: unknown } | 'away'

/** A host that answers in turn, and a page in it. */
function open(needsHost: boolean, ...answers: Answer[]) {
  const asked: WxRequest[] = []
  const storage = new Map<string, unknown>()
  const log: string[] = []
  const wx: Wx = {
    request: (request) => {
      log.push('request')
      asked.push(request)
      const answer = answers.shift() ?? 'away'
      if (answer === 'away') request.fail()
      else request.success(answer)
    },
    getStorageSync: (key) => storage.get(key) ?? '',
    setStorageSync: (key, value) => void storage.set(key, value),
    getPrivacySetting: ({ success }) => {
      log.push('privacy')
      success({ needAuthorization: needsHost })
    },
    onNeedPrivacyAuthorization: () => undefined,
    openPrivacyContract: () => undefined,
  }
  vi.stubGlobal('wx', wx)
  const page = {
    ...sample,
    data: structuredClone(sample.data),
    setData(change: object) {
      Object.assign(page.data, change)
    },
  }
  return { page, asked, storage, log }
}

const receipt = (on: string[], off: string[]) => ({
  statusCode: 200,
  data: { receipt: 'cs_7', on, off, visitor: 'v1' },
})
const body = (request: WxRequest | undefined) => request?.data as Record<string, unknown>

afterEach(() => vi.unstubAllGlobals())

test('the host is asked first, and nothing is sent before the person agreed there', async () => {
  const { page, asked, log } = open(true, { statusCode: 200, data: config })
  const loading = page.onLoad({})
  await Promise.resolve()
  expect(page.data.step).toBe('host')
  expect(asked).toHaveLength(0)
  page.onHostAgree()
  await loading
  expect(log).toEqual(['privacy', 'request'])
  expect(page.data.step).toBe('ask')
})

test('whoever refuses the host is not asked by us and sends nothing', async () => {
  const { page, asked } = open(true)
  const loading = page.onLoad({})
  page.onHostRefuse()
  await loading
  expect([page.data.step, asked.length]).toEqual(['away', 0])
})

test('nothing is switched on that nobody switched on, and only the receipt takes effect', async () => {
  const { page, asked, storage } = open(false, { statusCode: 200, data: config }, receipt([], ['marketing-contact']))
  await page.onLoad({})
  expect(page.data.switches.every(({ on }) => !on)).toBe(true)
  page.onSwitch({ currentTarget: { dataset: { name: 'marketing-contact' } }, detail: { value: true } })
  await page.onSave()
  expect(body(asked[1])).toMatchObject({
    token: 'shown',
    on: ['marketing-contact'],
    off: ['roadside-rescue'],
    through: 'mini-program',
  })
  // The server's word counts, not the switch.
  expect(page.data).toMatchObject({ step: 'done', receipt: 'cs_7' })
  expect(page.data.switches[0]).toEqual({ name: 'marketing-contact', on: false })
  expect(storage.get('shouxin-consent')).toBe('v1')
})

test('agreeing to all leaves out what needs a consent of its own', async () => {
  const { page, asked } = open(false, { statusCode: 200, data: config }, receipt(['marketing-contact'], []))
  await page.onLoad({ session: 's1' })
  expect(asked[0]?.header['Shouxin-Visitor']).toBe('s1')
  await page.onAgreeToAll()
  expect(body(asked[1])).toMatchObject({ on: ['marketing-contact'], off: [], all: true, session: 's1' })
})

test.each<[string, Answer]>([
  ['the server is away', 'away'],
  ['the server refuses', { statusCode: 409, data: {} }],
])('when %s the choice counts as refused and is said so', async (_, answer) => {
  const { page } = open(false, { statusCode: 200, data: config }, answer)
  await page.onLoad({})
  await page.onAgreeToAll()
  expect(page.data.step).toBe('failed')
  expect(page.data.switches.every(({ on }) => !on)).toBe(true)
})

test('without a configuration nothing is asked', async () => {
  const { page } = open(false, 'away')
  await page.onLoad({})
  expect(page.data.step).toBe('away')
  await page.onRefuseAll()
  expect(page.data.step).toBe('away')
})
