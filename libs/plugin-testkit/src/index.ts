export * from './runner.js';
export * from './test-context.js';
export * from './doubles/memory-blob-store.js';
export * from './suites/blob-store-suite.js';
export * from './collecting-runner.js';
