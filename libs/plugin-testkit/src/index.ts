export * from './runner.js';
export * from './test-context.js';
