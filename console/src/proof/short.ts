/** The ends of a hash, for people who compare. */
export const short = (hash: string): string => `${hash.slice(0, 4)}…${hash.slice(-4)}`
