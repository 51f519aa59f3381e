import type { Entry, LogEntry } from '@tailgate/client';
import { styleText } from 'node:util';
import { tamed } from './control-characters.js';

export interface LineStyle {
  /** JSON, one entry a line, gaps and epochs too. */
  readonly json: boolean;
  /** Lines as they are, whatever they do to a terminal. */
  readonly raw: boolean;
  readonly isTerminal: boolean;
  readonly colours: boolean;
  /** Names the channel before each line. */
  readonly prefix: boolean;
}

type Look = Parameters<typeof styleText>[0];

const PREFIX_LOOKS: readonly Look[] = ['cyan', 'green', 'magenta', 'yellow', 'blue', 'red'];

const LEVEL_LOOKS: Readonly<Record<string, Look>> = {
  fatal: 'red',
  error: 'red',
  warn: 'yellow',
  warning: 'yellow',
  debug: 'dim',
  trace: 'dim',
};

/** Entries as the text that goes to stdout. */
export class LinePrinter {
  readonly #style: LineStyle;
  readonly #looks = new Map<string, Look>();
  /** The partial record whose line has no end yet. */
  #open: string | undefined;

  constructor(style: LineStyle) {
    this.#style = style;
  }

  /** Empty for what does not belong there. */
  print(entry: Entry): string {
    if (this.#style.json) return `${JSON.stringify(entry)}\n`;
    return entry.type === 'log' ? this.#line(entry) : '';
  }

  /** A line that was sent in parts is printed as one, unless another one came between. */
  #line(entry: LogEntry): string {
    const goesOn = this.#open !== undefined && entry.continues === this.#open;
    const beginning = goesOn ? '' : `${this.#open === undefined ? '' : '\n'}${this.#prefix(entry.channel)}`;
    this.#open = entry.partial ? entry.position : undefined;
    return `${beginning}${this.#text(entry)}${entry.partial ? '' : '\n'}`;
  }

  #prefix(channel: string): string {
    if (!this.#style.prefix) return '';
    let look = this.#looks.get(channel);
    if (!look) this.#looks.set(channel, (look = PREFIX_LOOKS[this.#looks.size % PREFIX_LOOKS.length] ?? 'cyan'));
    return `${this.#style.colours ? painted(look, channel) : channel} `;
  }

  #text({ line, level }: LogEntry): string {
    if (this.#style.raw || !this.#style.isTerminal) return line;
    const text = tamed(line, this.#style.colours);
    const look = LEVEL_LOOKS[level?.toLowerCase() ?? ''];
    return look && this.#style.colours && !text.includes('\x1b') ? painted(look, text) : text;
  }
}

/** The caller has looked whether colours are wanted. */
function painted(look: Look, text: string): string {
  return styleText(look, text, { validateStream: false });
}
