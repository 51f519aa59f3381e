import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findProgram } from '../../support/installed-program.ts';

const run = promisify(execFile);

/** What was compiled stays here, under the hash of its source. */
export const CACHE = fileURLToPath(new URL('../../../.cache/bench/', import.meta.url));

/** Which tools there are: C programs beside this file, whose heads say what they do. */
export type ToolName = 'fanload' | 'loggen';

/** Why tools can't be compiled here; `undefined` where they can. */
export async function whyNoTools(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'the load tools use epoll, which only Linux has';
  if ((await findCompiler()) !== undefined) return undefined;
  return 'the load tools are C programs, and there is no C compiler (Debian: apt-get install gcc libc6-dev)';
}

/** The path of the tool, which is compiled where it has not been yet. Throws where there is no C compiler, or it finds fault. */
export async function compiledTool(name: ToolName): Promise<string> {
  const source = fileURLToPath(new URL(`./${name}.c`, import.meta.url));
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16);
  const path = `${CACHE}${name}-${hash}`;
  if (existsSync(path)) return path;
  const compiler = await findCompiler();
  if (compiler === undefined) throw new Error(await whyNoTools());
  mkdirSync(CACHE, { recursive: true });
  // Another run may do the same right now: whoever is last replaces the file as a whole.
  const ours = `${path}.${process.pid}`;
  await run(compiler, ['-O2', '-Wall', '-o', ours, source]);
  renameSync(ours, path);
  return path;
}

async function findCompiler(): Promise<string | undefined> {
  return (await findProgram('cc')) ?? (await findProgram('gcc'));
}
