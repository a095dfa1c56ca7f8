// The state of a case: sign, word and colour.
import { CheckCircleOutlined, SyncOutlined } from '@ant-design/icons'
import type { Case } from '../api/client'
import { type Register } from '../api/register'
import { useAppearance } from '../texts'
import { codeField } from './rows'
import { useWords } from './values'

export function State({ open, word }: { open: boolean; word: string }) {
  return (
    <span className={open ? 'state state-open' : 'state state-closed'}>
      {open ? <SyncOutlined aria-hidden /> : <CheckCircleOutlined aria-hidden />} {word}
    </span>
  )
}

/** A listed case in words: its number, state and kind as people call them. */
export function useCaseWords(register: Register | undefined) {
  const { texts, pick } = useAppearance()
  const words = useWords()
  return (one: Case) => {
    const collection = register?.collections.find(({ name }) => name === one.collection)
    const of = (which: 'state' | 'kind') => {
      const field = register && codeField(register, one.collection, which)
      const code = field ? one.fields[field.name] : undefined
      return field && code !== undefined ? words(field, code) : undefined
    }
    return {
      number: one.fields[collection?.key[0] ?? ''] ?? `…${one.case.slice(-6)}`,
      state: of('state') ?? (one.open ? texts.records.isOpen : texts.records.isClosed),
      kind: of('kind') ?? (collection ? pick(collection.title) : one.collection),
    }
  }
}
