import { useId, useState, type SubmitEvent } from 'react';
import { Fault } from '../app/fault.js';
import { signIn, type Caller } from '../gateway/caller.js';

/** Takes a token and makes a session of it. */
export function SignInForm({ onSignedIn }: { readonly onSignedIn: (caller: Caller) => void }) {
  const [token, setToken] = useState('');
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setBusy(true);
    signIn(token.trim()).then(onSignedIn, (error: unknown) => {
      setFault(error instanceof Error ? error.message : String(error));
      setBusy(false);
    });
  };
  return (
    <form className="sign-in" onSubmit={submit}>
      <label htmlFor={id}>Token</label>
      <textarea
        id={id}
        value={token}
        onChange={({ target }) => setToken(target.value)}
        rows={5}
        required
        autoFocus
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        aria-describedby={`${id}-about`}
        aria-invalid={fault !== ''}
      />
      <p className="about" id={`${id}-about`}>
        A JSON Web Token, as <code>tailgate token</code> or whoever runs this gateway gives you. It is kept in a cookie
        that no script can read, until it expires.
      </p>
      <Fault text={fault} />
      <button type="submit" className="main-action" disabled={isBusy || token.trim() === ''}>
        Sign in
      </button>
    </form>
  );
}
