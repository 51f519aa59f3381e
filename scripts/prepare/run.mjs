import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { Refusal } from './refusal.mjs';

/**
 * Runs npm in `root`, as if the person had typed it.
 * @param {string} root
 * @param {string[]} args
 * @returns {Promise<number>} Its exit code.
 */
export function runNpm(root, args) {
  // Under `npm start`, node_modules/.bin comes first in PATH; npm must not run on the very Node that it is about to replace.
  const bin = join(root, 'node_modules', '.bin');
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== bin);
  return run('npm', args, root, { ...process.env, PATH: path.join(delimiter) });
}

/**
 * Runs a command to its end, on this process's terminal. It ends with this process, also where only the shell around it was killed.
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} Its exit code.
 */
export function run(command, args, cwd, env = process.env) {
  return new Promise((resolve, reject) => {
    // Standard output is the product's: npm's and the compiler's words go where this script's own go.
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 2, 2] });
    const stop = () => child.kill('SIGTERM');
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid !== parent) stop();
    }, 500);
    process.on('SIGTERM', stop).on('SIGINT', stop).on('SIGHUP', stop);
    const done = () => {
      clearInterval(watch);
      process.off('SIGTERM', stop).off('SIGINT', stop).off('SIGHUP', stop);
    };
    child.once('error', (error) => {
      done();
      const missing = 'code' in error && error.code === 'ENOENT';
      reject(
        missing
          ? new Refusal(`${command} was not found: it comes with Node (https://nodejs.org) or your distribution.`)
          : error,
      );
    });
    child.once('close', (code, signal) => {
      done();
      if (signal === null) resolve(code ?? 1);
      else reject(new Refusal(`${command} was stopped by ${signal}`));
    });
  });
}
