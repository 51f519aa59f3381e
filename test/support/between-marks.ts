/** Two lines of a document, between which a program writes. */
export interface Marks {
  readonly begin: string;
  readonly end: string;
}

/** The document with this text in place of what was between its marks, which stay. */
export function replaceBetween(document: string, { begin, end }: Marks, text: string): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the document has no place between ${begin} and ${end}`);
  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`;
}
