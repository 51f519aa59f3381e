import type * as z from 'zod';
import { describeProblems, type ConfigProblem } from './config-problem.js';
import { readFlags } from './flags.js';
import { splitItems } from './kinds.js';
import { describeOptions } from './option-help.js';
import { optionsOf, type Option } from './option.js';

/** Everything that a process can be told from outside. */
export interface ConfigSpec<Schema extends z.ZodObject> {
  /** What the process is and how it is started: the first lines of `--help`. */
  readonly about: string;
  readonly schema: Schema;
}

export type LoadedConfig<Config> =
  | { readonly outcome: 'config'; readonly config: Config }
  /** `--help` was asked for: `text` is for stdout. */
  | { readonly outcome: 'help'; readonly text: string }
  /** `text` is for stderr. */
  | { readonly outcome: 'refused'; readonly problems: readonly ConfigProblem[]; readonly text: string };

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the configuration once, from flags (which win) and the environment. An empty variable is one that is not set. */
export function loadConfig<Schema extends z.ZodObject>(
  spec: ConfigSpec<Schema>,
  argv: readonly string[],
  env: Environment,
): LoadedConfig<z.output<Schema>> {
  const options = optionsOf(spec.schema);
  const flags = readFlags(options, argv);
  if (flags.help) return { outcome: 'help', text: describeOptions(spec.about, options) };

  const given = givenTexts(options, flags.texts, env);
  const parsed = spec.schema.safeParse(Object.fromEntries([...given].map(([key, { text }]) => [key, text])));
  const problems = [
    ...flags.problems,
    ...(parsed.error?.issues ?? []).map((issue) => problemOf(issue, options, given)),
  ];
  if (parsed.success && problems.length === 0) return { outcome: 'config', config: parsed.data };
  return { outcome: 'refused', problems, text: describeProblems(problems) };
}

interface Given {
  /** As a person wrote it: `PORT` or `--port`. */
  readonly name: string;
  readonly text: string;
}

function givenTexts(
  options: ReadonlyMap<string, Option>,
  flags: ReadonlyMap<string, string>,
  env: Environment,
): ReadonlyMap<string, Given> {
  const given = new Map<string, Given>();
  for (const [key, option] of options) {
    const flag = flags.get(key);
    const variable = env[option.env];
    if (flag !== undefined) given.set(key, { name: `--${option.flag}`, text: flag });
    else if (isSet(variable)) given.set(key, { name: option.env, text: variable });
  }
  return given;
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function problemOf(
  issue: z.core.$ZodIssue,
  options: ReadonlyMap<string, Option>,
  given: ReadonlyMap<string, Given>,
): ConfigProblem {
  const [key, index] = issue.path.map(String);
  const option = key === undefined ? undefined : options.get(key);
  if (key === undefined || option === undefined) return { name: 'configuration', message: issue.message };
  const { name, text } = given.get(key) ?? { name: option.env, text: option.default };
  if (text === undefined || option.isSecret) return { name, message: issue.message };
  const item = index === undefined ? undefined : splitItems(text, option.separator ?? '')[Number(index)];
  return { name, value: item ?? text, message: issue.message };
}
