import { readFile } from 'node:fs/promises';
import { connect, type Connection, type TransportName } from '@tailgate/client';
import { Option, InvalidArgumentError, type Command } from 'commander';
import { Complaint, EXIT, type Shell } from './shell.js';

/** How commands that talk to a gateway find it. */
export interface GatewayOptions {
  readonly url: URL;
  readonly tokenFile?: string;
  readonly transport?: TransportName;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';

/** Adds `--url` and `--token-file`. A token is no argument, since everybody on the machine sees those. */
export function withGateway(command: Command): Command {
  return command
    .addOption(
      new Option('--url <url>', 'the gateway')
        .env('TAILGATE_URL')
        .argParser(readUrl)
        .default(new URL(DEFAULT_URL), DEFAULT_URL),
    )
    .option('--token-file <path>', 'a file with a token (or TAILGATE_TOKEN); read again when it has expired');
}

/** Adds `--transport`. */
export function withTransport(command: Command): Command {
  return command.addOption(
    new Option('--transport <name>', 'how records come; default: sse, and websocket for patterns').choices([
      'sse',
      'websocket',
    ]),
  );
}

/** The token, read anew each time; `undefined` where there is none. Rejects with a complaint, which does not hold it, for what is none. */
export async function tokenOf(options: GatewayOptions, env: Shell['env']): Promise<string | undefined> {
  const token = await givenToken(options, env);
  if (token !== undefined && /[^!-~]/.test(token)) {
    throw new Complaint('the token has spaces, line ends or other characters that no token has', EXIT.usage);
  }
  return token;
}

async function givenToken(
  { tokenFile }: GatewayOptions,
  { TAILGATE_TOKEN }: Shell['env'],
): Promise<string | undefined> {
  if (tokenFile === undefined) return (TAILGATE_TOKEN ?? '').trim() || undefined;
  try {
    return (await readFile(tokenFile, 'utf8')).trim();
  } catch (error) {
    throw new Complaint(`the token can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Whether records come over a WebSocket. Events where both would do: they pass every proxy, and a slow reader of stdout holds the
 * gateway back by the connection itself. Patterns need a WebSocket.
 */
export function isWebSocket({ transport }: GatewayOptions, channels: readonly string[]): boolean {
  return transport === undefined ? channels.some((channel) => channel.includes('*')) : transport === 'websocket';
}

/** Rejects with a complaint where a token can't be had. */
export async function gatewayOf(
  options: GatewayOptions,
  channels: readonly string[],
  shell: Shell,
): Promise<Connection> {
  const first = await tokenOf(options, shell.env);
  const token = async (): Promise<string> => (await tokenOf(options, shell.env)) ?? '';
  return connect(options.url, {
    transport: isWebSocket(options, channels) ? 'websocket' : 'sse',
    ...(first !== undefined && { token }),
  });
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new InvalidArgumentError(`It must be an address such as ${DEFAULT_URL}.`);
}
