import { existsSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { Complaint } from '../shell/shell.js';

/** The gateway's program, which is beside this one in the repository only. */
const GATEWAY = new URL('../../../gateway/dist/main.js', import.meta.url);

/** `tailgate up`: runs the whole product, as `npm start` does. */
export function upCommand(): Command {
  return new Command('up')
    .description('run a gateway that follows files itself, as npm start does')
    .argument('[options...]', 'what the gateway takes; `tailgate up -- --help` lists it')
    .allowUnknownOption()
    .action((options: readonly string[]) => up(options));
}

/** From here on this process is the gateway: signals, output and the exit code are its own. */
async function up(options: readonly string[]): Promise<void> {
  if (!existsSync(fileURLToPath(GATEWAY))) {
    throw new Complaint('the gateway is not installed beside this command: run `npm start` in the repository');
  }
  argv.splice(2, Infinity, ...options);
  await import(GATEWAY.href);
}
