import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { SignJWT } from 'jose';
import { selectors } from '../shell/arguments.js';
import { Complaint, EXIT, type Shell } from '../shell/shell.js';

interface TokenOptions {
  readonly write?: readonly string[] | true;
  readonly admin?: readonly string[] | true;
  readonly expires: string;
  readonly subject?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly secretFile?: string;
}

/** RFC 7518, 3.2: a key for HS256 has at least as many bits as its hash. */
const LEAST_SECRET_BYTES = 32;

const HELP = `
The secret is that of the gateway's AUTH_SECRET: in the same variable here, or in a file.

Example:
  AUTH_SECRET=… tailgate token 'deployment/*' host/h5 --expires 8h`;

/** `tailgate token`: signs a token for a gateway with AUTH=jwt. */
export function tokenCommand(shell: Shell): Command {
  return new Command('token')
    .description('make a token (HS256) for a gateway with AUTH=jwt')
    .argument('<channel...>', 'what may be read: channels and patterns', selectors)
    .option('--write [channel...]', 'what may be appended to; without channels: what may be read', selectors)
    .option('--admin [channel...]', 'what may be purged; likewise', selectors)
    .option('--expires <age>', 'until when it is valid, such as 8h or 30d', '1h')
    .option('--subject <name>', 'for whom')
    .option('--issuer <issuer>', 'who made it, where the gateway asks for that')
    .option('--audience <audience>', 'what it is for, likewise')
    .option('--secret-file <path>', 'a file with the secret (or AUTH_SECRET)')
    .addHelpText('after', HELP)
    .action((channels: readonly string[], options: TokenOptions) => print(channels, options, shell));
}

async function print(channels: readonly string[], options: TokenOptions, shell: Shell): Promise<void> {
  const { write, admin, expires, subject, issuer, audience } = options;
  const secret = await secretOf(options, shell.env);
  const token = new SignJWT({ channels, ...(write !== undefined && { write }), ...(admin !== undefined && { admin }) });
  token.setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).setIssuedAt();
  if (subject !== undefined) token.setSubject(subject);
  if (issuer !== undefined) token.setIssuer(issuer);
  if (audience !== undefined) token.setAudience(audience);
  try {
    token.setExpirationTime(expires);
  } catch {
    throw new Complaint(`--expires must be an age such as 15m, 8h or 30d, not ${JSON.stringify(expires)}`, EXIT.usage);
  }
  shell.stdout.write(`${await token.sign(secret)}\n`);
}

async function secretOf({ secretFile }: TokenOptions, { AUTH_SECRET = '' }: Shell['env']): Promise<Uint8Array> {
  const text = secretFile === undefined ? AUTH_SECRET : (await readSecret(secretFile)).trimEnd();
  const secret = new TextEncoder().encode(text);
  if (secret.length >= LEAST_SECRET_BYTES) return secret;
  const what = secret.length === 0 ? 'there is no secret' : `the secret has only ${secret.length} bytes`;
  throw new Complaint(
    `${what}: set AUTH_SECRET or --secret-file to one of ${LEAST_SECRET_BYTES} bytes or more`,
    EXIT.usage,
  );
}

async function readSecret(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new Complaint(`the secret can't be read: ${error instanceof Error ? error.message : String(error)}`);
  });
}
