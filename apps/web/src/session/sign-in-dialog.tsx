import { Dialog } from '../app/dialog.js';
import type { Caller } from '../gateway/caller.js';
import { SignInForm } from './sign-in-form.js';

/** Over a page whose session has expired: what is on it stays, and goes on afterwards. */
export function SignInDialog({ onSignedIn }: { readonly onSignedIn: (caller: Caller) => void }) {
  return (
    <Dialog title="Your session has expired">
      <p>Nothing new comes until you sign in again. What is on the page stays, and nothing is missed.</p>
      <SignInForm onSignedIn={onSignedIn} />
    </Dialog>
  );
}
