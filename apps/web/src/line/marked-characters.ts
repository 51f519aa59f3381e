/**
 * What would be invisible, or change how the rest is read: C0 and C1 controls (but for the tab and the line feed), DEL, characters that set the direction
 * of text (Unicode Standard Annex 9), zero-width ones, and halves of surrogate pairs.
 */
const MARKED =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export interface Part {
  readonly text: string;
  /** The text stands for a character that can't be shown. */
  readonly isMark: boolean;
}

/** The text in parts: what can be shown as it is, and a mark for each character that can't. */
export function withMarks(text: string): readonly Part[] {
  const parts: Part[] = [];
  let shown = 0;
  for (const match of text.matchAll(MARKED)) {
    if (match.index > shown) parts.push({ text: text.slice(shown, match.index), isMark: false });
    parts.push({ text: markOf(match[0]), isMark: true });
    shown = match.index + match[0].length;
  }
  if (shown < text.length) parts.push({ text: text.slice(shown), isMark: false });
  return parts;
}

/** Control characters as programs have them, others by their number. Fonts rarely have the pictures that Unicode has for them. */
function markOf(character: string): string {
  const code = character.charCodeAt(0);
  if (character === '\r') return '\\r';
  const digits = code.toString(16);
  return code < 0xa0 ? `\\x${digits.padStart(2, '0')}` : `U+${digits.toUpperCase().padStart(4, '0')}`;
}
