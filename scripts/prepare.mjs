// Makes a work tree ready to run: installs what package-lock.json says, under the pinned Node, and builds what is stale.
// `npm start` and the other commands begin with it. It runs on any Node from 20 on, without a dependency, since it is what brings them.
//
//   node scripts/prepare.mjs            install and build
//   node scripts/prepare.mjs install    install only

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIsCurrent, build } from './prepare/build.mjs';
import { install, installIsCurrent } from './prepare/installation.mjs';
import { withLock } from './prepare/lock.mjs';
import { pinnedNodeProblem, repairPinnedNode } from './prepare/pinned-node.mjs';
import { Refusal, refusePlatform } from './prepare/refusal.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installOnly = process.argv[2] === 'install';

/** @param {string} line */
const say = (line) => console.error(`tailgate: ${line}`);

const isReady = () =>
  installIsCurrent(root) && pinnedNodeProblem(root) === undefined && (installOnly || buildIsCurrent(root));

async function prepare() {
  if (!installIsCurrent(root)) await install(root, say);
  if (pinnedNodeProblem(root) !== undefined) await repairPinnedNode(root, say);
  if (!installOnly && !buildIsCurrent(root)) await build(root, say);
}

try {
  refusePlatform(process.platform, process.versions.node);
  if (!isReady()) await withLock(root, say, prepare);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  say(error.message);
  process.exitCode = 1;
}
