import type { ChannelSelector } from '@tailgate/protocol';
import { channelSelector, list, millis, nullable, object, oneOf, text } from '@tailgate/protocol/readers';
import { ask, askText } from './ask.js';

/** Who one is to the gateway. PROTOCOL: `GET /api/session`. */
export interface Caller {
  readonly auth: 'none' | 'jwt' | 'proxy';
  readonly who: string;
  /** Channels and patterns that may be read; likewise appended to, and administered. */
  readonly channels: readonly ChannelSelector[];
  readonly write: readonly ChannelSelector[];
  readonly admin: readonly ChannelSelector[];
  /** Milliseconds since the Unix epoch; `null`: never. */
  readonly expiresAt: number | null;
}

const readCaller = object<Caller>({
  auth: oneOf('none', 'jwt', 'proxy'),
  who: text,
  channels: list(channelSelector),
  write: list(channelSelector),
  admin: list(channelSelector),
  expiresAt: nullable(millis),
});

/** Rejects with `unauthorized` where one has to sign in. */
export async function askWhoIAm(signal: AbortSignal): Promise<Caller> {
  return await ask('api/session', readCaller, { signal });
}

/** The gateway keeps the token in a cookie that no script can read. */
export async function signIn(token: string): Promise<Caller> {
  return await ask('api/session', readCaller, { method: 'POST', body: { token } });
}

export async function signOut(): Promise<void> {
  await askText('api/session', { method: 'DELETE' });
}
