import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedNode } from './pinned-node.mjs';
import { Refusal } from './refusal.mjs';
import { run } from './run.mjs';
import { digest, isStamped, packageFolders, stamp } from './stamp.mjs';

/** The package that Vite builds, and what it reads beside the sources. */
const PAGE = 'apps/web';
const PAGE_INPUTS = ['vite.config.ts', 'index.html', 'docs.html', 'not-found.html'].map((name) => `${PAGE}/${name}`);

/**
 * Whether the last successful build was of these very sources: then there is no need to start the compiler to find out.
 * @param {string} root
 */
export function buildIsCurrent(root) {
  return (
    buildFolders(root).every((folder) => hasOutput(root, folder)) && isStamped(root, 'build', buildFingerprint(root))
  );
}

/**
 * @param {string} root
 * @param {(line: string) => void} say
 */
export async function build(root, say) {
  say('building …');
  const began = Date.now();
  // Taken before: a file that changes while the compiler runs is built by the next start.
  const built = buildFingerprint(root);
  // The page is bundled from sources alone, so both can be made at once.
  const codes = await Promise.all([
    run(pinnedNode(root), [join('node_modules', 'typescript', 'bin', 'tsc'), '-b'], root),
    run(pinnedNode(root), [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', PAGE, '--logLevel=warn'], root),
  ]);
  if (codes.some((code) => code !== 0)) throw new Refusal('the sources do not compile; the errors are above');
  stamp(root, 'build', built);
  say(`built in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/**
 * The packages that are built.
 * @param {string} root
 */
function buildFolders(root) {
  return packageFolders(root).filter((folder) => existsSync(join(root, folder, 'tsconfig.json')));
}

/**
 * @param {string} root
 * @param {string} folder
 */
function hasOutput(root, folder) {
  return existsSync(join(root, folder, 'dist')) || sources(root, `${folder}/src`).length === 0;
}

/**
 * Names, sizes and times of everything that is built from, of which no file is opened.
 * @param {string} root
 */
export function buildFingerprint(root) {
  const files = ['package-lock.json', 'tsconfig.base.json', 'tsconfig.json'];
  files.push(...PAGE_INPUTS.filter((file) => existsSync(join(root, file))));
  for (const folder of buildFolders(root)) {
    files.push(`${folder}/package.json`, `${folder}/tsconfig.json`, ...sources(root, `${folder}/src`));
  }
  return digest(
    files.map((file) => {
      const { mtimeMs, size } = statSync(join(root, file));
      return `${file} ${size} ${mtimeMs}`;
    }),
  );
}

/**
 * @param {string} root
 * @param {string} folder
 */
function sources(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.spec\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}
