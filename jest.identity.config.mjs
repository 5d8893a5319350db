import clients from './jest.clients.config.mjs';

/** Real directories and identity providers. */
export default { ...clients, roots: ['<rootDir>/test/dist/identity'], testTimeout: 300_000 };
