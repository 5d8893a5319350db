import { expect } from '@jest/globals';
import { IdentityProvider } from '../harness/identity-provider.js';
import { OCI_MANIFEST, digestOf, imageOf, manifestBytes } from '../harness/oci-artifacts.js';
import { OciClient } from '../harness/oci-client.js';
import { RestClient } from '../harness/rest-client.js';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient, type Keys } from '../harness/signed-client.js';

export const allow = (action: string | readonly string[], resource: string | readonly string[] = '*', more: object = {}) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: action, Resource: resource, ...more },
});

export const LAYER = 'bytes of a layer';
export const IMAGE = manifestBytes(imageOf('{}', [LAYER]));

/** A server with a bucket `vault`, a repository `team/app`, and an issuer of tokens. */
export class ClassWorld {
  private constructor(
    readonly server: ServerProcess,
    readonly provider: IdentityProvider,
  ) {}

  static async start(access: Record<string, unknown> = {}, config: Record<string, unknown> = {}): Promise<ClassWorld> {
    const provider = await IdentityProvider.start();
    const plugins = [{ use: 'access-rbac', config: { issuers: [provider.issuer], ...access } }];
    const server = await ServerProcess.start({ config: { log: { level: 'error' }, plugins, ...config } });
    const world = new ClassWorld(server, provider);
    const root = world.s3();
    await root.put('/vault');
    await root.put('/vault/secret', 'the secret');
    await world.push('team/app', 'latest');
    return world;
  }

  s3(keys?: Keys | 'anonymous'): SignedClient {
    return new SignedClient(this.server.url, keys);
  }

  oci(credential?: Keys | string | null): OciClient {
    const root = new OciClient(this.server.url);
    return credential === undefined ? root : root.as(credential);
  }

  rest(credential?: Keys | string | null, prefix = '/rbac'): RestClient {
    const root = new RestClient(this.server.url, undefined, prefix);
    return credential === undefined ? root : root.as(credential);
  }

  /** An API key of a new user. */
  async apiKey(user: string, roles: readonly string[], policy?: object): Promise<string> {
    await this.rest().must('POST', '/users', { id: user, roles });
    return (await this.rest().must('POST', `/users/${user}/keys`, { kind: 'api', policy })).secret as string;
  }

  async push(repository: string, tag: string, who = this.oci()): Promise<number> {
    for (const bytes of ['{}', LAYER]) {
      const begun = await who.send('POST', `/v2/${repository}/blobs/uploads/`, { headers: { 'content-length': '0' } });
      if (begun.status !== 202) return begun.status;
      const place = new URL(String(begun.headers.location), this.server.url);
      place.searchParams.set('digest', digestOf(bytes));
      await who.send('PUT', place.pathname + place.search, { body: bytes });
    }
    return (await who.send('PUT', `/v2/${repository}/manifests/${tag}`, { headers: { 'content-type': OCI_MANIFEST }, body: IMAGE.text })).status;
  }

  /** Nothing that the attacker sent did anything. */
  async expectUntouched(): Promise<void> {
    expect((await this.s3().get('/vault/secret')).text).toBe('the secret');
    expect((await this.oci().get('/v2/team/app/manifests/latest')).text).toBe(IMAGE.text);
  }

  async remove(): Promise<void> {
    await this.server.remove();
    await this.provider.stop();
  }
}
