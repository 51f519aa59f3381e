import { Command } from 'commander';
import { askGateway } from '../shell/ask-gateway.js';
import { tokenOf, withGateway, type GatewayOptions } from '../shell/gateway-options.js';
import { Complaint, type Shell } from '../shell/shell.js';
import { channelTable } from './channel-table.js';
import { readListed, type ListedChannel } from './listed-channel.js';

interface ChannelsOptions extends GatewayOptions {
  readonly kind?: string;
  readonly prefix?: string;
  readonly json?: true;
}

const PAGE = 1_000;

/** `tailgate channels`: lists what may be followed. */
export function channelsCommand(shell: Shell): Command {
  return withGateway(new Command('channels'))
    .description('list the channels, by name')
    .option('--kind <kind>', 'of this kind, such as host')
    .option('--prefix <prefix>', 'whose names begin so')
    .option('--json', 'one JSON object a line, as the gateway has them')
    .action((options: ChannelsOptions) => list(options, shell));
}

async function list(options: ChannelsOptions, shell: Shell): Promise<void> {
  const table: ListedChannel[] = [];
  for await (const item of items(options, shell)) {
    if (options.json) shell.stdout.write(`${JSON.stringify(item)}\n`);
    else table.push(readListed(item));
  }
  shell.stdout.write(options.json ? '' : channelTable(table, Date.now()));
}

/** Page after page. */
async function* items(options: ChannelsOptions, shell: Shell): AsyncIterable<unknown> {
  const token = await tokenOf(options, shell.env);
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ order: 'name', limit: String(PAGE) });
    const { kind, prefix } = options;
    for (const [name, value] of Object.entries({ kind, prefix, cursor }))
      if (value !== undefined) query.set(name, value);
    const answer = await askGateway(options.url, `api/channels?${query.toString()}`, token, shell.interrupted);
    const page = readPage(answer, options.url);
    yield* page.channels;
    cursor = page.next;
  } while (cursor !== undefined);
}

function readPage(answer: unknown, { host }: URL): { channels: unknown[]; next?: string } {
  if (typeof answer !== 'object' || answer === null || !('channels' in answer) || !Array.isArray(answer.channels)) {
    throw new Complaint(`${host} is no gateway of Tailgate`);
  }
  const next = 'next' in answer && typeof answer.next === 'string' ? { next: answer.next } : {};
  return { channels: answer.channels, ...next };
}
