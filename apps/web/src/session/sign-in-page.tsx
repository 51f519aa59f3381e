import type { Caller } from '../gateway/caller.js';
import { AppBar } from '../app/app-bar.js';
import { SignInForm } from './sign-in-form.js';

/** All that those see who are not signed in. */
export function SignInPage({ onSignedIn }: { readonly onSignedIn: (caller: Caller) => void }) {
  return (
    <>
      <AppBar />
      <main className="page narrow-page">
        <h1>Sign in</h1>
        <SignInForm onSignedIn={onSignedIn} />
      </main>
    </>
  );
}
