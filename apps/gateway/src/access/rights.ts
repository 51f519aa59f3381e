import { selects, type ChannelName, type ChannelSelector } from '@tailgate/protocol';
import { channelSelectorSchema } from '@tailgate/protocol/schemas';
import * as z from 'zod';

/** Which channels may be read, which appended to, and which purged; everything that is not named is not permitted. */
export interface Rights {
  readonly read: readonly ChannelSelector[];
  readonly write: readonly ChannelSelector[];
  readonly admin: readonly ChannelSelector[];
}

export function includes(selectors: readonly ChannelSelector[], channel: ChannelName): boolean {
  return selectors.some((selector) => selects(selector, channel));
}

/** So many patterns are read from one claim: each is tried on each channel of a list. */
const MAX_SELECTORS = 1000;

const selectors = z.array(channelSelectorSchema).max(MAX_SELECTORS);

/** As they are stored with a ticket. */
export const rightsSchema = z.object({ read: selectors, write: selectors, admin: selectors });

/** Of everybody where nobody has to prove anything. */
export const ALL_RIGHTS: Rights = rightsSchema.parse({ read: ['*/*'], write: ['*/*'], admin: ['*/*'] });

const claims = z
  .object({
    channels: selectors.default([]),
    write: z.union([selectors, z.boolean()]).default([]),
    admin: z.union([selectors, z.boolean()]).default([]),
  })
  .transform(({ channels, write, admin }): Rights => {
    const spelledOut = (claim: readonly ChannelSelector[] | boolean) =>
      typeof claim === 'boolean' ? (claim ? channels : []) : claim;
    return { read: channels, write: spelledOut(write), admin: spelledOut(admin) };
  });

/**
 * The claims of a token: `channels`, `write` and `admin` are lists of channels and patterns; `true` for one of the latter two stands for
 * those that may be read. An absent claim permits nothing. Answers the name of the claim that is none of this.
 */
export function readClaims(payload: unknown): Rights | { readonly badClaim: string } {
  const read = claims.safeParse(payload);
  return read.success ? read.data : { badClaim: String(read.error.issues[0]?.path[0] ?? 'payload') };
}
