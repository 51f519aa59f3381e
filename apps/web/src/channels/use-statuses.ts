import { connect } from '@tailgate/client';
import type { ChannelName, ChannelState } from '@tailgate/protocol';
import { useEffect, useState } from 'react';
import type { ListedChannel } from '../gateway/channel-list.js';
import { useSession } from '../session/session-context.js';

const NONE: ReadonlyMap<ChannelName, ChannelState> = new Map();

/** How channels fare, by a connection on which no line is sent. Nothing where there is no WebSocket. */
export function useStatuses(channels: readonly ListedChannel[] | undefined): ReadonlyMap<ChannelName, ChannelState> {
  const { caller, signIns } = useSession();
  const hasSession = caller?.auth === 'jwt';
  const [statuses, setStatuses] = useState(NONE);
  const names =
    channels
      ?.map(({ channel }) => channel)
      .toSorted()
      .join() ?? '';
  useEffect(() => {
    if (names === '') return undefined;
    // An event stream has at most 16 channels.
    const gateway = connect(document.baseURI, { transport: 'websocket', ...(hasSession && { token: '' }) });
    const subscription = gateway.subscribe(names.split(','), { tail: 0 });
    subscription.pause();
    subscription.on('status', ({ channel, state }) => setStatuses((known) => new Map(known).set(channel, state)));
    subscription.on('state', ({ phase }) => {
      if (phase === 'disconnected' || phase === 'closed') setStatuses(NONE);
    });
    subscription.on('entries', () => undefined);
    return () => subscription.close();
  }, [names, hasSession, signIns]);
  return statuses;
}
