/** More of a line is shown when it is opened: characters. */
export const CUT_AT = 4_000;

/** What is shown of a line's text, and how much is not. */
export interface ShownPart {
  readonly text: string;
  readonly hiddenLines: number;
  readonly hiddenCharacters: number;
}

/** Of a line that is not opened: the first line of several, where they are folded, and only the beginning of very long ones. */
export function shownPart(text: string, isFolding: boolean): ShownPart {
  const lines = isFolding ? text.indexOf('\n') : -1;
  const first = lines < 0 ? text : text.slice(0, lines);
  return {
    text: first.length > CUT_AT ? first.slice(0, CUT_AT) : first,
    hiddenLines: lines < 0 ? 0 : text.slice(lines).split('\n').length - 1,
    hiddenCharacters: Math.max(0, first.length - CUT_AT),
  };
}

export function allOf(text: string): ShownPart {
  return { text, hiddenLines: 0, hiddenCharacters: 0 };
}
