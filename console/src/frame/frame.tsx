// What stands around every screen: navigation, search, purpose, theme, language, person.
import { DownOutlined, MenuOutlined, SafetyCertificateOutlined } from '@ant-design/icons'
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { Button, Drawer, Dropdown, type InputRef, Menu, Modal } from 'antd'
import { useRef, useState } from 'react'
import { useRegister } from '../api/register'
import { useSession } from '../session/session'
import { useAppearance } from '../texts'
import { TodayCount } from '../today/count'
import { Appearance } from './appearance'
import { type Command, Commands } from './commands'
import { useKeys } from './keys'
import { Mark } from './mark'
import { entriesFor, menuFor } from './nav'
import { usePurpose } from './purpose'
import { Search } from './search'

export function Frame() {
  const { texts } = useAppearance()
  const [drawer, setDrawer] = useState(false)
  const [commands, setCommands] = useState(false)
  const [shortcuts, setShortcuts] = useState(false)
  const box = useRef<InputRef>(null)
  const list = useCommands(() => setShortcuts(true))
  useKeys({
    'mod+k': () => setCommands(true),
    '/': () => box.current?.focus(),
    '?': () => setShortcuts(true),
  })
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {texts.skip}
      </a>
      <aside className="side">
        <Brand />
        <Navigation />
      </aside>
      <header className="top">
        <Button
          className="top-menu"
          type="text"
          icon={<MenuOutlined aria-hidden />}
          aria-label={texts.frame.openMenu}
          onClick={() => setDrawer(true)}
        />
        <Search box={box} />
        <div className="top-right">
          <PurposeChip />
          <Appearance />
          <PersonMenu />
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
      <Drawer open={drawer} placement="left" size={232} title={<Brand />} onClose={() => setDrawer(false)}>
        <Navigation onChosen={() => setDrawer(false)} />
      </Drawer>
      <Commands open={commands} commands={list} onClose={() => setCommands(false)} />
      <Modal open={shortcuts} title={texts.frame.shortcuts} footer={null} width={420} onCancel={() => setShortcuts(false)}>
        <dl className="shortcuts">
          {texts.frame.shortcutList.map(([keys, what]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </Modal>
    </div>
  )
}

function Brand() {
  const { texts } = useAppearance()
  return (
    <div className="brand">
      <Mark size={26} />
      <span>{texts.productLong}</span>
    </div>
  )
}

function Navigation({ onChosen }: { onChosen?: () => void }) {
  const { texts } = useAppearance()
  const { me } = useSession()
  const navigate = useNavigate()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const here = `/${path.split('/')[1] ?? ''}`
  return (
    <nav aria-label={texts.frame.navigation}>
      <Menu
        mode="inline"
        inlineIndent={12}
        items={menuFor(me, texts, { today: <TodayCount /> })}
        selectedKeys={[here]}
        onClick={({ key }) => {
          void navigate({ to: key })
          onChosen?.()
        }}
      />
    </nav>
  )
}

function PurposeChip() {
  const { texts, pick } = useAppearance()
  const { purposes, purpose, choose } = usePurpose()
  if (!purpose) return null
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: purposes.map(({ name, title }) => ({ key: name, label: pick(title) })),
        selectable: true,
        selectedKeys: [purpose.name],
        onClick: ({ key }) => choose(key),
      }}
    >
      <button type="button" className="purpose" title={texts.frame.purposeHint}>
        <span className="purpose-word">{texts.frame.purpose}</span>
        <strong>{pick(purpose.title)}</strong>
        <DownOutlined aria-hidden />
      </button>
    </Dropdown>
  )
}

/** The person's roles by their titles. */
export function useRoles(): string {
  const { pick } = useAppearance()
  const { me } = useSession()
  const register = useRegister()
  const titles = me.roles.map((role) => {
    const title = register.data?.roles.find((one) => one.name === role)?.title
    return title ? pick(title) : role
  })
  return titles.join(' · ')
}

function PersonMenu() {
  const { texts } = useAppearance()
  const { me, signOut } = useSession()
  const navigate = useNavigate()
  const roles = useRoles()
  const login = me.person?.login ?? ''
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{
        items: [
          { key: 'account', label: texts.frame.account, onClick: () => void navigate({ to: '/account' }) },
          { type: 'divider' },
          { key: 'sign-out', label: texts.frame.signOut, onClick: () => void signOut() },
        ],
      }}
    >
      <button type="button" className="person">
        <SafetyCertificateOutlined aria-hidden />
        <span>{login}</span>
        <span className="person-role">{roles}</span>
        <DownOutlined aria-hidden />
      </button>
    </Dropdown>
  )
}

function useCommands(showShortcuts: () => void): Command[] {
  const { texts, dark, pick, toggleLanguage, toggleTheme } = useAppearance()
  const { me, signOut } = useSession()
  const { purposes, choose } = usePurpose()
  const navigate = useNavigate()
  return [
    ...entriesFor(me).map(({ screen, to, group }) => ({
      name: texts.nav[screen],
      ...(group === null ? {} : { note: texts.nav[group] }),
      run: () => void navigate({ to }),
    })),
    ...purposes.map(({ name, title }) => ({
      name: pick(title),
      note: texts.frame.purpose,
      run: () => choose(name),
    })),
    { name: dark ? texts.theme.toLight : texts.theme.toDark, run: toggleTheme },
    { name: texts.otherLanguageLong, run: toggleLanguage },
    { name: texts.frame.shortcuts, note: '?', run: showShortcuts },
    { name: texts.frame.signOut, run: () => void signOut() },
  ]
}
