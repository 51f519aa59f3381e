import { channelSelectorSchema } from '@tailgate/protocol/schemas';
import * as z from 'zod';
import type { Operation } from '../openapi/operation.js';

const caller = z.object({
  auth: z.enum(['none', 'jwt', 'proxy']).describe('how callers prove who they are'),
  who: z.string(),
  channels: z.array(channelSelectorSchema).describe('what may be read'),
  write: z.array(channelSelectorSchema).describe('what may be appended to'),
  admin: z.array(channelSelectorSchema).describe('what may be purged'),
  expiresAt: z.int().nullable().describe('milliseconds since the Unix epoch; null: never'),
});

const isCaller = { description: 'Who one is, and what one may do.', content: { 'application/json': caller } };

/** What `POST /api/session` takes where there is no `Authorization`. */
export const signInSchema = z.strictObject({ token: z.string().min(1) });

export const SIGN_IN: Operation = {
  summary: 'Sign in',
  description:
    'Makes a cookie of a token: that of `Authorization: Bearer`, or else of the body. It ends when the token does.',
  body: { 'application/json': signInSchema },
  isBodyOptional: true,
  answer: { status: 200, ...isCaller },
  errors: ['unauthorized', 'forbidden', 'unavailable'],
};

export const WHO_AM_I: Operation = {
  summary: 'Who am I',
  answer: { status: 200, ...isCaller },
  errors: ['unauthorized', 'unavailable'],
};

export const SIGN_OUT: Operation = {
  summary: 'Sign out',
  description: 'Takes the cookie away. The token itself is good until it expires.',
  answer: { status: 204, description: 'Signed out, also where nobody was signed in.' },
  errors: ['forbidden'],
};

/** So many channels and patterns are named by one ticket. */
export const MAX_TICKET_CHANNELS = 100;

export const ticketRequestSchema = z.strictObject({
  channels: z.array(channelSelectorSchema).min(1).max(MAX_TICKET_CHANNELS),
});

const ticket = z.object({
  ticket: z.string().describe('goes into the URL of one stream, as ticket='),
  expiresAt: z.int().describe('until when it can be redeemed: milliseconds since the Unix epoch'),
});

export const ISSUE_TICKET: Operation = {
  summary: 'A ticket for one stream',
  description:
    'For those who dial with nothing but a URL. Good for 30 s, once, on whichever gateway; reads what both the ticket names and its maker may read.',
  body: { 'application/json': ticketRequestSchema },
  answer: { status: 200, description: 'The ticket.', content: { 'application/json': ticket } },
  errors: ['unauthorized', 'forbidden', 'unavailable'],
};
