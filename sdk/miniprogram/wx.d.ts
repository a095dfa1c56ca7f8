// What of the host's interface the sample uses. Source: the mini-program documentation of `wx.request`,
// `wx.getPrivacySetting` and `wx.onNeedPrivacyAuthorization`.
interface WxRequest {
  url: string
  method: 'GET' | 'POST'
  header: Record<string, string>
  data?: unknown
  timeout: number
  success(answer: { statusCode: number; data: unknown }): void
  fail(): void
}

type PrivacyAnswer = { event: 'agree' | 'disagree' | 'exposureAuthorization'; buttonId?: string }

interface Wx {
  request(request: WxRequest): void
  getStorageSync(key: string): unknown
  setStorageSync(key: string, value: unknown): void
  getPrivacySetting(request: { success(answer: { needAuthorization: boolean }): void; fail(): void }): void
  onNeedPrivacyAuthorization(act: (resolve: (answer: PrivacyAnswer) => void) => void): void
  openPrivacyContract(request: object): void
}

declare const wx: Wx
declare function Page(page: object): void
