import { parseChannel } from '@tailgate/protocol';
import { Redirect, useSearchParams } from 'wouter';
import { BadAddressPage } from '../app/bad-address-page.js';
import { ChannelPage } from './channel-page.js';
import { useChannelsOfKind } from './use-channels-of-kind.js';

/** `/logs.html?host=h5`, where an earlier viewer was; without a host the first one, once there is one. */
export function HostsPage() {
  const [query] = useSearchParams();
  const host = query.get('host');
  if (host === null) return <FirstHost />;
  const channel = parseChannel(`host/${host}`);
  return channel === undefined ? <BadAddressPage what={`host/${host}`} /> : <ChannelPage channel={channel} />;
}

function FirstHost() {
  const { channels, isAsked } = useChannelsOfKind('host');
  const [first] = channels;
  if (first !== undefined) return <Redirect to={`/channels/${first}`} replace />;
  return isAsked ? <Redirect to="/?kind=host" replace /> : null;
}
