import clients from './jest.clients.config.mjs';

/** Follows the pages of docs/ literally. */
export default { ...clients, roots: ['<rootDir>/test/dist/docs'], testMatch: ['**/follow-pages.spec.js'], testTimeout: 900_000 };
