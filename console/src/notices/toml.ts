// Just enough of TOML to colour a notice: what is right or wrong is for the server.
import type { Rules } from '../policies/tokens'

export const TOML: Rules = [
  ['comment', /#.*/y],
  ['string', /"(?:[^"\\]|\\.)*"?/y],
  ['type', /\[\[?[A-Za-z_][\w.-]*\]\]?/y],
  ['annotation', /[A-Za-z_][\w-]*(?=\s*=)/y],
  ['keyword', /\b(?:true|false)\b/y],
  ['number', /\b\d+\b/y],
  ['plain', /[A-Za-z_][\w-]*/y],
]
