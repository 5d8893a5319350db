import base from './jest.config.mjs';

/** Real clients against the built server; one after the other, they are heavy. */
export default { ...base, roots: ['<rootDir>/test/dist/clients'], testPathIgnorePatterns: [], maxWorkers: 1 };
