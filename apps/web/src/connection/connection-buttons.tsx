import { Icon, type IconName } from '../app/icon.js';
import { useShortcuts } from '../app/shortcuts.js';
import type { ConnectionView } from './connection-view.js';
import type { LiveConnection } from './live-connection.js';

interface ConnectionButtonsProps {
  readonly connection: LiveConnection;
  readonly view: ConnectionView;
  readonly onClear: () => void;
  readonly onFailure: (error: unknown) => void;
}

/** What a person can do with a connection. */
export function ConnectionButtons({ connection, view, onClear, onFailure }: ConnectionButtonsProps) {
  const isUp = view.phase === 'open' || view.phase === 'live';
  const isOff = view.phase === 'closed';
  const hold = (): void => (view.isPaused ? connection.resume() : connection.pause());
  const toggle = (): void => (isOff ? connection.open() : connection.close());
  const reconnect = (): void => connection.reconnect();
  const ping = (): void => void connection.ping().catch(onFailure);
  useShortcuts({ p: hold, x: onClear, r: reconnect, d: toggle });
  return (
    <div className="buttons" role="group" aria-label="Connection">
      <Action
        icon={view.isPaused ? 'resume' : 'pause'}
        name={view.isPaused ? 'Resume' : 'Pause'}
        does="nothing is lost (p)"
        onClick={hold}
        isDisabled={isOff}
      />
      <Action icon="clear" name="Clear" does="only the display (x)" onClick={onClear} />
      <Action icon="reconnect" name="Reconnect" does="now (r)" onClick={reconnect} />
      <Action
        icon={isOff ? 'connect' : 'disconnect'}
        name={isOff ? 'Connect' : 'Disconnect'}
        does="(d)"
        onClick={toggle}
      />
      <Action icon="ping" name="Ping" does="how long to the gateway and back" onClick={ping} isDisabled={!isUp} />
    </div>
  );
}

interface ActionProps {
  readonly icon: IconName;
  readonly name: string;
  readonly does: string;
  readonly onClick: () => void;
  readonly isDisabled?: boolean;
}

function Action({ icon, name, does, onClick, isDisabled = false }: ActionProps) {
  return (
    <button type="button" className="action" title={`${name}: ${does}`} onClick={onClick} disabled={isDisabled}>
      <Icon name={icon} />
      <span className="action-name">{name}</span>
    </button>
  );
}
