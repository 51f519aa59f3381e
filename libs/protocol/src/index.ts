export * from './brand.js';
export * from './channel.js';
export * from './position.js';
export * from './record.js';
export * from './events.js';
