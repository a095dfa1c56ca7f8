// The way from an entry to the root as a tree: on each level the hash on the way, the one beside it, and their line up.
import type { Step } from '../proof/tree'
import { short } from '../proof/short'
import { useAppearance } from '../texts'

const WIDTH = 540
const LEVEL = 52
const BOX = { width: 104, height: 28 }
/** How far a node stands from the middle. */
const ASIDE = 96

export function Path({ leaf, steps, root, index }: { leaf: string; steps: readonly Step[]; root: string; index: number }) {
  const { texts } = useAppearance()
  const words = texts.ledger.proof
  if (steps.length === 0) return <p className="note">{words.single}</p>
  const height = (steps.length + 1) * LEVEL
  const y = (level: number) => height - LEVEL / 2 - level * LEVEL
  const middle = WIDTH / 2
  // What is made of two stands where its own side on the next level is; the root in the middle.
  const x = (level: number) => middle + (steps[level] === undefined ? 0 : steps[level].side === 'left' ? ASIDE : -ASIDE)
  const besideX = (level: number) => 2 * middle - x(level)
  const hashes = [leaf, ...steps.map(({ made }) => made)]
  const isRoot = (level: number) => level === steps.length
  return (
    <svg className="path" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={words.picture(steps.length)}>
      {steps.map((_, level) => (
        <g key={`line ${level}`}>
          <line className="path-way" x1={x(level)} y1={y(level) - BOX.height / 2} x2={x(level + 1)} y2={y(level + 1) + BOX.height / 2} />
          <line x1={besideX(level)} y1={y(level) - BOX.height / 2} x2={x(level + 1)} y2={y(level + 1) + BOX.height / 2} />
        </g>
      ))}
      {steps.map(({ beside }, level) => (
        <Node key={beside} x={besideX(level)} y={y(level)} hash={beside} className="path-beside" />
      ))}
      {hashes.map((hash, level) => (
        <Node
          key={hash}
          x={x(level)}
          y={y(level)}
          hash={hash}
          className={isRoot(level) ? (hash === root ? 'path-root' : 'path-wrong') : 'path-node'}
        />
      ))}
      <text x={x(0)} y={y(0) + BOX.height / 2 + 11} className="path-name">
        #{index}
      </text>
      <text x={middle} y={y(steps.length) - BOX.height / 2 - 3} className="path-name">
        {words.root}
      </text>
    </svg>
  )
}

function Node({ x, y, hash, className }: { x: number; y: number; hash: string; className: string }) {
  return (
    <g className={className}>
      <rect x={x - BOX.width / 2} y={y - BOX.height / 2} width={BOX.width} height={BOX.height} rx={4} />
      <text x={x} y={y + 4}>
        {short(hash)}
      </text>
    </g>
  )
}
