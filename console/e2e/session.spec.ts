import { accessible, as, expect, signIn, test } from './console'
import { code, persona } from './personas'

test('whoever is new activates, enrols a second factor, keeps the recovery codes, and is in', async ({ page }) => {
  // An administrator opens the account over the API.
  await as(page, 'sysadmin')
  const opened = await page.evaluate(async () => {
    const me = await (await fetch('/api/v1/me')).json()
    const answer = await fetch('/api/v1/staff', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': me.person.csrf },
      body: JSON.stringify({ login: 'new.colleague', name: '新同事', site: 'SH01' }),
    })
    return answer.json()
  })
  await page.context().clearCookies()
  await page.goto('/console/')
  await page.getByRole('button', { name: /激活码/ }).click()
  await page.getByLabel('激活码').fill(opened.activation_code)
  await page.getByLabel('设置密码').fill('correct horse 电池 staple')
  await page.getByLabel('再次输入密码').fill('correct horse 电池 staple')
  await accessible(page)
  await page.getByRole('button', { name: '开通', exact: true }).click()
  await expect(page.getByText('您的登录名是 new.colleague')).toBeVisible()
  await page.getByRole('button', { name: '前往登录' }).click()

  await page.getByLabel('账号').fill('new.colleague')
  await page.getByLabel('密码').fill('correct horse 电池 staple')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page.getByRole('img', { name: '动态口令二维码' })).toBeVisible()
  await accessible(page)
  await page.getByText('无法扫描').click()
  const secret = await page.locator('.qr-key code').innerText()
  await page.getByLabel('六位动态口令').fill(await code(secret.replaceAll(' ', '')))
  await page.getByRole('button', { name: '完成绑定' }).click()

  const codes = page.locator('.recovery-codes li')
  await expect(codes).toHaveCount(10)
  const first = await codes.first().innerText()
  await accessible(page)
  await expect(page.getByRole('button', { name: '继续' })).toBeDisabled()
  await page.getByLabel('我已妥善保存').check()
  await page.getByRole('button', { name: '继续' }).click()
  await expect(page.getByRole('navigation', { name: '主导航' })).toBeVisible()
  // Shown once: nothing of them stays in the page.
  expect(await page.content()).not.toContain(first)
})

test('a wrong password and a wrong code are refused in plain words', async ({ page }) => {
  await page.goto('/console/')
  await page.getByLabel('账号').fill('manager')
  await page.getByLabel('密码').fill('not the password')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('不正确')
  await accessible(page)
})

test('language and theme change before signing in, and stay', async ({ page }) => {
  await page.goto('/console/')
  await page.getByRole('button', { name: /English/ }).click()
  await expect(page.getByRole('heading', { name: 'Sign in to the console' })).toBeVisible()
  await page.getByRole('button', { name: 'Switch to dark' }).click()
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await accessible(page)
})

test('whoever does nothing is warned, may stay, and is signed out in the end', async ({ page }) => {
  await page.clock.install()
  let answered = Date.now()
  page.on('response', () => {
    answered = Date.now()
  })
  await signIn(page, 'director')
  // An answer that comes after the leap would count as use.
  await expect.poll(() => Date.now() - answered).toBeGreaterThan(1500)
  await page.clock.fastForward(28 * 60_000 + 5_000)
  const warning = page.getByRole('dialog')
  await expect(warning).toContainText('会话即将结束')
  await accessible(page)
  await warning.getByRole('button', { name: '继续工作' }).click()
  await expect(warning).toBeHidden()
  await page.clock.fastForward(31 * 60_000)
  await expect(page.getByText('会话已结束')).toBeVisible()
  await expect(page.getByRole('heading', { name: '登录控制台' })).toBeVisible()
})

test('new recovery codes ask for the second factor when it is old, and nothing happens if it is not shown', async ({
  page,
}) => {
  await as(page, 'clerk')
  await page.goto('/console/account')
  let asked = 0
  await page.route('**/api/v1/me/recovery-codes', async (route) => {
    // The first answer is the server's own to a second factor that is ten minutes old.
    asked += 1
    if (asked > 1) return route.continue()
    const problem = {
      type: 'urn:shouxin:problem:second-factor-required',
      title: '需要出示第二因素',
      status: 403,
      code: 'second-factor-required',
    }
    return route.fulfill({ status: 403, contentType: 'application/problem+json', json: problem })
  })
  await page.getByRole('button', { name: '重新生成恢复码' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('再次出示第二因素')
  await accessible(page)
  await dialog.getByLabel('六位动态口令').fill(await code(persona('clerk').totp))
  await dialog.getByRole('button', { name: '确认' }).click()
  await expect(page.locator('.recovery-codes li')).toHaveCount(10)
})

test('signing out forgets, and the address alone shows nothing', async ({ page }) => {
  await signIn(page, 'manager')
  await page.getByRole('button', { name: /manager/ }).click()
  await page.getByRole('menuitem', { name: '退出登录' }).click()
  await expect(page.getByRole('heading', { name: '登录控制台' })).toBeVisible()
  await page.goto('/console/account')
  await expect(page.getByRole('heading', { name: '登录控制台' })).toBeVisible()
})
