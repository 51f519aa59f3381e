import { useSyncExternalStore } from 'react';
import type { ConnectionView } from './connection-view.js';
import type { LiveConnection } from './live-connection.js';

/** The connection as it is; the component is drawn anew when that changes. */
export function useConnectionView(connection: LiveConnection): ConnectionView {
  return useSyncExternalStore(connection.watch, () => connection.view);
}
