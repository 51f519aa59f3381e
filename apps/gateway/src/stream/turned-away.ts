import type { FastifyReply, FastifyRequest } from 'fastify';
import { comeAgainAfter } from './come-again.js';
import { encodeEvent, encodeRetry } from './sse-encoder.js';
import { answerStream } from './stream-answer.js';
import { identity } from './stream-coding.js';

/**
 * The whole event stream of a viewer of whom nobody knows now who it is: keys or tickets can't be looked at. PROTOCOL: an error would
 * end its `EventSource` for good.
 */
export function answerTurnedAway(request: FastifyRequest, reply: FastifyReply): void {
  answerStream(request, reply, identity, (output) => {
    const closing = encodeEvent({ event: 'closing', data: { reason: 'drain' } });
    output.on('error', () => undefined);
    output.end(Buffer.concat([encodeRetry(comeAgainAfter()), closing]), () => output.destroy());
  });
}
