import type { Brand } from './brand.js';

/** A channel's full name, `kind/name`, for example `deployment/web-42`. */
export type ChannelName = Brand<string, 'ChannelName'>;

/** What may stand before the slash of a channel's name. */
export const KIND_PATTERN = /^[a-z][a-z0-9-]{0,31}$/;

/** What may stand after the slash of a channel's name. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** The grammar in words, for error messages. */
export const CHANNEL_GRAMMAR =
  'kind/name, where kind is a lower-case letter and up to 31 of a-z 0-9 -, and name is a letter or digit and up to 127 of A-Z a-z 0-9 . _ -';

/** `text` as a channel's name, or `undefined` where it is none. */
export function parseChannel(text: string): ChannelName | undefined {
  const slash = text.indexOf('/');
  return slash > 0 && KIND_PATTERN.test(text.slice(0, slash)) && NAME_PATTERN.test(text.slice(slash + 1))
    ? (text as ChannelName)
    : undefined;
}

export function channelKind(channel: ChannelName): string {
  return channel.slice(0, channel.indexOf('/'));
}

/** The part after the slash. */
export function channelShortName(channel: ChannelName): string {
  return channel.slice(channel.indexOf('/') + 1);
}
