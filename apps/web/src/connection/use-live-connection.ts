import type { ChannelName } from '@tailgate/protocol';
import { useEffect, useMemo, useRef } from 'react';
import type { LineFilter } from '../gateway/filter.js';
import { useSession } from '../session/session-context.js';
import { LiveConnection, type TransportChoice } from './live-connection.js';

/** Records of history that come first. */
const TAIL = 200;

/**
 * A connection for as long as the component is there. Other channels or another filter: another one; another transport: the same one
 * dials anew, and so it does when somebody has signed in after it was refused.
 */
export function useLiveConnection(
  channels: readonly ChannelName[],
  filter: LineFilter,
  transport: TransportChoice,
): LiveConnection {
  const { caller, failed, signIns } = useSession();
  const hasSession = caller?.auth === 'jwt';
  const connection = useMemo(
    () => new LiveConnection(channels, { filter, tail: TAIL, hasSession }),
    [channels, filter, hasSession],
  );
  const refusedAt = useRef(-1);
  useEffect(() => connection.use(transport), [connection, transport]);
  useEffect(() => {
    connection.open();
    return () => connection.close();
  }, [connection]);
  useEffect(
    () =>
      connection.watch(() => {
        const { phase, error } = connection.view;
        if (phase !== 'closed' || error === undefined) return;
        refusedAt.current = signIns;
        failed(error);
      }),
    [connection, failed, signIns],
  );
  useEffect(() => {
    if (refusedAt.current >= 0 && refusedAt.current < signIns) connection.reconnect();
  }, [connection, signIns]);
  return connection;
}
