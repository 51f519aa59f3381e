import { useState } from 'react';
import { Dialog } from '../app/dialog.js';
import type { Caller } from '../gateway/caller.js';
import { useSession } from './session-context.js';

/** Who one is, where the gateway asks; opens what one may do. */
export function WhoButton() {
  const { caller, signOut } = useSession();
  const [isOpen, setOpen] = useState(false);
  if (!caller || caller.auth === 'none') return null;
  return (
    <>
      <button
        type="button"
        className="quiet-button who"
        title="Who you are, and what you may read"
        onClick={() => setOpen(true)}
      >
        {caller.who}
      </button>
      {isOpen && (
        <Dialog title={`Signed in as ${caller.who}`} onClose={() => setOpen(false)}>
          <Rights caller={caller} />
          {caller.auth === 'jwt' && (
            <button type="button" className="main-action" onClick={signOut}>
              Sign out
            </button>
          )}
        </Dialog>
      )}
    </>
  );
}

function Rights({ caller: { channels, write, admin, expiresAt } }: { readonly caller: Caller }) {
  return (
    <dl className="rights">
      <dt>May read</dt>
      <dd>{listed(channels)}</dd>
      <dt>May append to</dt>
      <dd>{listed(write)}</dd>
      <dt>May purge and export</dt>
      <dd>{listed(admin)}</dd>
      <dt>Until</dt>
      <dd>{expiresAt === null ? 'no end' : new Date(expiresAt).toLocaleString()}</dd>
    </dl>
  );
}

function listed(channels: readonly string[]) {
  if (channels.length === 0) return 'nothing';
  return channels.map((channel) => <code key={channel}>{channel}</code>);
}
