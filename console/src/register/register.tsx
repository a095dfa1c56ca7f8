// What is declared: each field with why it is held, how, for which purposes, until when; purposes, recipients and
// zones. No data about anybody. Whoever may see the data map also sees how often each was really used.
import { CheckCircleOutlined, WarningOutlined } from '@ant-design/icons'
import { Input, Skeleton, Tag } from 'antd'
import { type ReactNode, useState } from 'react'
import { type Collection, type DeclaredField, fieldsOf, type Purpose, type Register, useRegister } from '../api/register'
import { isGiven, isUse, type Observed, type Recipient, recipientId, usesOf } from '../map/model'
import { useNames } from '../map/names'
import { USUAL_DAYS, useObserved } from '../map/observed'
import { MapTabs } from '../map/tabs'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { type Column, Table } from '../shared/table'
import { useAppearance } from '../texts'
import '../map/map.css'

export function RegisterScreen() {
  const { texts, pick } = useAppearance()
  const register = useRegister()
  const observed = useObserved(USUAL_DAYS).data
  const [typed, setTyped] = useState('')
  if (register.isError) return <ProblemNote error={register.error} onRetry={() => void register.refetch()} />
  if (!register.data) return <Skeleton active paragraph={{ rows: 10 }} />
  const { data } = register
  const word = typed.trim().toLowerCase()
  const matches = (one: { title: { zh: string; en: string }; name: string }) =>
    `${one.title.zh} ${one.title.en} ${one.name}`.toLowerCase().includes(word)
  const purposes = data.purposes.filter(matches)
  return (
    <Page
      title={texts.map.registerTitle}
      lead={`${pick(data.title)} · ${texts.register.lead}`}
      actions={
        <Input
          allowClear
          value={typed}
          placeholder={texts.register.filter}
          aria-label={texts.register.filter}
          onChange={(event) => setTyped(event.target.value)}
        />
      }
    >
      <MapTabs />
      {data.collections.map((collection) => {
        const fields = collection.fields.filter(matches)
        return fields.length > 0 && (
          <Declared key={collection.name} register={data} collection={collection} fields={fields} observed={observed} />
        )
      })}
      {purposes.length > 0 && <Purposes register={data} purposes={purposes} observed={observed} />}
      {purposes.length > 0 && <Reviews register={data} purposes={purposes} />}
      {word === '' && <Recipients register={data} observed={observed} />}
      {word === '' && <Zones register={data} />}
    </Page>
  )
}

/** How often something was used; nothing where that may not be seen. */
function usesColumn<T>(observed: Observed | undefined, title: string, count: (row: T) => { given: number; refused: number }) {
  const column: Column<T> = { key: 'uses', title, show: (row) => <UsesNote {...count(row)} /> }
  return observed ? [column] : []
}

function UsesNote({ given, refused }: { given: number; refused: number }) {
  const { texts } = useAppearance()
  return (
    <>
      {given > 0 ? given.toLocaleString() : <span className="note map-word">{texts.map.none}</span>}
      {refused > 0 && <div className="note map-word">{texts.map.refused(refused)}</div>}
    </>
  )
}

function Declared(props: {
  register: Register
  collection: Collection
  fields: DeclaredField[]
  observed: Observed | undefined
}) {
  const { texts, pick } = useAppearance()
  const { register, collection, observed } = props
  const zone = register.zones.find(({ name }) => name === collection.zone)
  const counts = observed && usesOf(observed)
  const none = { given: 0, refused: 0 }
  const uses = (field: DeclaredField) =>
    register.purposes.filter((purpose) => fieldsOf(register, purpose).includes(`${collection.name}.${field.name}`))
  return (
    <Panel
      title={pick(collection.title)}
      note={
        <>
          {zone && texts.map.zone(pick(zone.title))}
          {zone?.apart && ` · ${texts.map.zoneApart}`}
        </>
      }
      flush
    >
      <Table<DeclaredField>
        label={pick(collection.title)}
        empty={texts.record.empty}
        keyOf={(one) => one.name}
        rows={props.fields}
        columns={[
          {
            key: 'field',
            title: texts.register.field,
            show: (field) => (
              <>
                <div className="map-word">{pick(field.title)}</div>
                <div className="note">{pick(field.scene)}</div>
              </>
            ),
          },
          { key: 'level', title: texts.register.level, show: (field) => <Level field={field} /> },
          {
            key: 'sealed',
            title: texts.map.fieldColumns.sealed,
            wide: true,
            show: (field) => (
              <>
                <div className="map-word">{field.sealed ? texts.map.sealed : texts.map.plain}</div>
                {field.second_factor && <div className="note">{texts.map.secondFactor}</div>}
              </>
            ),
          },
          {
            key: 'search',
            title: texts.map.fieldColumns.search,
            wide: true,
            show: ({ search }) =>
              search.length > 0 ? (
                search.map((mode) => texts.map.searchModes[mode] ?? mode).join(' · ')
              ) : (
                <span className="note">{texts.map.noSearch}</span>
              ),
          },
          {
            key: 'kept',
            title: texts.register.kept,
            wide: true,
            show: ({ retention, owner }) => (
              <>
                <div className="map-kept">
                  {texts.keep(retention.days, texts.keepFrom[retention.from] ?? retention.from)}
                </div>
                <div className="note">{owner}</div>
              </>
            ),
          },
          {
            key: 'purposes',
            title: texts.register.purposes,
            show: (field) => {
              const found = uses(field)
              if (found.length === 0) return <Tag color="warning">{texts.register.unused}</Tag>
              return found.map((purpose) => pick(purpose.title)).join(' · ')
            },
          },
          ...usesColumn<DeclaredField>(
            observed,
            texts.map.fieldColumns.uses,
            (field) => counts?.get(`${collection.name}.${field.name}`) ?? none,
          ),
        ]}
      />
    </Panel>
  )
}

function Level({ field }: { field: DeclaredField }) {
  const { texts } = useAppearance()
  const special = !['none', 'ordinary'].includes(field.sensitivity)
  const color = special ? 'error' : field.level >= 3 ? 'warning' : 'default'
  return (
    <>
      <Tag color={color}>
        {special ? texts.record.sensitive : (texts.record.levels[field.level] ?? texts.record.level(field.level))}
      </Tag>
      <div className="note map-word">{texts.map.sensitivities[field.sensitivity] ?? field.sensitivity}</div>
    </>
  )
}

function Purposes(props: { register: Register; purposes: Purpose[]; observed: Observed | undefined }) {
  const { texts, pick } = useAppearance()
  const { register, observed } = props
  const names = useNames(register, observed)
  const words = texts.map.purposeColumns
  return (
    <Panel title={texts.map.purposes} flush>
      <Table<Purpose>
        label={texts.map.purposes}
        empty={texts.record.empty}
        keyOf={({ name }) => name}
        rows={props.purposes}
        columns={[
          { key: 'purpose', title: words.purpose, show: ({ title }) => pick(title) },
          {
            key: 'basis',
            title: words.basis,
            show: ({ basis, consent }) => (
              <>
                {Object.entries(basis).map(([regime, word]) => (
                  <div key={regime}>
                    <span className="note">{texts.map.regimes[regime] ?? regime}</span> {texts.map.bases[word] ?? word}
                  </div>
                ))}
                {consent && <Tag color="processing">{texts.map.consents[consent] ?? consent}</Tag>}
              </>
            ),
          },
          { key: 'fields', title: words.fields, wide: true, show: ({ fields }) => texts.map.fieldCount(fields.length) },
          { key: 'roles', title: words.roles, show: ({ roles }) => roles.map(names.role).join(' · ') },
          { key: 'tie', title: words.tie, wide: true, show: ({ condition }) => texts.map.conditions[condition] ?? condition },
          {
            key: 'quota',
            title: words.quota,
            wide: true,
            show: ({ quota }) => texts.map.quotas(quota.subjects_per_day, quota.clear_per_day),
          },
          { key: 'need', title: words.need, show: (purpose) => <Reviewed {...purpose} /> },
          ...usesColumn<Purpose>(observed, texts.map.fieldColumns.uses, ({ name }) =>
            totalOf(observed, (flow) => flow.purpose === name),
          ),
        ]}
      />
    </Panel>
  )
}

/** Whether somebody weighed what the purpose collects, and when. */
function Reviewed({ need }: Purpose) {
  const { texts } = useAppearance()
  const words = texts.map.need
  return need ? (
    <Tag color="success" icon={<CheckCircleOutlined aria-hidden />}>
      {words.reviewed(need.on)}
    </Tag>
  ) : (
    <Tag color="warning" icon={<WarningOutlined aria-hidden />}>
      {words.none}
    </Tag>
  )
}

/** The reviews of need: three questions for each purpose, with what was weighed; those without an answer come first. */
function Reviews({ register, purposes }: { register: Register; purposes: Purpose[] }) {
  const { texts, pick } = useAppearance()
  const names = useNames(register)
  const words = texts.map.need
  const sorted = [...purposes].sort((one, other) => Number(Boolean(one.need)) - Number(Boolean(other.need)))
  const done = purposes.filter(({ need }) => need).length
  return (
    <Panel title={words.title} note={words.lead(done, purposes.length)} flush>
      {sorted.map((purpose) => {
        const { need } = purpose
        if (!need) {
          return (
            <div key={purpose.name} className="map-review">
              <div className="map-review-head">
                <strong>{pick(purpose.title)}</strong>
                <Reviewed {...purpose} />
              </div>
            </div>
          )
        }
        const answers = [
          [words.task, need.task],
          [words.least, need.least],
          [words.otherwise, need.otherwise],
        ] as const
        return (
          <details key={purpose.name} className="map-review">
            <summary>
              <span className="map-review-head">
                <strong>{pick(purpose.title)}</strong>
                <Reviewed {...purpose} />
                <span className="note">{words.weighed(need.fields.length)}</span>
              </span>
            </summary>
            <dl className="map-need">
              {answers.map(([question, said]) => (
                <div key={question}>
                  <dt>{question}</dt>
                  <dd>{pick(said)}</dd>
                </div>
              ))}
            </dl>
            <div className="note">
              {words.fields}: {need.fields.map(names.fullField).join(' · ')}
            </div>
            <div className="note">{words.decided(need.on, byIn(need.by, texts.languageTag))}</div>
          </details>
        )
      })}
    </Panel>
  )
}

/** Units are declared as `中文 / English`. */
function byIn(by: string, tag: string): string {
  const parts = by.split(' / ')
  return (tag.startsWith('zh') ? parts[0] : parts[1]) ?? by
}

function totalOf(observed: Observed | undefined, belongs: (flow: Observed['flows'][number]) => boolean) {
  const total = { given: 0, refused: 0 }
  for (const flow of observed?.flows ?? []) {
    if (isUse(flow) && belongs(flow)) total[isGiven(flow) ? 'given' : 'refused'] += flow.count
  }
  return total
}

interface Receiver {
  recipient: Recipient
  purposes: string[]
}

function Recipients({ register, observed }: { register: Register; observed: Observed | undefined }) {
  const { texts } = useAppearance()
  const names = useNames(register, observed)
  const words = texts.map.recipientColumns
  const roles = register.roles.map(({ name }): Receiver => ({
    recipient: { kind: 'role', name },
    purposes: register.purposes.filter((purpose) => purpose.roles.includes(name)).map((purpose) => purpose.name),
  }))
  const keys = (observed?.keys ?? []).map(({ key, purposes }): Receiver => ({ recipient: { kind: 'key', name: key }, purposes }))
  return (
    <Panel title={texts.map.recipients} flush>
      <Table<Receiver>
        label={texts.map.recipients}
        empty={texts.record.empty}
        keyOf={({ recipient }) => recipientId(recipient)}
        rows={[...roles, ...keys].filter(({ purposes }) => purposes.length > 0)}
        columns={[
          { key: 'recipient', title: words.recipient, show: ({ recipient }) => names.recipient(recipient) },
          {
            key: 'kind',
            title: words.kind,
            show: ({ recipient }) => <Tag>{texts.map.recipientKinds[recipient.kind] ?? recipient.kind}</Tag>,
          },
          { key: 'purposes', title: words.purposes, show: ({ purposes }) => purposes.map(names.purpose).join(' · ') },
          ...usesColumn<Receiver>(observed, words.uses, ({ recipient }) =>
            totalOf(observed, (flow) => recipientId(flow.recipient) === recipientId(recipient)),
          ),
        ]}
      />
    </Panel>
  )
}

function Zones({ register }: { register: Register }) {
  const { texts, pick } = useAppearance()
  const kept = (zone: string): ReactNode =>
    register.collections
      .filter((collection) => collection.zone === zone)
      .map(({ title }) => pick(title))
      .join(' · ')
  return (
    <Panel title={texts.map.zones} note={texts.map.zonesLead}>
      <dl className="facts facts-wide">
        {register.zones.map(({ name, title, apart }) => (
          <div key={name}>
            <dt>{pick(title)}</dt>
            <dd>
              {kept(name)} {apart && <Tag color="processing">{texts.map.zoneApart}</Tag>}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
