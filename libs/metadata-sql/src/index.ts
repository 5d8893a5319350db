/** What is pure and the same for every SQL dialect. Loads no ORM: entities and migrations are entries of their own. */
export * from './byte-order.js';
export * from './feed-position.js';
export * from './locks.js';
export * from './packed-attributes.js';
export * from './preconditions.js';
export * from './rollup.js';
export * from './slice-pieces.js';
export * from './migrations/sqlite/names.js';
