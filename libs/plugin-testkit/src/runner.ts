/**
 * What a contract suite needs of a test runner. `node:test`, Jest (with
 * `beforeAll`/`afterAll`), Mocha and Vitest fit. Suites assert with node:assert.
 */
export interface Runner {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void> | void): void;
  before(body: () => Promise<void> | void): void;
  after(body: () => Promise<void> | void): void;
}
