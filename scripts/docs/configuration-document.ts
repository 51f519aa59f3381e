import { optionsOf, documentOptions } from '@tailgate/runtime';
import { gatewaySpec } from './gateway-config.js';

/** `docs/configuration.md`, all of it. */
export function configurationDocument(): string {
  return `# Configuration

<!-- Made by \`npm run docs\` from the schema that parses the options. Don't edit: a test compares them. -->

Each option is an environment variable and a flag; the flag wins. An empty variable is one that is not set, \`0\` is a value.
Everything is checked once, at the start: mistakes are told all together, and the process ends with exit code 2.

\`\`\`sh
PORT=9000 npm start
npm start -- --port 9000 --logs '/var/log/{name}.log=host/{name}' --logs '/srv/*/{name}.log'
\`\`\`

Not supported yet, and refused where they are set: ${gatewaySpec.notYet.map((name) => `\`${name}\``).join(', ')}.

${documentOptions(optionsOf(gatewaySpec.schema))}`;
}
