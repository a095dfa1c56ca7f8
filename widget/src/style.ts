// Logical properties only, so that it fits right-to-left pages; sizes in px and rem from 320 px on.

const LIGHT =
  '--bg:#fff;--fg:#1b2422;--muted:#4b5755;--line:#dfe5e3;--edge:#6b7875;--on:#0f6e63;--ink:#fff;--hot:#c0281c'
const DARK =
  '--bg:#182120;--fg:#e6eceb;--muted:#a9b5b2;--line:#2c3836;--edge:#8b9895;--on:#5cc2b0;--ink:#06211c;--hot:#f58a7c'

export const CSS = `
:host{all:initial;${LIGHT};color-scheme:light}
@media(prefers-color-scheme:dark){:host(:not([theme=light])){${DARK};color-scheme:dark}}
:host([theme=dark]){${DARK};color-scheme:dark}
*{box-sizing:border-box;font:inherit;color:inherit}
[hidden]{display:none!important}
.box{background:var(--bg);color:var(--fg);font:14px/22px "PingFang SC","HarmonyOS Sans SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif;border:1px solid var(--line);border-radius:8px;padding:16px;text-align:start}
.banner{position:fixed;z-index:2147483000;inset-block-end:calc(8px + env(safe-area-inset-bottom));inset-inline:8px;max-inline-size:720px;margin-inline:auto;max-block-size:calc(100vh - 16px);overflow:auto;box-shadow:0 4px 24px #0004}
dialog.box{inline-size:min(640px,calc(100vw - 16px));max-block-size:calc(100vh - 16px);overflow:auto;margin:auto}
dialog::backdrop{background:#0008}
h2{font-size:18px;line-height:26px;font-weight:600;margin:0 0 4px}
h3{font-size:15px;font-weight:600;margin:0}
p{margin:4px 0}
.muted{color:var(--muted);font-size:13px}
.warn{color:var(--hot)}
a{color:var(--on)}
.row{display:flex;gap:12px;align-items:start;border-block-start:1px solid var(--line);padding-block:12px}
.row>div{flex:1;min-inline-size:0;overflow-wrap:anywhere}
.acts{display:grid;grid-auto-flow:column;grid-auto-columns:1fr;gap:8px;margin-block-start:12px}
@media(max-width:359px){.acts{grid-auto-flow:row}}
button{min-block-size:44px;padding:8px;border:1px solid var(--edge);border-radius:6px;background:var(--bg);cursor:pointer}
.acts button{font-weight:600;border-color:var(--on);color:var(--on)}
button:disabled{opacity:.6;cursor:default}
:focus-visible{outline:3px solid var(--on);outline-offset:2px}
.note{inset-block-end:calc(64px + env(safe-area-inset-bottom));margin-block:0}
.note:empty{border:0;padding:0;box-shadow:none}
.head{display:flex;justify-content:space-between;gap:8px;align-items:start}
.pill{position:fixed;z-index:2147482999;inset-block-end:calc(8px + env(safe-area-inset-bottom));inset-inline-start:8px;border-radius:22px;padding-inline:16px;color:var(--fg);font:14px/22px system-ui,sans-serif}
input{appearance:none;flex:none;inline-size:48px;block-size:28px;margin:8px 0;border-radius:14px;border:2px solid var(--edge);background:var(--bg);cursor:pointer;position:relative}
input::after{content:"";position:absolute;inset-block:3px;inset-inline-start:3px;inline-size:18px;border-radius:9px;background:var(--edge)}
input:checked{background:var(--on);border-color:var(--on)}
input:checked::after{inset-inline-start:23px;background:var(--ink)}
input:disabled{opacity:.5;cursor:default}
@media(prefers-reduced-motion:no-preference){input::after{transition:inset-inline-start .12s}}
@media(forced-colors:active){input:checked::after{background:Highlight}}
@media print{:host{display:none}}
`
