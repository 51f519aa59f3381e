import { sessionSchema, signInSchema, ticketRequestSchema, ticketSchema } from '@tailgate/protocol/schemas';
import type { Operation } from '../openapi/operation.js';

const isCaller = { description: 'who one is, and what one may do', content: { 'application/json': sessionSchema } };

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
  answer: { status: 204, description: 'signed out, also where nobody was signed in' },
  errors: ['forbidden'],
};

export const ISSUE_TICKET: Operation = {
  summary: 'A ticket for one stream',
  description:
    'For those who dial with nothing but a URL. Good for 30 s, once, on whichever gateway; reads what both the ticket names and its ' +
    'maker may read.',
  body: { 'application/json': ticketRequestSchema },
  answer: { status: 200, description: 'the ticket', content: { 'application/json': ticketSchema } },
  errors: ['unauthorized', 'forbidden', 'unavailable'],
};
