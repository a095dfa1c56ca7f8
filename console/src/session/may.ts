// What a person may do, as the server's permission matrix says. It decides what is shown; the server decides
// again what is done.
import type { Me } from '../api/client'

/** Whether the person's roles permit this operation, perhaps after showing the second factor. */
export const may = (me: Me, method: string, path: string): boolean =>
  me.operations.some((one) => one.method === method && one.path === path)
