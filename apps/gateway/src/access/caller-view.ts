import type { Caller } from './caller.js';
import type { AccessMode } from './mode.js';

/** A caller as `GET /api/session` tells them of themselves. */
export interface CallerView {
  readonly auth: AccessMode['name'];
  readonly who: string;
  /** Channels and patterns that may be read, appended to, purged. */
  readonly channels: readonly string[];
  readonly write: readonly string[];
  readonly admin: readonly string[];
  /** Milliseconds since the Unix epoch; `null`: never. */
  readonly expiresAt: number | null;
}

export function viewCaller({ facts: { who, rights, expiresAt } }: Caller, auth: AccessMode['name']): CallerView {
  return { auth, who, channels: rights.read, write: rights.write, admin: rights.admin, expiresAt };
}
