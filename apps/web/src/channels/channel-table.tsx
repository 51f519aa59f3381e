import type { ChannelName, ChannelState } from '@tailgate/protocol';
import { Link } from 'wouter';
import { ageOf } from '../app/ages.js';
import { useNow } from '../app/use-now.js';
import type { ListedChannel } from '../gateway/channel-list.js';
import { channelPath } from '../viewer/channel-path.js';

interface ChannelTableProps {
  readonly channels: readonly ListedChannel[];
  /** Lines a second, of channels that have some. */
  readonly rates: ReadonlyMap<string, number>;
  readonly statuses: ReadonlyMap<ChannelName, ChannelState>;
  readonly chosen: readonly ChannelName[];
  readonly onChoose: (channels: readonly ChannelName[]) => void;
}

/** What has had a line within this time is active: milliseconds. The list may be 2 s old. */
const ACTIVE_MS = 10_000;

export function ChannelTable({ channels, rates, statuses, chosen, onChoose }: ChannelTableProps) {
  const now = useNow(1_000);
  return (
    <table className="channels">
      <thead>
        <tr>
          <th scope="col">
            <span className="hidden">Choose</span>
          </th>
          <th scope="col">Channel</th>
          <th scope="col">State</th>
          <th scope="col" className="number">
            Lines/s
          </th>
          <th scope="col" className="number lines-column">
            Lines
          </th>
          <th scope="col" className="number">
            Last line
          </th>
        </tr>
      </thead>
      <tbody>
        {channels.map((channel) => (
          <ChannelRow
            key={channel.channel}
            listed={channel}
            rate={rates.get(channel.channel)}
            state={statuses.get(channel.channel)}
            now={now}
            isChosen={chosen.includes(channel.channel)}
            onToggle={(isChosen) =>
              onChoose(isChosen ? [...chosen, channel.channel] : chosen.filter((each) => each !== channel.channel))
            }
          />
        ))}
      </tbody>
    </table>
  );
}

interface ChannelRowProps {
  readonly listed: ListedChannel;
  readonly rate: number | undefined;
  readonly state: ChannelState | undefined;
  readonly now: number;
  readonly isChosen: boolean;
  readonly onToggle: (isChosen: boolean) => void;
}

function ChannelRow({ listed, rate, state, now, isChosen, onToggle }: ChannelRowProps) {
  const { channel, kind, name, records, last, updated } = listed;
  const isActive = rate !== undefined || (last !== null && now - updated < ACTIVE_MS);
  return (
    <tr data-active={isActive}>
      <td className="choice">
        <input
          type="checkbox"
          aria-label={`Choose ${channel}`}
          checked={isChosen}
          onChange={({ target }) => onToggle(target.checked)}
        />
      </td>
      <th scope="row">
        <Link href={channelPath(channel)}>
          <span className="kind">{kind}/</span>
          {name}
        </Link>
      </th>
      <td>
        <StateSign state={state} isActive={isActive} />
      </td>
      <td className="number">{rate === undefined ? '' : rateText(rate)}</td>
      <td className="number lines-column">{records.toLocaleString('en')}</td>
      <td className="number" title={last === null ? undefined : new Date(updated).toLocaleString()}>
        {last === null ? 'none yet' : ageOf(updated, now)}
      </td>
    </tr>
  );
}

const STATES: Readonly<Record<ChannelState, { readonly tone: string; readonly label: string }>> = {
  following: { tone: 'live', label: 'following' },
  waiting: { tone: 'waiting', label: 'no file' },
  stalled: { tone: 'stalled', label: 'tailer stalled' },
  unreachable: { tone: 'unreachable', label: 'broker unreachable' },
};

/** The dot moves while lines come. */
function StateSign({ state, isActive }: { readonly state: ChannelState | undefined; readonly isActive: boolean }) {
  if (state === undefined) return null;
  const { tone, label } = STATES[state];
  return (
    <span className="sign" data-sign={tone} data-still={!isActive}>
      <span className="sign-dot" aria-hidden="true" />
      {label}
    </span>
  );
}

function rateText(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en');
}
