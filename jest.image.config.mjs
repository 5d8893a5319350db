import clients from './jest.clients.config.mjs';

/** The container image: built, looked into and run. */
export default { ...clients, roots: ['<rootDir>/test/dist/image'], testTimeout: 300_000 };
