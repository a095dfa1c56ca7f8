// What customers will see of a draft, at the width of a phone: the widget's banner and panel, and the whole page.
// The widget itself asks a server for what was published, so it is drawn here with its own words.
import { Alert, Segmented } from 'antd'
import { useId, useState } from 'react'
import type { Schemas } from '../api/client'
import { Panel } from '../shared/page'
import { type Language, useAppearance } from '../texts'
import { texts as widgetTexts } from '../../../widget/src/texts'
import type { Preview } from './model'
import { Sheet } from './sheet'
import { useWords } from './words'

type Asked = Schemas['AskedPurpose']
type View = 'banner' | 'panel' | 'page'

export function PreviewPanel({ previews, stale }: { previews: readonly Preview[]; stale: boolean }) {
  const { language: own } = useAppearance()
  const words = useWords().edit
  const [language, setLanguage] = useState<Language>(own)
  const [chosen, setChosen] = useState<View | null>(null)
  const shown = previews.find((one) => one.language === language)
  const asks = (shown?.asked.length ?? 0) > 0
  const view = chosen ?? (asks ? 'banner' : 'page')
  const views: View[] = ['banner', 'panel', 'page']
  return (
    <Panel
      title={words.preview}
      extra={
        <div className="buttons">
          <Segmented<View>
            size="small"
            aria-label={words.previewView}
            value={view}
            onChange={setChosen}
            options={views.map((value) => ({ value, label: words.views[value] }))}
          />
          <Segmented<Language>
            size="small"
            aria-label={words.previewLanguage}
            value={language}
            onChange={setLanguage}
            options={[
              { value: 'zh', label: '中文' },
              { value: 'en', label: 'English' },
            ]}
          />
        </div>
      }
    >
      {!shown && <p className="note">{words.previewNone}</p>}
      {shown && stale && <Alert className="notice-alert" type="warning" showIcon title={words.previewStale} />}
      {shown && (
        <>
          <section className={view === 'banner' && asks ? 'phone phone-banner' : 'phone'} aria-label={words.previewLabel} tabIndex={0} lang={language === 'zh' ? 'zh-CN' : 'en'}>
            {view === 'page' && <Sheet paragraphs={shown.paragraphs} language={language} level={2} />}
            {view !== 'page' && !asks && <p className="note">{words.previewNoBanner}</p>}
            {view === 'banner' && asks && <Banner asked={shown.asked} language={language} />}
            {view === 'panel' && asks && <Choices asked={shown.asked} language={language} />}
          </section>
          <p className="note phone-note">{words.previewPhone}</p>
        </>
      )}
    </Panel>
  )
}

function Banner({ asked, language }: { asked: readonly Asked[]; language: Language }) {
  const t = widgetTexts[language]
  return (
    <div className="ask-box">
      <h3>{t.title}</h3>
      <p>{t.lead}</p>
      <p>{asked.map(({ title }) => title).join(t.comma)}</p>
      <p className="ask-link">{t.notice}</p>
      <Acts acts={[t.refuse, t.choose, ...(asked.some(({ in_all }) => in_all) ? [t.agree] : [])]} />
    </div>
  )
}

function Choices({ asked, language }: { asked: readonly Asked[]; language: Language }) {
  const t = widgetTexts[language]
  return (
    <div className="ask-box">
      <h3>{t.title}</h3>
      <p>{t.lead}</p>
      <p className="ask-link">{t.notice}</p>
      {asked.map((one) => (
        <Choice key={one.name} one={one} language={language} />
      ))}
      <Acts acts={[t.refuse, t.save, ...(asked.some(({ in_all }) => in_all) ? [t.agree] : [])]} />
    </div>
  )
}

function Choice({ one, language }: { one: Asked; language: Language }) {
  const t = widgetTexts[language]
  const id = useId()
  return (
    <div className="ask-row">
      <div>
        <h4 id={id}>{one.title}</h4>
        <p className="note">{one.text}</p>
        {one.fields.length > 0 && <p className="note">{t.fields + one.fields.join(t.comma)}</p>}
        {one.recipients.length > 0 && <p className="note">{t.recipients + one.recipients.join(t.comma)}</p>}
        {one.kept !== '' && <p className="note">{t.kept + one.kept}</p>}
        {(one.sensitive || !one.in_all) && <p>{(one.sensitive ? t.sensitive : '') + (one.in_all ? '' : t.apart)}</p>}
      </div>
      {/* Off, as for every customer before they touched it. */}
      <span className="ask-switch" aria-hidden />
    </div>
  )
}

/** For show: nothing is agreed to here. */
function Acts({ acts }: { acts: readonly string[] }) {
  return (
    <div className="ask-acts" aria-hidden>
      {acts.map((act) => (
        <span key={act}>{act}</span>
      ))}
    </div>
  )
}
