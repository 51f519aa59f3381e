import type { LogEntry } from '@tailgate/client';

/** From the worst on; `none`: nothing is known. */
export const LEVELS = ['error', 'warn', 'info', 'debug', 'trace', 'none'] as const;

export type Level = (typeof LEVELS)[number];

/** Levels stand near the beginning of a line; what a megabyte of JSON says of levels further on is about something else. */
const LOOK_AT = 256;

const BY_NAME: Readonly<Record<string, Level>> = {
  fatal: 'error',
  critical: 'error',
  crit: 'error',
  emergency: 'error',
  emerg: 'error',
  alert: 'error',
  panic: 'error',
  severe: 'error',
  error: 'error',
  err: 'error',
  warning: 'warn',
  warn: 'warn',
  notice: 'info',
  information: 'info',
  info: 'info',
  success: 'info',
  debug: 'debug',
  dbg: 'debug',
  fine: 'debug',
  trace: 'trace',
  verbose: 'trace',
  finest: 'trace',
};
const NAMES = Object.keys(BY_NAME).join('|');

/** `"level":"info"`, `"severity": "ERROR"`, and the numbers of pino and bunyan. */
const IN_JSON = new RegExp(
  `"(?:level|severity|lvl|log_?level|log\\.level|@l)"\\s*:\\s*(?:"(${NAMES})"|([1-6]0)\\b)`,
  'i',
);

/** `level=info`, `lvl="warn"`. */
const IN_LOGFMT = new RegExp(`\\b(?:level|lvl|severity)=["']?(${NAMES})\\b`, 'i');

/** A word in capitals: ` WARN `, `INFO:`, `[ERROR]`, `|DEBUG|`. */
const IN_CAPITALS = new RegExp(`(?:^|[\\s|\\]:>[(m])(${NAMES.toUpperCase()})(?=[\\s:\\])|,\\x1b]|$)`);

/** A word of any case that brackets or a colon set off: `[warn]`, `<error>`, `error: …`. */
const SET_OFF = new RegExp(`[[(<](${NAMES})[\\])>]|(?:^|\\s)(${NAMES}):(?:\\s|$)`, 'i');

/** klog and glog: `E1120 12:34:56.789`. */
const IN_KLOG = /^([FEWI])\d{4} \d\d:\d\d:/;

/** What is thrown names no level. */
const THROWN =
  /^(?:[\w$]+\.)*\w*(?:Error|Exception)\b(?::|$)|^Traceback \(most recent call last\)|^panic: |^Exception in thread/;

/** The level of a record: its own field, else what its text says. */
export function levelOf({ level, line }: LogEntry): Level {
  if (level !== undefined) return BY_NAME[level.toLowerCase()] ?? 'none';
  return levelOfText(line.length > LOOK_AT ? line.slice(0, LOOK_AT) : line);
}

function levelOfText(text: string): Level {
  if (text.includes('"')) {
    const [, name, number] = IN_JSON.exec(text) ?? [];
    if (name !== undefined) return byName(name);
    if (number !== undefined) return byNumber(Number(number));
  }
  const [, name] = (text.includes('=') ? IN_LOGFMT.exec(text) : null) ?? IN_CAPITALS.exec(text) ?? [];
  if (name !== undefined) return byName(name);
  const [, bracketed, labelled] = SET_OFF.exec(text) ?? [];
  const setOff = bracketed ?? labelled;
  if (setOff !== undefined) return byName(setOff);
  const [, letter] = IN_KLOG.exec(text) ?? [];
  if (letter !== undefined) return letter === 'I' ? 'info' : letter === 'W' ? 'warn' : 'error';
  return THROWN.test(text) ? 'error' : 'none';
}

function byName(name: string): Level {
  return BY_NAME[name.toLowerCase()] ?? 'none';
}

/** pino's and bunyan's: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
function byNumber(number: number): Level {
  const names = ['trace', 'debug', 'info', 'warn', 'error', 'error'] as const;
  return names[number / 10 - 1] ?? 'none';
}
