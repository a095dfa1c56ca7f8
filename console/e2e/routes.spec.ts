// Every screen, in both themes: nothing that WCAG 2.2 AA forbids, and nothing the browser complains about.
import { accessible, as, test } from './console'
import { SCREENS, show, showAgain } from './screens'

for (const screen of SCREENS) {
  test(`${screen.name} is accessible, light in Chinese and dark in English`, async ({ page }) => {
    await as(page, screen.as)
    const address = await show(page, screen, 'light', 'zh')
    await test.step('light zh', () => accessible(page))
    await showAgain(page, screen, address, 'dark', 'en')
    await test.step('dark en', () => accessible(page))
  })
}
