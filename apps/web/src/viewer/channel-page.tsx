import type { ChannelName } from '@tailgate/protocol';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { Icon } from '../app/icon.js';
import { useTitle } from '../app/use-title.js';
import { ChannelSelect } from './channel-select.js';
import { ChannelsPage } from './channels-page.js';

/** One channel, live. */
export function ChannelPage({ channel }: { readonly channel: ChannelName }) {
  const channels = useMemo(() => [channel], [channel]);
  useTitle(channel);
  return (
    <ChannelsPage
      channels={channels}
      show="merged"
      heading={
        <>
          <h1 className="hidden">{channel}</h1>
          <Link className="back" href="/" aria-label="Back to all channels" title="Back to all channels">
            <Icon name="back" />
          </Link>
          <ChannelSelect channel={channel} />
        </>
      }
    />
  );
}
