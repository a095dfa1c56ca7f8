// Files for the person at the page.

/** Gives a file to the person, under this name; a text as it is. */
export function save(content: Blob | string, name: string) {
  const file = typeof content === 'string' ? new Blob([content], { type: 'text/plain' }) : content
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // Once the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
