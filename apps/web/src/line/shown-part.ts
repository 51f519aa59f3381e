/** More of a line is shown when it is opened: characters. */
export const CUT_AT = 4_000;

/** And more than that is not drawn at all, since browsers take seconds for it: it can be exported. */
const DRAWN_AT_MOST = 64_000;

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
  return { ...beginning(first, CUT_AT), hiddenLines: lines < 0 ? 0 : text.slice(lines).split('\n').length - 1 };
}

/** Of one that is. */
export function openedPart(text: string): ShownPart {
  return beginning(text, DRAWN_AT_MOST);
}

function beginning(text: string, most: number): ShownPart {
  return { text: text.slice(0, most), hiddenLines: 0, hiddenCharacters: Math.max(0, text.length - most) };
}
