import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Stamps live inside node_modules, so that whatever replaces node_modules takes them with it.
 * @param {string} root
 * @param {string} name
 */
const stampPath = (root, name) => join(root, 'node_modules', `.tailgate-${name}`);

/**
 * @param {string} root
 * @param {string} name
 * @param {string} value
 */
export function isStamped(root, name, value) {
  return readIfThere(stampPath(root, name)) === value;
}

/**
 * @param {string} root
 * @param {string} name
 * @param {string} value
 */
export function stamp(root, name, value) {
  try {
    writeFileSync(stampPath(root, name), value);
  } catch {
    // A stamp only saves time: a read-only tree is as ready without it.
  }
}

/** @param {readonly string[]} parts */
export function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string | undefined} `undefined` where there is no such file.
 */
export function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}

/**
 * The folders of the workspace's packages, relative to `root`, sorted.
 * @param {string} root
 */
export function packageFolders(root) {
  return ['apps', 'libs']
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`))
    .filter((folder) => readIfThere(join(root, folder, 'package.json')) !== undefined)
    .sort();
}
