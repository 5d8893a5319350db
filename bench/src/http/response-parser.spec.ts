import { describe, expect, it } from '@jest/globals';
import { ResponseParser } from './response-parser.js';

const PLAIN = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nx-trailer: 1\r\n\r\n';

function parse(text: string, { method = 'GET', keepBody = true, size = text.length } = {}) {
  const parser = new ResponseParser();
  parser.begin({ method, keepBody });
  for (let at = 0; at < text.length; at += size) {
    const response = parser.push(Buffer.from(text.slice(at, at + size)));
    if (response) return { ...response, body: response.body.toString(), atEnd: at + size >= text.length };
  }
  return undefined;
}

describe('ResponseParser', () => {
  it.each([1, 2, 3, 7, 1000])('reads bodies that come in pieces of %d bytes', (size) => {
    expect(parse(PLAIN, { size })).toEqual({ status: 200, length: 5, body: 'hello', keepAlive: true, atEnd: true });
    expect(parse(CHUNKED, { size })).toEqual({ status: 200, length: 11, body: 'hello world', keepAlive: true, atEnd: true });
  });

  it('knows responses without a body', () => {
    expect(parse('HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n', { method: 'HEAD' })).toMatchObject({ status: 200, length: 0 });
    expect(parse('HTTP/1.1 204 No Content\r\n\r\n', { method: 'DELETE' })).toMatchObject({ status: 204, length: 0 });
    expect(parse('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: close\r\n\r\n')).toMatchObject({ length: 0, keepAlive: false });
  });

  it('skips 100 Continue', () => {
    expect(parse(`HTTP/1.1 100 Continue\r\n\r\n${PLAIN}`)).toMatchObject({ status: 200, body: 'hello' });
  });

  it('keeps bodies only when asked, and the beginning of refusals', () => {
    expect(parse(PLAIN, { keepBody: false })).toMatchObject({ length: 5, body: '' });
    expect(parse(PLAIN.replace('200 OK', '503 No'), { keepBody: false })).toMatchObject({ status: 503, body: 'hello' });
  });

  it('is used again for the next response', () => {
    const parser = new ResponseParser();
    for (let i = 0; i < 3; i++) {
      parser.begin({ method: 'GET', keepBody: false });
      expect(parser.push(Buffer.from(PLAIN))).toMatchObject({ status: 200, length: 5 });
    }
  });

  it('waits for what is missing', () => {
    expect(parse(PLAIN.slice(0, -1))).toBeUndefined();
    expect(parse(CHUNKED.slice(0, -2))).toBeUndefined();
  });

  it('refuses what is no response', () => {
    expect(() => parse('SSH-2.0-x\r\n\r\n')).toThrow('no HTTP response');
    expect(() => parse('HTTP/1.1 200 OK\r\n\r\n')).toThrow('length');
    expect(() => parse(`${PLAIN}!`)).toThrow('more than its response');
    expect(() => parse('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n')).toThrow('chunk size');
    expect(() => new ResponseParser().push(Buffer.from('x'))).toThrow('more than its response');
  });
});
