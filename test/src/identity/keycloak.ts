import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../harness/free-port.js';
import { temporaryFolder } from './installed-servers.js';
import { REALM, realm } from './keycloak-realm.js';

const ADMIN = { username: 'test-admin', password: 'test-admin-password' };
const START_MS = 180_000;

interface TokenAnswer {
  readonly access_token: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
}

/** Keycloak as a process, with one realm. What is in it stays when it stops. */
export class Keycloak {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly command: string,
    private readonly folder: string,
    private readonly port: number,
    private readonly management: number,
  ) {}

  /** @param redirectUri of the browser's login */
  static async start(command: string, redirectUri: string): Promise<Keycloak> {
    const made = new Keycloak(command, await temporaryFolder('keycloak'), await freePort(), await freePort());
    const imported = path.resolve(path.dirname(command), '../data/import');
    await fs.mkdir(imported, { recursive: true });
    await fs.writeFile(path.join(imported, `${REALM}.json`), JSON.stringify(realm(redirectUri)));
    await made.launch();
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get issuer(): string {
    return `${this.url}/realms/${REALM}`;
  }

  async launch(): Promise<void> {
    const output: string[] = [];
    const ports = ['--http-host=127.0.0.1', `--http-port=${this.port}`, `--http-management-port=${this.management}`];
    const database = ['--db=dev-file', `--db-url=jdbc:h2:file:${this.folder}/h2;NON_KEYWORDS=VALUE`];
    const child = spawn(this.command, ['start-dev', ...ports, ...database, '--health-enabled=true', '--import-realm'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.username, KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password },
      // Its script starts Java as a child; both have to end together.
      detached: true,
    });
    this.child = child;
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data: Buffer) => void output.push(String(data)));
    for (const until = Date.now() + START_MS; Date.now() < until; await delay(250)) {
      if (child.exitCode !== null) break;
      const ready = await fetch(`http://127.0.0.1:${this.management}/health/ready`).catch(() => undefined);
      if (ready?.ok && (await fetch(this.issuer).catch(() => undefined))?.ok) return;
    }
    await this.stop();
    throw new Error(`Keycloak did not start:\n${output.join('')}`);
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-child.pid, 'SIGTERM');
    await ended;
  }

  /** Answers nobody until it is let go on. */
  freeze(frozen: boolean): void {
    process.kill(-this.child!.pid!, frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  async remove(): Promise<void> {
    await this.stop();
    await fs.rm(this.folder, { recursive: true, force: true });
  }

  async token(form: Record<string, string>, realmName = REALM): Promise<TokenAnswer> {
    const answer = await fetch(`${this.url}/realms/${realmName}/protocol/openid-connect/token`, { method: 'POST', body: new URLSearchParams(form) });
    if (!answer.ok) throw new Error(`No token: ${await answer.text()}`);
    return (await answer.json()) as TokenAnswer;
  }

  /** Somebody's token, as the client gets it with a password. */
  async passwordToken(clientId: string, who: { readonly username: string; readonly password: string }): Promise<TokenAnswer> {
    return this.token({ grant_type: 'password', client_id: clientId, scope: 'openid', ...who });
  }

  /** Calls the admin's REST API of the realm. */
  async admin(method: string, where: string, body?: object): Promise<unknown> {
    const { access_token: token } = await this.token({ grant_type: 'password', client_id: 'admin-cli', ...ADMIN }, 'master');
    const answer = await fetch(`${this.url}/admin/realms/${REALM}${where}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${where} was answered ${answer.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** A new key signs from now on. @returns a way to take the old ones away */
  async rotateKeys(): Promise<() => Promise<void>> {
    const type = 'org.keycloak.keys.KeyProvider';
    const { id: parentId } = (await this.admin('GET', '')) as { id: string };
    const before = ((await this.admin('GET', `/components?type=${type}`)) as { id: string; providerId: string }[]).filter(({ providerId }) => providerId === 'rsa-generated');
    await this.admin('POST', '/components', { name: `rsa-${Date.now()}`, providerId: 'rsa-generated', providerType: type, parentId, config: { priority: ['500'], enabled: ['true'], active: ['true'], algorithm: ['RS256'] } });
    return async () => {
      for (const { id } of before) await this.admin('DELETE', `/components/${id}`);
    };
  }
}
