import { createContext, useContext } from 'react';
import type { Caller } from '../gateway/caller.js';

/** Who the reader is to the gateway. */
export interface Session {
  /** `undefined` until the gateway has said so, and while nobody is signed in. */
  readonly caller: Caller | undefined;
  /** How often somebody has signed in: what was refused may be tried again when it grows. */
  readonly signIns: number;
  /** To be told of every failure: where it is that the gateway does not know the reader (any more), the page asks again. */
  readonly failed: (error: unknown) => void;
  readonly signOut: () => void;
}

export const SessionContext = createContext<Session>({
  caller: undefined,
  signIns: 0,
  failed: () => undefined,
  signOut: () => undefined,
});

export function useSession(): Session {
  return useContext(SessionContext);
}
