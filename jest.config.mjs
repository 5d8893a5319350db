/** Tests run on the compiled output: `tsc -b` first (the launcher does). */
export default {
  testEnvironment: 'node',
  roots: ['apps', 'libs', 'plugins', 'test', 'bench'].map((folder) => `<rootDir>/${folder}`),
  testMatch: ['**/dist/**/*.spec.js'],
  modulePathIgnorePatterns: ['<rootDir>/test/third-party/'],
  // Real clients, directories, identity providers and the image are CI's: `npm run test:clients`, `npm run test:identity`, `npm run test:image`; so are the commands of the pages: `npm run test:docs`.
  testPathIgnorePatterns: ['/node_modules/', '/test/dist/clients/', '/test/dist/clients-slow/', '/test/dist/identity/', '/test/dist/image/', '/test/dist/docs/follow-pages'],
  transform: {},
  setupFiles: ['<rootDir>/scripts/jest-setup.mjs'],
  maxWorkers: 2,
  testTimeout: 30_000,
};
