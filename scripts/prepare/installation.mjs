import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Refusal } from './refusal.mjs';
import { runNpm } from './run.mjs';
import { digest, isStamped, packageFolders, readIfThere, stamp } from './stamp.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, resolved?: string, optional?: boolean } & Record<string, unknown>} Locked
 * @typedef {{ packages: Record<string, Locked> }} Lock
 */

const DEPENDENCY_KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/**
 * Whether node_modules is what package-lock.json says, also where somebody ran npm by hand.
 * @param {string} root
 */
export function installIsCurrent(root) {
  const wanted = fingerprint(root);
  if (isStamped(root, 'install', wanted)) return true;
  const lock = readLock(join(root, 'package-lock.json'));
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'));
  if (lock === undefined || installed === undefined) return false;
  if (!manifestsMatch(root, lock) || !packagesMatch(lock, installed)) return false;
  stamp(root, 'install', wanted);
  return true;
}

/**
 * @param {string} root
 * @param {(line: string) => void} say
 */
export async function install(root, say) {
  say('installing packages (the first time takes about a minute) …');
  const began = Date.now();
  // The tools are devDependencies, whatever NODE_ENV says. Warnings about the engines of packages would frighten for nothing:
  // they run on the pinned Node, which is one of the packages.
  const code = await runNpm(root, [
    'ci',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--loglevel=error',
  ]);
  if (code !== 0) {
    throw new Refusal(
      'npm could not install the packages; its reason is above. ' +
        'The first start needs the npm registry: check the network, or the registry and proxy that `npm config list` shows. ' +
        'If it says that package.json and the lock file differ, run `npm install`.',
    );
  }
  stamp(root, 'install', fingerprint(root));
  say(`packages installed in ${Math.round((Date.now() - began) / 1000)} s`);
}

/** @param {string} root */
function fingerprint(root) {
  const manifests = packageFolders(root).map((folder) => join(root, folder, 'package.json'));
  const files = [join(root, 'package-lock.json'), join(root, 'package.json'), ...manifests];
  return digest(files.map((file) => readIfThere(file) ?? ''));
}

/**
 * Whether the manifests ask for what the lock file was made for; a changed script or version is no reason to install.
 * @param {string} root
 * @param {Lock} lock
 */
function manifestsMatch(root, lock) {
  return ['', ...packageFolders(root)].every((folder) => {
    const manifest = parseObject(readIfThere(join(root, folder, 'package.json')) ?? '{}');
    const locked = lock.packages[folder];
    return (
      locked !== undefined &&
      DEPENDENCY_KINDS.every((kind) => isDeepStrictEqual(manifest[kind] ?? {}, locked[kind] ?? {}))
    );
  });
}

/**
 * Whether what npm noted of its last installation is what the lock file says. Optional packages of other platforms may be missing.
 * @param {Lock} lock
 * @param {Lock} installed
 */
function packagesMatch(lock, installed) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = installed.packages[path];
    if (found === undefined) return wanted.optional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity && found.link === wanted.link;
  });
}

/**
 * @param {string} path
 * @returns {Lock | undefined}
 */
function readLock(path) {
  const { packages } = parseObject(readIfThere(path) ?? '{}');
  return packages === undefined ? undefined : { packages: /** @type {Lock['packages']} */ (packages) };
}

/** @param {string} text */
function parseObject(text) {
  /** @type {unknown} */
  const parsed = JSON.parse(text);
  return /** @type {Record<string, unknown>} */ (parsed);
}
