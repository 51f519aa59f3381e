import { useState } from 'react';
import { logShortcuts } from '../log/index.js';
import { Dialog } from './dialog.js';
import { useShortcuts, type Shortcut } from './shortcuts.js';

/** What the viewer's own keys do. The log's are beside them. */
const VIEWER_KEYS: readonly Shortcut[] = [
  { keys: 'p', does: 'Pause, resume' },
  { keys: 'x', does: 'Clear the display' },
  { keys: 'r', does: 'Reconnect' },
  { keys: 'd', does: 'Disconnect, connect' },
  { keys: 'f', does: 'Filter on the server' },
  { keys: '[, ]', does: 'The channel before, the next one' },
  { keys: '?', does: 'This help' },
];

/** Opens the help, as `?` does. */
export function HelpButton() {
  const [isOpen, setOpen] = useState(false);
  useShortcuts({ '?': () => setOpen(true) });
  return (
    <>
      <button
        type="button"
        className="quiet-button"
        aria-label="Help: keyboard shortcuts"
        title="Help (?)"
        onClick={() => setOpen(true)}
      >
        ?
      </button>
      {isOpen && (
        <Dialog title="Keyboard shortcuts" onClose={() => setOpen(false)}>
          <KeyList title="Connection" shortcuts={VIEWER_KEYS} />
          <KeyList title="Log" shortcuts={logShortcuts} />
          <p>
            For programs: <a href="docs">the API</a>. SSE and WebSocket side by side: <a href="compare">compare</a>.
          </p>
        </Dialog>
      )}
    </>
  );
}

function KeyList({ title, shortcuts }: { readonly title: string; readonly shortcuts: readonly Shortcut[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl className="keys">
        {shortcuts.map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              {keys.split(', ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
