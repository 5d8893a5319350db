import { describe, expect, it } from '@jest/globals';
import { noopLogger } from './noop-logger.js';
import { RequestContext } from './request-context.js';
import { createRequestIds } from './request-id.js';

const start = { requestId: 'r', logger: noopLogger };

describe('RequestContext', () => {
  it('gives the same signal each time and aborts it once', () => {
    const context = new RequestContext(start);
    const { signal } = context;
    expect(context.signal).toBe(signal);
    context.abort('first');
    context.abort('second');
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toBe('first');
    expect(context.aborted).toBe(true);
  });

  it('answers an aborted signal to those who ask late', () => {
    const context = new RequestContext(start);
    context.abort('gone');
    expect(context.signal.aborted).toBe(true);
    expect(context.signal.reason).toBe('gone');
  });
});

describe('createRequestIds', () => {
  it('makes 16 upper-case hexadecimal digits from the injected randomness', () => {
    let fills = 0;
    const next = createRequestIds((buffer) => {
      fills += 1;
      buffer.fill(0xab);
    });
    expect(next()).toBe('ABABABABABABABAB');
    for (let i = 1; i < 64; i += 1) next();
    expect(fills).toBe(1);
    next();
    expect(fills).toBe(2);
  });
});
