import { setTimeout } from 'node:timers/promises';
import type { Position } from '@tailgate/protocol';
import { Command } from 'commander';
import { selectors, wholeNumber } from '../shell/arguments.js';
import { checkAccess } from '../shell/check-access.js';
import { gatewayOf, withGateway, withTransport, type GatewayOptions } from '../shell/gateway-options.js';
import { Complaint, type Shell } from '../shell/shell.js';
import { Distribution } from './distribution.js';
import { LoadClient } from './load-client.js';
import { isComplete, loadReport, type LoadResult } from './load-report.js';

interface LoadOptions extends GatewayOptions {
  readonly clients: number;
  readonly seconds: number;
  readonly tail: number;
}

/** How long clients are waited for that are behind the first ones when the time is over: milliseconds. */
const CATCH_UP_MS = 10_000;

const LOOK_AGAIN_MS = 50;

type Counted = Omit<LoadResult, 'seconds' | 'latency'>;

/** `tailgate load`: many clients of one channel at once. */
export function loadCommand(shell: Shell): Command {
  return withTransport(withGateway(new Command('load')))
    .description('follow a channel with many clients at once, and report what they were given')
    .argument('<channel>', 'kind/name; give it lines, for example with tailgate generate', (text) => selectors(text))
    .option('--clients <count>', 'how many', wholeNumber(1, 100_000), 200)
    .option('--seconds <count>', 'for how long', wholeNumber(1, 86_400), 10)
    .option('-n, --tail <count>', 'records of history first', wholeNumber(0, 10_000), 0)
    .addHelpText('after', '\nExits with 1 where a client was not connected at the end, or was not given everything.')
    .action(([channel = '']: readonly string[], options: LoadOptions) => load(channel, options, shell));
}

async function load(channel: string, options: LoadOptions, shell: Shell): Promise<void> {
  const gateway = await gatewayOf(options, [channel], shell);
  await checkAccess(options, shell);
  const latency = new Distribution();
  const begun = performance.now();
  const clients = Array.from(
    { length: options.clients },
    () => new LoadClient(gateway, channel, options.tail, latency),
  );
  try {
    await setTimeout(options.seconds * 1_000, undefined, { signal: shell.interrupted }).catch(() => undefined);
    const counted = await count(clients, shell.interrupted);
    const result = { ...counted, seconds: (performance.now() - begun) / 1_000, latency };
    shell.stdout.write(loadReport(result));
    if (!shell.interrupted.aborted && !isComplete(result)) throw new Complaint('not everything was delivered');
  } finally {
    for (const client of clients) client.close();
  }
}

async function count(clients: readonly LoadClient[], interrupted: AbortSignal): Promise<Counted> {
  const refused = clients.find((client) => client.failure !== undefined);
  if (refused) throw new Complaint(refused.failure ?? '');
  const live = clients.filter((client) => client.isLive).length;
  const target = furthest(clients);
  await catchUp(clients, target, interrupted);
  return countedOf(clients, live, target);
}

/** Waits until all have what one of them had when this began; a channel may grow on. */
async function catchUp(
  clients: readonly LoadClient[],
  target: Position | undefined,
  interrupted: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + CATCH_UP_MS;
  while (!interrupted.aborted && clients.some((client) => client.behind(target) > 0) && performance.now() < deadline) {
    await setTimeout(LOOK_AGAIN_MS);
  }
}

/** The last position that any client was given. A later epoch has a greater number. */
function furthest(clients: readonly LoadClient[]): Position | undefined {
  return clients
    .flatMap(({ last }) => last ?? [])
    .reduce<Position | undefined>(
      (most, last) =>
        !most || last.epoch > most.epoch || (last.epoch === most.epoch && last.seq > most.seq) ? last : most,
      undefined,
    );
}

/** Why clients are not connected, each reason once. */
function reasons(clients: readonly LoadClient[]): readonly string[] {
  return [...new Set(clients.flatMap(({ trouble }) => trouble ?? []))];
}

function countedOf(clients: readonly LoadClient[], live: number, target: Position | undefined): Counted {
  const sum = (count: (client: LoadClient) => number): number =>
    clients.reduce((total, client) => total + count(client), 0);
  const received = sum(({ statistics }) => statistics.received);
  return {
    clients: clients.length,
    live,
    missing: reasons(clients),
    received,
    // What is neither received, nor said to be lost, nor still to come, does not exist: the SDK looks at every number.
    expected: received + sum((client) => client.statistics.lost + client.behind(target)),
    gaps: sum(({ statistics }) => statistics.gaps),
    duplicates: sum(({ statistics }) => statistics.duplicates),
    reconnects: sum(({ statistics }) => statistics.reconnects),
  };
}
