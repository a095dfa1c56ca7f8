// What is declared: each field with why it is held, for which purposes, until when. No data about anybody.
import { Input, Skeleton, Tag } from 'antd'
import { useState } from 'react'
import { type Collection, type DeclaredField, fieldsOf, type Register, useRegister } from '../api/register'
import { Page, Panel } from '../shared/page'
import { ProblemNote } from '../shared/problem'
import { Table } from '../shared/table'
import { useAppearance } from '../texts'

export function RegisterScreen() {
  const { texts, pick } = useAppearance()
  const register = useRegister()
  const [typed, setTyped] = useState('')
  if (register.isError) return <ProblemNote error={register.error} onRetry={() => void register.refetch()} />
  if (!register.data) return <Skeleton active paragraph={{ rows: 10 }} />
  const { data } = register
  const word = typed.trim().toLowerCase()
  const matches = (one: DeclaredField) => `${one.title.zh} ${one.title.en} ${one.name}`.toLowerCase().includes(word)
  return (
    <Page
      title={texts.register.title}
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
      {data.collections.map((collection) => {
        const fields = collection.fields.filter(matches)
        return fields.length > 0 && (
          <Declared key={collection.name} register={data} collection={collection} fields={fields} />
        )
      })}
    </Page>
  )
}

function Declared(props: { register: Register; collection: Collection; fields: DeclaredField[] }) {
  const { texts, pick } = useAppearance()
  const { register, collection } = props
  const uses = (field: DeclaredField) =>
    register.purposes.filter((purpose) => fieldsOf(register, purpose).includes(`${collection.name}.${field.name}`))
  return (
    <Panel title={pick(collection.title)} note={<code>{collection.name}</code>} flush>
      <Table<DeclaredField>
        label={pick(collection.title)}
        empty={texts.record.empty}
        keyOf={(one) => one.name}
                rows={props.fields}
        columns={[
          {
            key: 'field', title: texts.register.field,
            show: (field) => (
              <>
                {pick(field.title)} <code className="note">{field.name}</code>
              </>
            ),
          },
          {
            key: 'level', title: texts.register.level,
            show: (field) =>
              field.sensitivity === 'sensitive' ? (
                <Tag color="error">{texts.record.sensitive}</Tag>
              ) : (
                <Tag color={field.level >= 3 ? 'warning' : 'default'}>
                  {texts.record.levels[field.level] ?? texts.record.level(field.level)}
                </Tag>
              ),
          },
          { key: 'scene', title: texts.register.scene, wide: true, show: (field) => pick(field.scene) },
          {
            key: 'kept', title: texts.register.kept,
            wide: true,
            show: ({ retention }) =>
              texts.keep(retention.days, texts.keepFrom[retention.from] ?? retention.from),
          },
          {
            key: 'purposes', title: texts.register.purposes,
            show: (field) => {
              const found = uses(field)
              if (found.length === 0) return <Tag color="warning">{texts.register.unused}</Tag>
              return found.map((purpose) => pick(purpose.title)).join(' · ')
            },
          },
        ]}
      />
    </Panel>
  )
}
