import { once } from 'node:events';
import { ClientError, type SubscribeOptions, type Subscription } from '@tailgate/client';
import { Command } from 'commander';
import { positionText, selectors, wholeNumber } from '../shell/arguments.js';
import { checkAccess } from '../shell/check-access.js';
import { gatewayOf, isWebSocket, withGateway, withTransport, type GatewayOptions } from '../shell/gateway-options.js';
import { Complaint, EXIT, wantsColour, type Shell } from '../shell/shell.js';
import { LinePrinter } from './line-printer.js';
import { Remarks } from './remarks.js';

interface TailOptions extends GatewayOptions {
  readonly tail?: number;
  readonly since?: string;
  readonly after?: string;
  readonly grep?: string;
  readonly ignoreCase?: true;
  readonly invert?: true;
  readonly json?: true;
  readonly raw?: true;
}

const HELP = `
Lines go to stdout, everything else (gaps, lost connections, channels that aren't there yet) to stderr. On a terminal only colour
codes of the lines pass. It goes on until it is interrupted, and after a lost connection exactly where it was.

Examples:
  tailgate tail host/h5
  tailgate tail deployment/web deployment/db --since 15m --grep 'timeout|refused'
  tailgate tail 'deployment/*' --json | jq .line`;

/** `tailgate tail`: follows channels. */
export function tailCommand(shell: Shell): Command {
  return withTransport(withGateway(new Command('tail')))
    .description('print the lines of channels as they come')
    .argument('<channel...>', 'kind/name, or a pattern such as deployment/*', selectors)
    .option('-n, --tail <count>', 'so many lines of history first (default 50)', wholeNumber(0, 10_000))
    .option('--since <when>', 'history from then on: RFC 3339, or an age such as 15m')
    .option('--after <position>', 'go on behind this position, of one channel', positionText)
    .option('-g, --grep <pattern>', 'only lines that match (RE2)')
    .option('-i, --ignore-case', 'letters match in either case')
    .option('-v, --invert', 'only lines that do not match')
    .option('--json', 'one JSON object a line: lines, notices, gaps and epochs, with their positions')
    .option('--raw', "lines as they are, also what they may do to a terminal; don't")
    .addHelpText('after', HELP)
    .action((channels: readonly string[], options: TailOptions) => tail(channels, options, shell));
}

async function tail(channels: readonly string[], options: TailOptions, shell: Shell): Promise<void> {
  if (options.after !== undefined && channels.length > 1) {
    throw new Complaint('--after is a position of one channel', EXIT.usage);
  }
  const gateway = await gatewayOf(options, channels, shell);
  if (isWebSocket(options, channels)) await checkAccess(options, shell);
  using log = gateway.subscribe(channels, { ...asked(options), signal: shell.interrupted });
  const remarks = new Remarks((sentence) => shell.stderr.write(`tailgate: ${sentence}\n`));
  log.on('status', (status) => remarks.status(status));
  log.on('state', (state) => remarks.state(state));
  await print(log, options, remarks, shell);
}

/** Prints until it is closed. */
async function print(log: Subscription, options: TailOptions, remarks: Remarks, { stdout, env }: Shell): Promise<void> {
  const printer = new LinePrinter({
    json: options.json === true,
    raw: options.raw === true,
    isTerminal: stdout.isTTY === true,
    colours: wantsColour(stdout, env),
    prefix: log.channels.length > 1 || log.channels.some((channel) => channel.includes('*')),
  });
  try {
    for await (const entry of log) {
      remarks.entry(entry);
      const text = printer.print(entry);
      // A reader that is slow holds the gateway back, and nobody else.
      if (text !== '' && !stdout.write(text)) await once(stdout, 'drain');
    }
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const advice = error.code === 'unauthorized' ? '; set TAILGATE_TOKEN or --token-file' : '';
    throw new Complaint(`${error.message} (${error.code})${advice}`);
  }
}

function asked({ tail, since, after, grep, ignoreCase, invert }: TailOptions): SubscribeOptions {
  return {
    ...(tail !== undefined && { tail }),
    ...(since !== undefined && { since }),
    ...(after !== undefined && { after }),
    ...(grep !== undefined && { grep }),
    ...(ignoreCase && { grepFlags: 'i' }),
    ...(invert && { invert }),
  };
}
