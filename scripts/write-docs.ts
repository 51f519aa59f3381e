import { writeFileSync } from 'node:fs';
import { configurationDocument } from './configuration-document.js';

/** `npm run docs`: writes what the schema says of itself. */
writeFileSync(new URL('../../../../docs/configuration.md', import.meta.url), configurationDocument());
