import type { CustomDecorator } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyRequest } from 'fastify';
import type { Caller } from './caller.js';

/**
 * What a route asks of those who call it. Absent, and so in every route where nobody has thought of it: a known caller.
 *
 * - `open`: nothing.
 * - `probe`: nothing, not even a Host that is ours: load balancers and scrapers call by address. Never refused for their number.
 * - `stream`: a known caller, who may prove it by a ticket in the query. What can't be served now is answered 200 and told to come again.
 */
export type RouteAccess = (typeof ROUTE_ACCESSES)[number];

const ROUTE_ACCESSES = ['open', 'probe', 'stream'] as const;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
  interface FastifyRequest {
    /** Set before the handler of every route but the open ones; see `callerOf`. */
    caller?: Caller;
  }
}

/** Marks a handler of a Nest controller. Routes of Fastify's say `config: { access: … }`. */
export function Access(access: RouteAccess): CustomDecorator {
  return RouteConfig({ access });
}

/** What a handler of a Nest controller was marked with. */
export function accessOf(handler: object): RouteAccess | undefined {
  const config: unknown = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler);
  const access = typeof config === 'object' && config !== null && 'access' in config ? config.access : undefined;
  return ROUTE_ACCESSES.find((known) => known === access);
}

/** Who has sent the request. On an open route there is nobody to be had: a mistake of the program's, and an `Error`. */
export function callerOf({ caller }: Pick<FastifyRequest, 'caller'>): Caller {
  if (!caller) throw new Error('an open route asked for its caller');
  return caller;
}
