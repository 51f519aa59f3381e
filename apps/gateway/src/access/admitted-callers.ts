import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Caller as Viewer, Callers } from '../connection/caller.js';
import type { Admission } from './admission.js';
import { ProblemError } from '../http/problem-error.js';
import type { AccessMode } from './mode.js';
import { ANYBODY } from './open-mode.js';
import { callerOf } from './route-access.js';

/** Who opens the connections of viewers: those whom the admission has let in. */
export class AdmittedCallers implements Callers {
  constructor(
    private readonly admission: Admission,
    private readonly mode: AccessMode,
  ) {}

  of(request: FastifyRequest): Viewer {
    return callerOf(request);
  }

  async ofSocket(request: IncomingMessage): Promise<Viewer> {
    this.admission.checkPage(request);
    return await this.admission.admit(request, 'stream');
  }

  addressOf(request: IncomingMessage): string {
    return this.admission.addressOf(request);
  }

  async withToken(token: string): Promise<Viewer> {
    const { mode } = this;
    if (mode.verify) return mode.verify(token);
    // A client that has a token for others need not know that nobody asks for it here.
    if (mode.name === 'none') return ANYBODY;
    throw new ProblemError('bad_request', `There are no tokens here: this server has AUTH=${mode.name}.`);
  }
}
