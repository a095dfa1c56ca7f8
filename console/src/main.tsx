import { StyleProvider } from '@ant-design/cssinjs'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { App, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { StrictMode, useMemo, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import './generated/antd.css'
import './theme/tokens.css'
import './theme/app.css'
import { ProblemError } from './api/client'
import { router } from './router'
import { AppearanceProvider, useAppearance } from './texts'
import { themeOf } from './theme/theme'

// Each look at a person is an entry in the ledger: nothing is asked twice behind the person's back.
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (count, error) => count < 2 && error instanceof ProblemError && error.problem.code === 'unreachable',
    },
  },
})

// antd writes the variables of its themes into the page itself, where the content policy refuses them. They
// are in the static file already: here they land in an element that is in no page.
const nowhere = document.createElement('div')

const still = window.matchMedia('(prefers-reduced-motion: reduce)')
const onStill = (told: () => void) => {
  still.addEventListener('change', told)
  return () => still.removeEventListener('change', told)
}

function Themed() {
  const { language, dark } = useAppearance()
  const reduced = useSyncExternalStore(onStill, () => still.matches)
  const theme = useMemo(() => themeOf(dark, reduced), [dark, reduced])
  return (
    <ConfigProvider theme={theme} locale={language === 'zh' ? zhCN : enUS} button={{ autoInsertSpace: false }}>
      <App>
        <RouterProvider router={router} />
      </App>
    </ConfigProvider>
  )
}

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <StyleProvider container={nowhere}>
        <QueryClientProvider client={queries}>
          <AppearanceProvider>
            <Themed />
          </AppearanceProvider>
        </QueryClientProvider>
      </StyleProvider>
    </StrictMode>,
  )
}
