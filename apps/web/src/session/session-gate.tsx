import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { askWhoIAm, signOut as askToSignOut, type Caller } from '../gateway/caller.js';
import { SessionContext, type Session } from './session-context.js';
import { SignInDialog } from './sign-in-dialog.js';
import { SignInPage } from './sign-in-page.js';

/** A gateway that can't be asked is asked again after so long: milliseconds. */
const AGAIN_MS = 2_000;

/**
 * `asking`: nobody knows yet. `in`: the gateway has said who one is, or can't be asked and will be. `out`: one has to sign in.
 * `expired`: one was signed in; what was on the page stays there.
 */
type Standing = 'asking' | 'in' | 'out' | 'expired';

/** Shows the page to those who may see something, and asks the others who they are. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const [standing, setStanding] = useState<Standing>('asking');
  const [caller, setCaller] = useState<Caller>();
  const [signIns, setSignIns] = useState(0);

  useWhoIAm(setCaller, setStanding);
  const failed = useCallback((error: unknown) => {
    if (isUnauthorized(error)) setStanding((was) => (was === 'in' ? 'expired' : was));
  }, []);
  const signedIn = useCallback((who: Caller) => {
    setCaller(who);
    setStanding('in');
    setSignIns((count) => count + 1);
  }, []);
  const signOut = useCallback(() => {
    const out = (): void => {
      setCaller(undefined);
      setStanding('out');
    };
    // Where the gateway can't be reached the cookie stays, and so does the reader.
    askToSignOut().then(out, () => undefined);
  }, []);
  const session = useMemo<Session>(() => ({ caller, signIns, failed, signOut }), [caller, signIns, failed, signOut]);

  if (standing === 'asking') return null;
  if (standing === 'out') return <SignInPage onSignedIn={signedIn} />;
  return (
    <SessionContext value={session}>
      {children}
      {standing === 'expired' && <SignInDialog onSignedIn={signedIn} />}
    </SessionContext>
  );
}

/** Asks until there is an answer. */
function useWhoIAm(onCaller: (caller: Caller) => void, onStanding: (standing: Standing) => void): void {
  useEffect(() => {
    const end = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const answered = (caller: Caller): void => {
      onCaller(caller);
      onStanding('in');
    };
    const failed = (error: unknown): void => {
      if (end.signal.aborted) return;
      if (isUnauthorized(error)) {
        onStanding('out');
        return;
      }
      // The page tells by itself that the gateway is not there.
      onStanding('in');
      timer = setTimeout(ask, AGAIN_MS);
    };
    const ask = (): void => void askWhoIAm(end.signal).then(answered, failed);
    ask();
    return () => {
      end.abort();
      clearTimeout(timer);
    };
  }, [onCaller, onStanding]);
}

/** Of REST and of the SDK alike. */
function isUnauthorized(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'unauthorized' || error.code === 'expired');
}
