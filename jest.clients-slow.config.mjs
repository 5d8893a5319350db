import clients from './jest.clients.config.mjs';

/** Real clients that take minutes to install. */
export default { ...clients, roots: ['<rootDir>/test/dist/clients-slow'] };
