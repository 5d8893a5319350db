import { describe, expect, it } from '@jest/globals';
import { chooseRange } from './choose-range.js';

const link = { digest: `sha256:${'a'.repeat(64)}`, size: 10 };
const etag = `"${link.digest}"`;

describe('chooseRange', () => {
  it('takes the range, unless If-Range names another blob', () => {
    expect(chooseRange({ range: 'bytes=2-4' }, link)).toEqual({ offset: 2, length: 3 });
    expect(chooseRange({ range: 'bytes=2-4', 'if-range': etag }, link)).toEqual({ offset: 2, length: 3 });
    expect(chooseRange({ range: 'bytes=2-4', 'if-range': '"other"' }, link)).toBeUndefined();
    expect(chooseRange({}, link)).toBeUndefined();
  });

  it('leaves a range that cannot be satisfied to a condition that fails', () => {
    expect(() => chooseRange({ range: 'bytes=10-' }, link)).toThrow('not satisfiable');
    expect(() => chooseRange({ range: 'bytes=10-', 'if-match': etag }, link)).toThrow('not satisfiable');
    expect(chooseRange({ range: 'bytes=10-', 'if-none-match': etag }, link)).toBeUndefined();
    expect(chooseRange({ range: 'bytes=10-', 'if-match': '"other"' }, link)).toBeUndefined();
  });
});
