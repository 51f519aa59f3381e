import { CHANNEL_GRAMMAR } from './channel.js';
import type { Fault } from './fault.js';
import { SELECTOR_GRAMMAR } from './pattern.js';
import { POSITION_GRAMMAR } from './position.js';

// Apart from the faults themselves: who only skips what is wrong, such as a browser's client, does not carry the sentences.

const GRAMMARS: Readonly<Record<string, string>> = {
  '<channel>': CHANNEL_GRAMMAR,
  '<selector>': SELECTOR_GRAMMAR,
  '<position>': POSITION_GRAMMAR,
};

/** A sentence for the sender; `whole` names the message itself, which is not shown: it may hold a token. */
export function describeFault({ allowed, got, path }: Fault, whole: string): string {
  const words = allowed.replace(/<[a-z]+>/, (name) => GRAMMARS[name] ?? name);
  if (path === '') return `${whole} must be ${words}`;
  return got === undefined ? `${path} is missing: it must be ${words}` : `${path} must be ${words}, not ${shown(got)}`;
}

/** What a sentence shows of a string that someone sent; the rest is cut. */
const SHOWN_CHARS = 64;

/** Arrays and objects are only named: a message may nest deeper than the stack. */
function shown(value: unknown): string {
  if (typeof value === 'string') {
    return value.length <= SHOWN_CHARS ? JSON.stringify(value) : `${JSON.stringify(value.slice(0, SHOWN_CHARS))}…`;
  }
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
