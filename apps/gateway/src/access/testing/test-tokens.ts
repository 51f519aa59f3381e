import { parseChannel, type ChannelName } from '@tailgate/protocol';
import { SignJWT } from 'jose';

/** What a test's gateway is started with. */
export const SECRET = 'a secret of the tests, long enough for HS256';

/** A token that is good for a minute; `claims` may say otherwise. */
export async function tokenOf(
  claims: Readonly<Record<string, unknown>>,
  secret = SECRET,
  alg = 'HS256',
): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 60;
  return new SignJWT({ sub: 'tester', exp, ...claims })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(secret));
}

/** The name that `text` is; for literals. */
export function channelOf(text: string): ChannelName {
  const channel = parseChannel(text);
  if (channel === undefined) throw new Error(`${text} names no channel`);
  return channel;
}

export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}
