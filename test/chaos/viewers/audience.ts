import type { Browser } from 'playwright-core';
import { Random } from '../../support/viewing/random.ts';
import type { Abilities } from '../abilities.ts';
import type { Fleet } from '../fleet.ts';
import { GATEWAYS } from '../member-name.ts';
import type { WrittenFile } from '../written-file.ts';
import { ChromiumWatcher } from './chromium-watcher.ts';
import { PlainWatcher } from './plain-watcher.ts';
import { SdkWatcher } from './sdk-watcher.ts';
import type { Watcher } from './watcher.ts';

/** Beside the one that each file has. */
const MORE = 10;

export interface Place {
  readonly files: readonly WrittenFile[];
  readonly fleet: Fleet;
  readonly abilities: Abilities;
  /** A proxy before two of the gateways, where there is one. */
  readonly proxyUrl: string | undefined;
  readonly browser: Browser | undefined;
  readonly seed: number;
}

/** Viewers of all sorts: each file has one, some have two. Every other of the SDK's and of `curl` comes through the proxy. `opened` ends them. */
export async function gather(place: Place, opened: AsyncDisposableStack): Promise<readonly Watcher[]> {
  const { files, browser } = place;
  const watchers = Array.from({ length: files.length + MORE }, (_, index) => opened.use(watch(index, place)));
  const [file] = files;
  if (browser !== undefined && file !== undefined) {
    watchers.push(opened.use(await ChromiumWatcher.open(browser, file.channel, addressFor(0, place))));
  }
  return watchers;
}

function watch(index: number, place: Place): Watcher {
  const { files, fleet, abilities, seed } = place;
  const channel = files[index % files.length]?.channel ?? '';
  const random = new Random(seed + index + 1);
  switch (index % 5) {
    case 0:
      return new PlainWatcher('http', channel, '&batch=1', random, fleet.anyGateway);
    case 1:
      return new SdkWatcher('websocket', channel, addressFor(index, place));
    case 2:
      return new SdkWatcher('sse', channel, addressFor(index, place));
    case 3:
      if (abilities.curl !== undefined) return curl(index, channel, random, place);
      return new PlainWatcher('http', channel, '', random, fleet.anyGateway);
    default:
      return new PlainWatcher('http', channel, '', random, fleet.anyGateway);
  }
}

function curl(index: number, channel: string, random: Random, place: Place): Watcher {
  const { proxyUrl, fleet } = place;
  const isProxied = proxyUrl !== undefined && index % 2 === 0;
  return new PlainWatcher('curl', channel, '', random, isProxied ? () => proxyUrl : fleet.anyGateway);
}

/** An address that stays. */
function addressFor(index: number, { fleet, proxyUrl }: Place): string {
  const name = GATEWAYS[index % GATEWAYS.length];
  const own = name === undefined ? '' : fleet.member(name).address;
  return index % 2 === 0 ? (proxyUrl ?? own) : own;
}
