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
