import type { Entry } from '@tailgate/client';
import { epochText, gapText, noticeText } from '../line/event-text.js';
import { withoutEscapes } from '../line/escape-sequences.js';
import type { Line } from '../line/line.js';

/** Lines as text to paste elsewhere: without colours, each with its line feed; of several channels, each with its name. */
export function plainText(lines: readonly Line[], hasLanes: boolean): string {
  return lines.map(({ entry }) => `${hasLanes ? `${entry.channel}  ` : ''}${textOf(entry)}\n`).join('');
}

/** Lines as NDJSON: entries as they came. */
export function ndjsonText(lines: readonly Line[]): string {
  return lines.map(({ entry }) => `${JSON.stringify(entry)}\n`).join('');
}

function textOf(entry: Entry): string {
  switch (entry.type) {
    case 'log':
      return withoutEscapes(entry.line);
    case 'notice':
      return `[${noticeText(entry)}]`;
    case 'gap':
      return `[${gapText(entry)}]`;
    case 'epoch':
      return `[${epochText(entry)}]`;
  }
}
