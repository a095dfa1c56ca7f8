// Commands by keyboard: screens, theme, language, purpose, signing out. No people.
import { Input, type InputRef, Modal } from 'antd'
import { type RefObject, useId, useRef, useState } from 'react'
import { useAppearance } from '../texts'

export interface Command {
  name: string
  note?: string
  run: () => void
}

export function Commands(props: { open: boolean; commands: readonly Command[]; onClose: () => void }) {
  const { texts } = useAppearance()
  const input = useRef<InputRef>(null)
  return (
    <Modal
      // Not `autoFocus`: the field is mounted before the dialog shows, and cannot take the focus then.
      afterOpenChange={(open) => open && input.current?.focus()}
      open={props.open}
      title={texts.frame.commands}
      footer={null}
      width={520}
      destroyOnHidden
      onCancel={props.onClose}
    >
      <List {...props} input={input} />
    </Modal>
  )
}

interface ListProps {
  commands: readonly Command[]
  input: RefObject<InputRef | null>
  onClose: () => void
}

function List({ commands, input, onClose }: ListProps) {
  const { texts } = useAppearance()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const word = typed.trim().toLowerCase()
  const found = commands.filter(({ name, note }) => `${name} ${note ?? ''}`.toLowerCase().includes(word))
  const chosen = Math.min(at, Math.max(found.length - 1, 0))

  function run(command: Command | undefined) {
    if (!command) return
    onClose()
    command.run()
  }
  return (
    <>
      <Input
        ref={input}
        value={typed}
        placeholder={texts.frame.commandsHint}
        aria-label={texts.frame.commandsHint}
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={found.length > 0 ? `${id}-${chosen}` : undefined}
        onChange={(event) => {
          setTyped(event.target.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
          if (step !== undefined && found.length > 0) {
            event.preventDefault()
            setAt((chosen + step + found.length) % found.length)
          }
          if (event.key === 'Enter') run(found[chosen])
        }}
      />
      <div className="commands" role="listbox" id={id} aria-label={texts.frame.commands}>
        {found.map((command, index) => (
          <div
            key={command.name}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            onMouseMove={() => setAt(index)}
            onClick={() => run(command)}
            onKeyDown={(event) => event.key === 'Enter' && run(command)}
          >
            <span>{command.name}</span>
            {command.note && <span className="note">{command.note}</span>}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="note">{texts.frame.commandsNone}</p>}
    </>
  )
}
