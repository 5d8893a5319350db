import type { CallContext, Logger, Principal } from '@zas/plugin-api';

/** Throws every line away. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

/** An account's root, as the config makes them. */
export function testPrincipal(subject = 'tester', accountId = '111111111111'): Principal {
  return {
    id: `config:${subject}`,
    account: { id: accountId, canonicalId: `canonical-${subject}`, displayName: subject },
    accountRoot: true,
    serverRoot: false,
    credentialId: `KEY-${subject}`,
    roles: [],
    groups: [],
  };
}

/** A context for calling implementations from tests. */
export function testContext(overrides: Partial<CallContext> = {}): CallContext {
  return {
    requestId: 'test-request',
    principal: testPrincipal(),
    address: '127.0.0.1',
    logger: silentLogger,
    signal: new AbortController().signal,
    ...overrides,
  };
}
