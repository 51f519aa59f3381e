import { channelKind, channelShortName, type ChannelName } from '@tailgate/protocol';
import { useLocation } from 'wouter';
import { useShortcuts } from '../app/shortcuts.js';
import { channelPath } from './channel-path.js';
import { useChannelsOfKind } from './use-channels-of-kind.js';

/** The channels of the same kind; the page changes over at once. */
export function ChannelSelect({ channel }: { readonly channel: ChannelName }) {
  const kind = channelKind(channel);
  const [, navigate] = useLocation();
  const { channels, refresh } = useChannelsOfKind(kind);
  const listed = channels.includes(channel) ? channels : [channel, ...channels];
  const at = listed.indexOf(channel);
  const go = (target: ChannelName | undefined): void => {
    if (target !== undefined && target !== channel) navigate(channelPath(target));
  };
  useShortcuts({ '[': () => go(listed[at - 1]), ']': () => go(listed[at + 1]) });
  return (
    <label className="channel-select">
      <span className="kind">{kind}</span>
      <span className="hidden">: channel</span>
      <select
        value={channel}
        onPointerDown={refresh}
        onFocus={refresh}
        onChange={({ target }) => go(listed.find((each) => each === target.value))}
      >
        {listed.map((each) => (
          <option key={each} value={each}>
            {channelShortName(each)}
          </option>
        ))}
      </select>
    </label>
  );
}
