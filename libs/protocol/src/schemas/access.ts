import { z } from 'zod';
import { channelSelectorSchema } from './names.js';
import { millisSchema } from './numbers.js';

const selectors = z.array(channelSelectorSchema);

/** Who one is. PROTOCOL: "`GET /api/session`". */
export const sessionSchema = z
  .object({
    auth: z.enum(['none', 'jwt', 'proxy']).describe('how callers prove who they are'),
    who: z.string(),
    channels: selectors.describe('what may be read'),
    write: selectors.describe('what may be appended to'),
    admin: selectors.describe('what may be purged'),
    expiresAt: millisSchema.nullable().describe('milliseconds since the Unix epoch; null: never'),
  })
  .meta({ id: 'Session' });

/** What `POST /api/session` takes where there is no `Authorization`. */
export const signInSchema = z.strictObject({ token: z.string().min(1) }).meta({ id: 'SignIn' });

/** So many channels and patterns are named by one ticket. */
const MAX_TICKET_CHANNELS = 100;

export const ticketRequestSchema = z
  .strictObject({
    channels: selectors
      .min(1)
      .max(MAX_TICKET_CHANNELS)
      .describe(`1 to ${MAX_TICKET_CHANNELS} channels and patterns of channels, such as deployment/*`),
  })
  .meta({ id: 'TicketRequest' });

export const ticketSchema = z
  .object({
    ticket: z.string().describe('goes into the URL of one stream, as ticket='),
    expiresAt: millisSchema.describe('until when it can be redeemed: milliseconds since the Unix epoch'),
  })
  .meta({ id: 'Ticket' });
