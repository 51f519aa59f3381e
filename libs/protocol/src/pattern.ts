import type { Brand } from './brand.js';
import { parseChannel, type ChannelName } from './channel.js';

/** A channel's name with at least one `*`, which stands for any run of characters without `/`: `deployment/*`. */
export type ChannelPattern = Brand<string, 'ChannelPattern'>;

/** What names one channel or many. */
export type ChannelSelector = ChannelName | ChannelPattern;

/** As `KIND_PATTERN`, with `*` anywhere. */
export const KIND_GLOB = /^[a-z*][a-z0-9*-]{0,31}$/;

/** As `NAME_PATTERN`, with `*` anywhere. */
export const NAME_GLOB = /^[A-Za-z0-9*][A-Za-z0-9._*-]{0,127}$/;

/** The grammar in words, for error messages. */
export const SELECTOR_GRAMMAR =
  'a channel (kind/name) or a pattern of channels, in which * stands for any characters but /, for example deployment/*';

/** `text` as a name or a pattern, or `undefined` where it is neither. */
export function parseSelector(text: string): ChannelSelector | undefined {
  return parseChannel(text) ?? parsePattern(text);
}

/** `text` as a pattern, or `undefined` where it is none; a plain name is none. */
export function parsePattern(text: string): ChannelPattern | undefined {
  const slash = text.indexOf('/');
  return isPatternText(text) && KIND_GLOB.test(text.slice(0, slash)) && NAME_GLOB.test(text.slice(slash + 1))
    ? (text as ChannelPattern)
    : undefined;
}

export function isPattern(selector: ChannelSelector): selector is ChannelPattern {
  return isPatternText(selector);
}

function isPatternText(text: string): boolean {
  return text.includes('*') && text.includes('/');
}

/** Whether `selector` names `channel`. Takes time by the product of their lengths at the most, whatever the pattern. */
export function selects(selector: ChannelSelector, channel: ChannelName): boolean {
  const [kindGlob = '', nameGlob = ''] = selector.split('/');
  const [kind = '', name = ''] = channel.split('/');
  return matchesGlob(kindGlob, kind) && matchesGlob(nameGlob, name);
}

/** A star takes as little as it can, and one more character each time that what follows it does not fit: no star before it need be asked again. */
function matchesGlob(glob: string, text: string): boolean {
  let at = 0;
  let read = 0;
  let star = -1;
  let resume = 0;
  while (read < text.length) {
    if (glob[at] === '*') {
      star = at;
      at += 1;
      resume = read;
    } else if (glob[at] === text[read]) {
      at += 1;
      read += 1;
    } else if (star >= 0) {
      resume += 1;
      read = resume;
      at = star + 1;
    } else {
      return false;
    }
  }
  return /^\**$/.test(glob.slice(at));
}
