import { useState, type SubmitEvent } from 'react';
import { Fault } from '../app/fault.js';
import { useLocation } from 'wouter';
import { Dialog } from '../app/dialog.js';
import { startDeployment } from '../gateway/deployments.js';
import { useSession } from '../session/session-context.js';
import { channelPath } from '../viewer/channel-path.js';

/** Starts a demo deployment, and goes to look at it. */
export function NewDeploymentButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="main-action" onClick={() => setOpen(true)}>
        New deployment
      </button>
      {isOpen && (
        <Dialog title="New deployment" onClose={() => setOpen(false)}>
          <NewDeploymentForm />
        </Dialog>
      )}
    </>
  );
}

function NewDeploymentForm() {
  const { failed } = useSession();
  const [, navigate] = useLocation();
  const [name, setName] = useState('');
  const [lines, setLines] = useState('120');
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setBusy(true);
    startDeployment({ ...(name !== '' && { name }), lines: Number(lines) }).then(
      ({ channel }) => navigate(channelPath(channel)),
      (error: unknown) => {
        failed(error);
        setFault(error instanceof Error ? error.message : String(error));
        setBusy(false);
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <p>It writes a log file, a line every half second, which is followed like any other.</p>
      <label className="stacked">
        Name (optional)
        <input
          type="text"
          value={name}
          autoFocus
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={128}
          pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
          title="A letter or digit, then letters, digits, dots, underscores and hyphens"
          onChange={({ target }) => setName(target.value)}
        />
      </label>
      <label className="stacked">
        Lines
        <input
          type="number"
          value={lines}
          min={1}
          max={10_000}
          required
          onChange={({ target }) => setLines(target.value)}
        />
      </label>
      <Fault text={fault} />
      <button type="submit" className="main-action" disabled={isBusy}>
        Start
      </button>
    </form>
  );
}
