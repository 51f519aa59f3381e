import { stderr } from 'node:process';
import { pino, type DestinationStream, type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Absent: pretty on a terminal, else json. */
  readonly format?: 'json' | 'pretty' | undefined;
}

/**
 * The process's own log, on stderr: stdout is for what a person asked for. JSON lines have `level` as a word and `time` in RFC 3339.
 * `destination` is for tests.
 */
export function createLogger(options: LoggerOptions, destination?: DestinationStream): Logger {
  const isPretty = (options.format ?? (stderr.isTTY ? 'pretty' : 'json')) === 'pretty';
  const out = destination ?? pino.destination({ dest: stderr.fd, sync: true });
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      errorKey: 'error',
    },
    isPretty ? pretty(out) : out,
  );
}

/** Formats line by line and synchronously (pino-pretty's own stream does not), so that the last words before an exit are not lost. */
function pretty(out: DestinationStream): DestinationStream {
  const format = prettyFactory({
    colorize: stderr.isTTY,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'context,worker',
    errorLikeObjectKeys: ['error'],
    messageFormat: (log, key) =>
      [workerOf(log['worker']), log['context'], log[key]].filter((part) => typeof part === 'string').join(': '),
  });
  return {
    write(line) {
      out.write(format(line));
    },
  };
}

/** Which of several processes says it, where there are several. */
function workerOf(number: unknown): string | undefined {
  return typeof number === 'number' ? `worker ${number}` : undefined;
}
