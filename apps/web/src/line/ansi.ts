import { createAnsiSequenceParser, type Color, type ParseToken } from 'ansi-sequence-parser';
import { hasEscapes, onlyColours } from './escape-sequences.js';

/** A run of text in one style. */
export interface Span {
  readonly text: string;
  /** CSS colours: a variable of the theme for the sixteen that have names. */
  readonly colour?: string;
  readonly background?: string;
  readonly isBold?: true;
  readonly isDim?: true;
  readonly isItalic?: true;
  readonly isUnderlined?: true;
  readonly isStruck?: true;
}

/** A line's text in its colours. No character of the text is lost or doubled; sequences other than colours do nothing and are not shown. */
export function styledSpans(text: string): readonly Span[] {
  if (!hasEscapes(text)) return text === '' ? [] : [{ text }];
  return createAnsiSequenceParser().parse(onlyColours(text)).map(spanOf);
}

function spanOf({ value, foreground, background, decorations }: ParseToken): Span {
  const isReversed = decorations.has('reverse');
  const front = cssColour(isReversed ? background : foreground) ?? (isReversed ? 'var(--ground)' : undefined);
  const back = cssColour(isReversed ? foreground : background) ?? (isReversed ? 'var(--text)' : undefined);
  return {
    text: value,
    ...(front !== undefined && { colour: front }),
    ...(back !== undefined && { background: back }),
    ...(decorations.has('bold') && { isBold: true }),
    ...((decorations.has('dim') || decorations.has('hidden')) && { isDim: true }),
    ...(decorations.has('italic') && { isItalic: true }),
    ...(decorations.has('underline') && { isUnderlined: true }),
    ...(decorations.has('strikethrough') && { isStruck: true }),
  };
}

const NAMED: readonly string[] = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
];

function cssColour(colour: Color | null): string | undefined {
  switch (colour?.type) {
    case undefined:
      return undefined;
    case 'named':
      return `var(--ansi-${NAMED.indexOf(colour.name)})`;
    case 'table':
      return tableColour(colour.index);
    case 'rgb':
      return rgb(...colour.rgb);
  }
}

/** The 256 colours of xterm: the named ones, a cube of 6 × 6 × 6, and 24 greys. */
function tableColour(index: number): string | undefined {
  if (!Number.isInteger(index) || index < 0 || index > 255) return undefined;
  if (index < 16) return `var(--ansi-${index})`;
  if (index >= 232) return rgb(8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232));
  const step = (digit: number): number => (digit === 0 ? 0 : 55 + 40 * digit);
  const cube = index - 16;
  return rgb(step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6));
}

function rgb(...parts: readonly number[]): string {
  return `rgb(${parts.map((part) => Math.min(255, part)).join(' ')})`;
}
