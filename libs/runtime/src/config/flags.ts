import { parseArgs } from 'node:util';
import type { ConfigProblem } from './config-problem.js';
import type { Option } from './option.js';

export interface Flags {
  readonly help: boolean;
  /** The texts given, by the options' keys. */
  readonly texts: ReadonlyMap<string, string>;
  readonly problems: readonly ConfigProblem[];
}

type Token = ReturnType<typeof parseTokens>[number];

/** Reads `argv` (without node and script). Of a flag given twice the last one counts; where it takes a list, all do. */
export function readFlags(options: ReadonlyMap<string, Option>, argv: readonly string[]): Flags {
  const reader = new FlagReader(options);
  for (const token of parseTokens(options, argv)) reader.take(token);
  return reader;
}

class FlagReader implements Flags {
  help = false;
  readonly texts = new Map<string, string>();
  readonly problems: ConfigProblem[] = [];
  readonly #keys: ReadonlyMap<string, string>;
  #afterUnknown = false;

  constructor(private readonly options: ReadonlyMap<string, Option>) {
    this.#keys = new Map([...options].map(([key, { flag }]) => [flag, key]));
  }

  take(token: Token): void {
    // What follows an unknown flag is most likely its value: one mistake, told once.
    if (token.kind === 'positional' && !this.#afterUnknown) this.problems.push(this.#unexpected(token.value));
    this.#afterUnknown = false;
    if (token.kind === 'option') this.#takeFlag(token.name, token.rawName, token.value);
  }

  #takeFlag(flag: string, written: string, value: string | undefined): void {
    const key = this.#keys.get(flag);
    const option = key === undefined ? undefined : this.options.get(key);
    if (flag === 'help') {
      this.help = true;
    } else if (key === undefined || option === undefined) {
      this.#afterUnknown = true;
      this.problems.push(this.#unknown(written));
    } else {
      this.#takeText(key, option, value ?? (option.isSwitch ? 'on' : ''));
    }
  }

  #takeText(key: string, option: Option, text: string): void {
    const before = option.separator === undefined ? undefined : this.texts.get(key);
    if (text === '') this.problems.push({ name: `--${option.flag}`, message: `needs a value: ${option.allowed}` });
    else this.texts.set(key, before === undefined ? text : `${before}${option.separator}${text}`);
  }

  #unknown(written: string): ConfigProblem {
    const bare = written.replace(/^-+/, '').replaceAll('_', '-');
    const near = [...this.#keys.keys()].find((flag) => bare !== '' && (flag.startsWith(bare) || bare.startsWith(flag)));
    const hint = near === undefined ? '' : ` Did you mean --${near}?`;
    return { name: written, message: `there is no such option.${hint} --help lists them all` };
  }

  #unexpected(value: string): ConfigProblem {
    const hint = this.#keys.has('logs') ? `; files to follow are given as --logs '${value}'` : '';
    return { name: value, message: `is not expected here${hint}` };
  }
}

function parseTokens(options: ReadonlyMap<string, Option>, argv: readonly string[]) {
  const known = Object.fromEntries(
    [...options.values()].map(({ flag, isSwitch }) => [flag, { type: isSwitch ? 'boolean' : 'string' } as const]),
  );
  // Not strict: it would stop at the first mistake, and all of them are to be told at once.
  const config = { strict: false, allowPositionals: true, tokens: true } as const;
  return parseArgs({ ...config, args: [...argv], options: { ...known, help: { type: 'boolean', short: 'h' } } }).tokens;
}
