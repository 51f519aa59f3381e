import type { AccessMode } from './mode.js';
import { Caller } from './caller.js';
import { ALL_RIGHTS } from './rights.js';

/** Who everybody is. */
export const ANYBODY = new Caller({ who: 'anonymous', rights: ALL_RIGHTS, expiresAt: null });

/** `AUTH=none`: everybody who gets this far may do everything. That these are the right ones is the business of the Host rule. */
export class OpenMode implements AccessMode {
  readonly name = 'none';

  identify(): Promise<Caller> {
    return Promise.resolve(ANYBODY);
  }
}
