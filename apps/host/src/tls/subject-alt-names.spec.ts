import { describe, expect, it } from '@jest/globals';
import { subjectAltNames } from './subject-alt-names.js';

describe('subjectAltNames', () => {
  it('tells the kinds apart, in their order, and leaves out what nobody maps', () => {
    const text = 'DNS:a.example, URI:spiffe://x/y?a=1:2, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, email:a@b.c, othername:<unsupported>, Registered ID:1.2.3.4, DNS:b.example';
    expect(subjectAltNames(text)).toEqual(['DNS:a.example', 'URI:spiffe://x/y?a=1:2', 'IP:127.0.0.1', 'IP:2001:DB8:0:0:0:0:0:1', 'email:a@b.c', 'DNS:b.example']);
    expect(subjectAltNames(undefined)).toEqual([]);
    expect(subjectAltNames('')).toEqual([]);
  });

  it.each([
    ['URI:"spiffe://x/y\\u002cDNS:evil"', ['URI:spiffe://x/y,DNS:evil']],
    ['URI:"x, DNS:evil.example", DNS:good', ['URI:x, DNS:evil.example', 'DNS:good']],
    ['URI:"q\\\\\\" , DNS:evil", DNS:good', ['URI:q\\" , DNS:evil', 'DNS:good']],
    ['DNS:"a\\u0000.example"', ['DNS:a\u0000.example']],
    ['DirName:"CN=foo\\\\\\u002c DNS:evil3", DNS:good', ['DNS:good']],
  ])('takes %s for no more names than there are', (text, names) => {
    expect(subjectAltNames(text)).toEqual(names);
  });

  it.each(['DNS', 'DNS:a,DNS:b', 'DNS:"open', 'DNS:a"b"', 'DNS:"\\x"', ', DNS:a'])('refuses %s', (text) => {
    expect(() => subjectAltNames(text)).toThrow();
  });
});
