/** What the person who typed the command can do something about: shown as a sentence, without a stack. */
export class Refusal extends Error {
  /** @override */
  name = 'Refusal';
}

const OLDEST_NODE = 20;

/**
 * Refuses where Tailgate is known not to run.
 * @param {string} platform As `process.platform`.
 * @param {string} version The running Node's, without a `v`.
 */
export function refusePlatform(platform, version) {
  if (platform === 'win32') {
    throw new Refusal(
      'Windows is not supported: following files relies on POSIX inodes. Use WSL 2, or a Linux container.',
    );
  }
  if (platform !== 'linux' && platform !== 'darwin') {
    throw new Refusal(`${platform} is not supported: Tailgate runs on Linux, and on macOS for development.`);
  }
  if (Number.parseInt(version, 10) < OLDEST_NODE) {
    throw new Refusal(
      `Node ${version} is too old to begin with: install Node ${OLDEST_NODE} or newer (https://nodejs.org).`,
    );
  }
}
