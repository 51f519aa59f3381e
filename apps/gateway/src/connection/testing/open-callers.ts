import type { IncomingMessage } from 'node:http';
import type { HostRule } from '../../http/host-rule.js';
import type { Caller, Callers } from '../caller.js';

const ANYBODY: Caller = { mayRead: () => true, expiresAt: undefined };

/** Nobody has to prove who they are: everybody who asks under one of our names may read everything. */
export class OpenCallers implements Callers {
  constructor(private readonly hosts: HostRule) {}

  of(): Caller {
    return ANYBODY;
  }

  ofSocket(request: IncomingMessage): Promise<Caller> {
    return new Promise((resolve) => {
      this.hosts.check(request);
      resolve(ANYBODY);
    });
  }

  addressOf({ socket }: IncomingMessage): string {
    return socket.remoteAddress ?? '';
  }

  withToken(): Promise<Caller> {
    return Promise.resolve(ANYBODY);
  }
}
