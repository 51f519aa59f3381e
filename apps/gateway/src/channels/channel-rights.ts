import type { ChannelName } from '@tailgate/protocol';
import type { FastifyRequest } from 'fastify';

/** What a caller may do. */
export interface ChannelRights {
  /** Stable for one user or program, and different for different ones. */
  readonly who: string;
  mayRead(channel: ChannelName): boolean;
  mayWrite(channel: ChannelName): boolean;
  /** Whether what is stored of the channel may be purged. */
  mayAdmin(channel: ChannelName): boolean;
}

/** Of everybody, while nobody has to say who they are. */
const ALL: ChannelRights = { who: 'anybody', mayRead: () => true, mayWrite: () => true, mayAdmin: () => true };

/** The rights of whoever has sent the request. */
export function rightsOf(_request: FastifyRequest): ChannelRights {
  return ALL;
}
