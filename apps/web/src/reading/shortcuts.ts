/** What the keyboard does in the log; `?` belongs to the page around it. */
export const logShortcuts: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: '/', does: 'Search in the lines that are shown' },
  { keys: 'n, N', does: 'Next match, previous match' },
  { keys: 'g, G', does: 'First line, and last line: follow the end' },
  { keys: 'j, k', does: 'Choose the next line, the previous line' },
  { keys: 'J, K', does: 'Choose several lines' },
  { keys: 'Enter', does: 'Open or close what is folded into the chosen line' },
  { keys: 'c', does: 'Copy the chosen lines' },
  { keys: 'Space', does: 'Page down; with Shift: up' },
  { keys: 'w', does: 'Wrap long lines, or not' },
  { keys: 't', does: 'Times: local, UTC, relative, none' },
  { keys: 'Esc', does: 'Close the search, choose nothing' },
];
