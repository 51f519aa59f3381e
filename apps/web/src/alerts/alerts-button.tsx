import { useState, type SubmitEvent } from 'react';
import { Dialog } from '../app/dialog.js';
import { Icon } from '../app/icon.js';
import type { Alerts } from './use-alerts.js';

/** Says whether the reader is told of lines, and lets them say of which. */
export function AlertsButton({ alerts }: { readonly alerts: Alerts }) {
  const [isOpen, setOpen] = useState(false);
  const isOn = alerts.settings.pattern !== '';
  return (
    <>
      <button
        type="button"
        className="action"
        aria-pressed={isOn}
        title={
          isOn ? `You are told of lines that match ${alerts.settings.pattern}` : 'Be told of lines that match a pattern'
        }
        onClick={() => setOpen(true)}
      >
        <Icon name="bell" />
        <span className="action-name">Alerts</span>
      </button>
      {alerts.fault !== '' && (
        <p className="fault" role="alert">
          Alerts: {alerts.fault}
        </p>
      )}
      {isOpen && (
        <Dialog title="Alerts" onClose={() => setOpen(false)}>
          <AlertsForm alerts={alerts} onDone={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  );
}

function AlertsForm({
  alerts: { settings, change },
  onDone,
}: {
  readonly alerts: Alerts;
  readonly onDone: () => void;
}) {
  const [pattern, setPattern] = useState(settings.pattern);
  const [notifies, setNotifies] = useState(settings.notifies);
  const [denied, setDenied] = useState(false);
  const wantNotifications = (wanted: boolean): void => {
    setNotifies(wanted);
    if (!wanted) return;
    Notification.requestPermission().then(
      (permission) => {
        if (permission === 'granted') return;
        setDenied(true);
        setNotifies(false);
      },
      () => setDenied(true),
    );
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    change({ pattern, notifies });
    onDone();
  };
  return (
    <form onSubmit={submit}>
      <p>While you look at something else, the title of this tab counts lines that match.</p>
      <label className="stacked">
        Pattern (regular expression, upper and lower case alike)
        <input
          type="text"
          value={pattern}
          placeholder="error|panic"
          autoComplete="off"
          spellCheck={false}
          maxLength={1000}
          autoFocus
          onChange={({ target }) => setPattern(target.value)}
        />
      </label>
      <label className="checked">
        <input type="checkbox" checked={notifies} onChange={({ target }) => wantNotifications(target.checked)} />
        Show notifications of the browser too
      </label>
      {denied && (
        <p className="fault" role="alert">
          The browser does not permit notifications for this page.
        </p>
      )}
      <div className="dialog-actions">
        <button type="button" onClick={() => setPattern('')} className="quiet-button">
          None
        </button>
        <button type="submit" className="main-action">
          Save
        </button>
      </div>
    </form>
  );
}
