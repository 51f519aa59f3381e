import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './refusal.mjs';
import { runNpm } from './run.mjs';

const PINNED_MAJOR = 26;

/** @param {string} root */
export const pinnedNode = (root) => join(root, 'node_modules', '.bin', 'node');

/**
 * What is wrong with the Node that the `node` package's install script puts into node_modules; `undefined` where all is well.
 * @param {string} root
 */
export function pinnedNodeProblem(root) {
  const version = versionOf(pinnedNode(root));
  if (version === undefined) return 'it is not there, or does not run on this machine';
  return Number.parseInt(version.slice(1), 10) < PINNED_MAJOR ? `it is ${version}` : undefined;
}

/**
 * npm skips install scripts where it is told to (`ignore-scripts`), and then the package is there without its Node.
 * @param {string} root
 * @param {(line: string) => void} say
 */
export async function repairPinnedNode(root, say) {
  say(`fetching Node ${PINNED_MAJOR} (the install script of the package "node") …`);
  await runNpm(root, ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error']);
  const problem = pinnedNodeProblem(root);
  if (problem !== undefined) {
    throw new Refusal(
      `Node ${PINNED_MAJOR} should be at node_modules/.bin/node, but ${problem}. ` +
        'Delete node_modules and start again; it can not be shared between machines of different kinds, and needs glibc on Linux.',
    );
  }
}

/** @param {string} executable */
function versionOf(executable) {
  try {
    // Under `npm start` this script runs on it already, and starting another would take longer than all the rest.
    if (realpathSync(executable) === realpathSync(process.execPath)) return process.version;
  } catch {
    return undefined;
  }
  const { status, stdout } = spawnSync(executable, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
