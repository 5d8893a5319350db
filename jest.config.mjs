/** Tests run on the compiled output: `tsc -b` first (the launcher does). */
export default {
  testEnvironment: 'node',
  roots: ['apps', 'libs', 'plugins', 'test', 'bench'].map((folder) => `<rootDir>/${folder}`),
  testMatch: ['**/dist/**/*.spec.js'],
  modulePathIgnorePatterns: ['<rootDir>/test/third-party/'],
  // Real clients, directories and identity providers are CI's: `npm run test:clients`, `npm run test:identity`; so are the commands of the pages: `npm run test:docs`.
  testPathIgnorePatterns: ['/node_modules/', '/test/dist/clients/', '/test/dist/clients-slow/', '/test/dist/identity/', '/test/dist/docs/follow-pages'],
  transform: {},
  setupFiles: ['<rootDir>/scripts/jest-setup.mjs'],
  maxWorkers: 2,
  testTimeout: 30_000,
};
