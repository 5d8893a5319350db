import { describe, expect, it } from '@jest/globals';
import { History } from './history.js';

describe('what a register may hold', () => {
  it('is the last acknowledged write alone', () => {
    const history = new History<string>(undefined);
    history.begin('one').acknowledge();
    history.begin('two').acknowledge();
    expect(history.candidates()).toEqual(['two']);
    expect(history.known).toBe('two');
  });

  it('is the new or the old value while a write has no answer', () => {
    const history = new History<string>('old');
    history.begin('new');
    expect(history.candidates()).toEqual(['old', 'new']);
    expect(history.known).toBeUndefined();
  });

  it('is either of two acknowledged writes that overlapped, and nothing older', () => {
    const history = new History<string>('old');
    const [one, other] = [history.begin('one'), history.begin('other')];
    other.acknowledge();
    one.acknowledge();
    expect(history.candidates()).toEqual(['one', 'other']);
  });

  it('may be a write without an answer although a later one was acknowledged', () => {
    const history = new History<string>('old');
    history.begin('unanswered');
    history.begin('later').acknowledge();
    expect(history.candidates()).toEqual(['unanswered', 'later']);
  });

  it('never is a write that was refused', () => {
    const history = new History<string>('old');
    history.begin('refused').refuse();
    expect(history.candidates()).toEqual(['old']);
  });

  it('counts deletions as values', () => {
    const history = new History<string>('old');
    history.begin(undefined).acknowledge();
    expect(history.candidates()).toEqual([undefined]);
  });
});
