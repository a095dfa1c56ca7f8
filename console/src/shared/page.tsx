// The head that every screen begins with, and the card that its parts stand in.
import type { ReactNode } from 'react'

export function Page(props: { title: ReactNode; lead?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <>
      <div className="page-head">
        <h1>{props.title}</h1>
        {props.lead && <div className="page-lead">{props.lead}</div>}
        {props.actions && <div className="page-actions">{props.actions}</div>}
      </div>
      {props.children}
    </>
  )
}

export function Panel(props: {
  title: ReactNode
  note?: ReactNode
  extra?: ReactNode
  children: ReactNode
  flush?: boolean
}) {
  return (
    <section className="panel">
      <header>
        <h2>{props.title}</h2>
        {props.note && <span className="note">{props.note}</span>}
        {props.extra && <div className="panel-extra">{props.extra}</div>}
      </header>
      <div className={props.flush ? 'panel-flush' : 'panel-body'}>{props.children}</div>
    </section>
  )
}
