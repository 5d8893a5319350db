import { describe, expect, it } from '@jest/globals';
import { readJunit } from './junit.js';
import { suiteConfig } from './s3-tests-config.js';
import { leftOutFunctions } from './s3-tests-scope.js';

describe('the driver of the public suite', () => {
  it('reads results, clean-up failures and escapes included', () => {
    const xml = [
      '<testsuite><testcase classname="a" name="one" time="1"/>',
      '<testcase name="two"><failure message="assert &lt;1&gt; == &quot;2&quot;&#10;more">text</failure></testcase>',
      '<testcase name="three"><skipped message="why"/></testcase>',
      '<testcase name="four"></testcase><testcase name="four"><error message="teardown"></error></testcase></testsuite>',
    ].join('');
    expect(readJunit(xml)).toEqual([
      { name: 'one', outcome: 'passed', message: undefined },
      { name: 'two', outcome: 'failed', message: 'assert <1> == "2"\nmore' },
      { name: 'three', outcome: 'skipped', message: undefined },
      { name: 'four', outcome: 'failed', message: 'teardown' },
    ]);
  });

  it('leaves out what is signed with Signature V2 or needs IAM, and nothing else', () => {
    const source = 'def test_a():\n    x = hashlib.sha1()\n\ndef test_b(iam_root):\n    pass\n\ndef test_c():\n    y = 1\n\ndef test_d():\n    c.list(Bucket=":{}".format(b))\n';
    expect([...leftOutFunctions(source)]).toEqual(['test_a', 'test_b', 'test_d']);
  });

  it('names each user with keys and id of its own', () => {
    const config = suiteConfig('http://127.0.0.1:9000');
    expect(config).toContain('port = 9000');
    const ids = [...config.matchAll(/user_id = (.*)/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
