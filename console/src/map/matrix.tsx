// Fields against purposes: how often each pair was used, with numbers in the cells, so that it is its own table.
import { Fragment, useMemo } from 'react'
import type { Register } from '../api/register'
import { useAppearance } from '../texts'
import { type Cell, cellKey, cellsOf, collectionOf, heatOf, type MapNode, type Observed } from './model'
import type { Names } from './names'

interface Props {
  register: Register
  observed: Observed
  names: Names
  /** Only what belongs to this node. */
  chosen: MapNode | undefined
}

export function Matrix({ register, observed, names, chosen }: Props) {
  const { texts, pick } = useAppearance()
  const cells = useMemo(() => cellsOf(register, observed), [register, observed])
  const most = Math.max(0, ...[...cells.values()].map(({ given }) => given))
  const role = chosen?.recipient?.kind === 'role' ? chosen.recipient.name : undefined
  const purposes = register.purposes.filter(
    ({ name, roles }) => (chosen?.place !== 'purpose' || name === chosen.name) && (!role || roles.includes(role)),
  )
  // Fields that the register no longer has were used under an older version.
  const gone = [...new Set(observed.flows.map(({ field }) => field))].filter((ref) => names.field(ref) === ref)
  const groups = register.collections
    .filter(({ name }) => chosen?.place !== 'collection' || name === chosen.name)
    .map((collection) => ({
      collection,
      refs: [
        ...collection.fields.map(({ name }) => `${collection.name}.${name}`),
        ...gone.filter((ref) => collectionOf(ref) === collection.name),
      ],
    }))
  return (
    <>
      <p className="note map-matrix-hint">{texts.map.matrixHint}</p>
      <div className="map-scroll map-matrix-scroll" role="region" aria-label={texts.map.matrixLabel} tabIndex={0}>
        <table className="map-matrix" aria-label={texts.map.matrixLabel}>
          <thead>
            <tr>
              <th scope="col">{texts.map.matrixField}</th>
              {purposes.map((purpose) => (
                <th key={purpose.name} scope="col">
                  <span>{pick(purpose.title)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map(({ collection, refs }) => (
              <Fragment key={collection.name}>
                <tr className="map-matrix-group">
                  <th scope="rowgroup" colSpan={purposes.length + 1}>
                    <span>{pick(collection.title)}</span>
                  </th>
                </tr>
                {refs.map((ref) => (
                  <tr key={ref}>
                    <th scope="row">{names.field(ref)}</th>
                    {purposes.map(({ name }) => (
                      <HeatCell key={name} cell={cells.get(cellKey(ref, name))} most={most} />
                    ))}
                  </tr>
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function HeatCell({ cell, most }: { cell: Cell | undefined; most: number }) {
  const { texts } = useAppearance()
  if (!cell) return <td />
  if (!cell.declared) {
    return (
      <td data-state="undeclared" title={texts.map.notDeclared}>
        {cell.given > 0 ? cell.given.toLocaleString() : '×'}
        <span className="sr-only">{cell.given > 0 ? texts.map.notDeclared : texts.map.cellRefused(cell.refused)}</span>
      </td>
    )
  }
  if (cell.given === 0) {
    return (
      <td data-state="idle" title={texts.map.cellIdle}>
        <span className="sr-only">{texts.map.cellIdle}</span>
      </td>
    )
  }
  return (
    <td data-state="used" data-heat={heatOf(cell.given, most)} title={texts.map.given(cell.given)}>
      {cell.given.toLocaleString()}
    </td>
  )
}
