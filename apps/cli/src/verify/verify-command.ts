import type { FramedFileOptions } from '@tailgate/framing';
import { CHANNEL_GRAMMAR, parseChannel, type ChannelName } from '@tailgate/protocol';
import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../shell/arguments.js';
import { askGateway } from '../shell/ask-gateway.js';
import { tokenOf, withGateway, type GatewayOptions } from '../shell/gateway-options.js';
import { Complaint, EXIT, type Shell } from '../shell/shell.js';
import { channelHistory } from './channel-history.js';
import { gatherLines, type ChannelLines } from './channel-lines.js';
import { compareFiles, type FileComparison } from './file-comparison.js';
import { verdictOf, type Verdict } from './verdict.js';

interface VerifyOptions extends GatewayOptions, Omit<FramedFileOptions, 'joinStackTraces'> {
  readonly file: readonly string[];
  readonly source?: string;
  readonly joinStackTraces?: true;
}

const HELP = `
Reads all records that the channel has, checks them against its running hash, and looks for their lines, one behind the other, in the
files. Name rotated files too, the oldest first. What the files have before and after is not compared: retention has taken it, or it
came since. What has no newline yet is not compared either. The options must be those of the tailer.

Exit codes: 0 verified, 1 it differs, 2 it could not be compared, or a mistake in the arguments.

Examples:
  tailgate verify deployment/web --file /var/log/app/web.log
  tailgate verify deployment/web --file web.log.1 --file web.log`;

/** `tailgate verify`: compares a channel with the files that it was made from. */
export function verifyCommand(shell: Shell): Command {
  return withGateway(new Command('verify'))
    .description('compare what a channel has with files, line by line and by its running hash')
    .argument('<channel>', 'kind/name', channelName)
    .requiredOption('--file <path>', 'a file, again for each: the oldest first', gathered)
    .option('--source <name>', 'only lines of this source, where the channel has several')
    .addOption(
      new Option('--line-format <format>', 'as LINE_FORMAT').choices(['auto', 'raw', 'cri', 'docker']).default('auto'),
    )
    .option('--max-line-bytes <bytes>', 'as MAX_LINE_BYTES', wholeNumber(256, 64 * 1024 ** 2), 256 * 1024)
    .option('--join-stack-traces', 'as JOIN_STACK_TRACES')
    .addHelpText('after', HELP)
    .action((channel: ChannelName, options: VerifyOptions) => verify(channel, options, shell));
}

/** As with diff(1), where nothing was found to differ, it is not said to. */
async function verify(channel: ChannelName, options: VerifyOptions, shell: Shell): Promise<void> {
  const { isSame, sentences } = await verdict(channel, options, shell).catch((error: unknown) => {
    throw error instanceof Complaint && error.exitCode === EXIT.failed
      ? new Complaint(error.message, EXIT.usage)
      : error;
  });
  for (const sentence of sentences) shell.stdout.write(`${sentence}\n`);
  if (!isSame) throw new Complaint('', EXIT.failed);
}

async function verdict(channel: ChannelName, options: VerifyOptions, shell: Shell): Promise<Verdict> {
  const token = await tokenOf(options, shell.env);
  const history = channelHistory((path) => askGateway(options.url, path, token, shell.interrupted), channel);
  const gathered = await gatherLines(history, channel, options.source);
  checkSources(channel, gathered, options.source);
  const found = await comparison(gathered, options);
  return verdictOf(channel, gathered, found);
}

/** Complains where it is not known which lines are those of the files, or there are none. */
function checkSources(channel: ChannelName, { lines, sources }: ChannelLines, source: string | undefined): void {
  const names = sources.map((name) => JSON.stringify(name)).join(', ');
  if (source === undefined && sources.length > 1) {
    throw new Complaint(`${channel} has lines of several sources, say by --source of which one: ${names}`, EXIT.usage);
  }
  if (source !== undefined && !sources.includes(source)) {
    throw new Complaint(`${channel} has no lines of that source, but of ${names || 'none'}`, EXIT.usage);
  }
  if (lines.length === 0) throw new Complaint(`${channel} has no whole line: there is nothing to compare`);
}

async function comparison({ lines }: ChannelLines, options: VerifyOptions): Promise<FileComparison> {
  const { file, lineFormat, maxLineBytes, joinStackTraces = false } = options;
  try {
    return await compareFiles(lines, file, { lineFormat, maxLineBytes, joinStackTraces });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    throw new Complaint(`a file can't be read: ${error.message}`, EXIT.usage);
  }
}

function channelName(text: string): ChannelName {
  const channel = parseChannel(text);
  if (channel) return channel;
  throw new InvalidArgumentError(`It must be ${CHANNEL_GRAMMAR}.`);
}

function gathered(path: string, before: readonly string[] = []): readonly string[] {
  return [...before, path];
}
