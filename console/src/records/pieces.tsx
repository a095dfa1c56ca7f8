// What somebody wrote, with chips where personal information was taken out of it: each shown, masked, or lent as
// a field of its kind would be.
import { EyeOutlined } from '@ant-design/icons'
import type { ReactNode } from 'react'
import type { Piece, PieceAnswer } from '../api/client'
import { useAppearance } from '../texts'

interface Props {
  text: string
  pieces: readonly Piece[]
  /** What was decided about each kind. */
  answers: readonly PieceAnswer[]
  /** Asks for all of a kind in clear, where that may be asked. */
  onReveal: ((answer: PieceAnswer) => void) | null
}

/** A text in pieces: what stands between them as it was written, and a chip for each of them. */
export function Pieces({ text, pieces, answers, onReveal }: Props) {
  // The server counts characters; a string of JavaScript counts half of some.
  const letters = [...text]
  const parts: ReactNode[] = []
  let at = 0
  for (const piece of pieces) {
    parts.push(letters.slice(at, piece.start).join(''))
    const value = letters.slice(piece.start, piece.end).join('')
    const answer = answers.find(({ kind }) => kind === piece.kind)
    parts.push(<Chip key={piece.start} piece={piece} value={value} answer={answer} onReveal={onReveal} />)
    at = piece.end
  }
  parts.push(letters.slice(at).join(''))
  return <span className="pieces">{parts}</span>
}

interface ChipProps {
  piece: Piece
  value: string
  answer: PieceAnswer | undefined
  onReveal: Props['onReveal']
}

function Chip({ piece, value, answer, onReveal }: ChipProps) {
  const { texts } = useAppearance()
  const kind = texts.dossier.kinds[piece.kind] ?? piece.kind
  const name = texts.dossier.piece(kind, piece.number)
  if (piece.form === 'clear') {
    return (
      <mark>
        {value}
        <small>{kind}</small>
      </mark>
    )
  }
  const hidden = piece.form === 'withheld'
  const inner = hidden ? name : value
  const why = answer?.because[0]?.text
  if (answer && onReveal && (answer.revealable || answer.step_up)) {
    return (
      <button
        type="button"
        className="piece"
        data-kind={piece.kind}
        aria-label={texts.dossier.of(texts.record.reveal, name)}
        title={texts.dossier.of(texts.record.reveal, name)}
        onClick={() => onReveal(answer)}
      >
        {inner}
        {!hidden && <small>{kind}</small>}
        <EyeOutlined aria-hidden />
      </button>
    )
  }
  return (
    <span className="piece" data-kind={piece.kind} title={why}>
      {inner}
      {!hidden && <small>{kind}</small>}
    </span>
  )
}
