import { MoonOutlined, SunOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useAppearance } from '../texts'

/** The switches of theme and language. */
export function Appearance() {
  const { texts, dark, toggleLanguage, toggleTheme } = useAppearance()
  const theme = dark ? texts.theme.toLight : texts.theme.toDark
  return (
    <>
      <Button
        type="text"
        aria-label={theme}
        title={theme}
        icon={dark ? <SunOutlined aria-hidden /> : <MoonOutlined aria-hidden />}
        onClick={toggleTheme}
      />
      <Button type="text" aria-label={`${texts.otherLanguage}: ${texts.otherLanguageLong}`} onClick={toggleLanguage}>
        {texts.otherLanguage}
      </Button>
    </>
  )
}
