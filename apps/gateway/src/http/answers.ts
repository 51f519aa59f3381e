import type { Server } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

type Answered = (request: FastifyRequest, reply: FastifyReply) => void;

const listeners = new WeakMap<Server, readonly Answered[]>();

/** Calls `answered` for each answer: at its end, and for a stream once its headers are written. */
export function onAnswer(fastify: FastifyInstance, answered: Answered): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    answered(request, reply);
    done();
  });
  listeners.set(fastify.server, [...(listeners.get(fastify.server) ?? []), answered]);
}

/** To be called for a stream, which to Fastify never ends: its connection leaves HTTP. */
export function streamAnswered(request: FastifyRequest, reply: FastifyReply): void {
  for (const answered of listeners.get(request.server.server) ?? []) answered(request, reply);
}
