import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../harness/free-port.js';
import { temporaryFolder } from './installed-servers.js';
import { makeCertificate } from './make-certificate.js';

export const BASE = 'dc=example,dc=org';
export const READER = { bindDn: `cn=reader,${BASE}`, bindPassword: 'reader-password' };

const entry = (dn: string, ...lines: readonly string[]): string => [`dn: ${dn}`, ...lines, '', ''].join('\n');
const person = (rdn: string, ...lines: readonly string[]): string => entry(`${rdn},ou=people,${BASE}`, 'objectClass: inetOrgPerson', 'sn: x', ...lines);
const group = (cn: string, ...members: readonly string[]): string => entry(`cn=${cn},ou=groups,${BASE}`, 'objectClass: groupOfNames', ...members.map((member) => `member: ${member},ou=people,${BASE}`));

const PEOPLE = [
  entry(BASE, 'objectClass: dcObject', 'objectClass: organization', 'dc: example', 'o: example'),
  entry(READER.bindDn, 'objectClass: organizationalRole', 'objectClass: simpleSecurityObject', `userPassword: ${READER.bindPassword}`),
  entry(`ou=people,${BASE}`, 'objectClass: organizationalUnit'),
  entry(`ou=groups,${BASE}`, 'objectClass: organizationalUnit'),
  person('uid=ann', 'cn: Ann', 'userPassword: ann-password'),
  person('uid=bea', 'cn: Bea', 'userPassword: bea:password\u00fc'),
  person('uid=Zo\u00eb', 'cn: Zoe', 'userPassword: zoe-password'),
  person('cn=Last\\2C First', 'uid: last', 'userPassword: last-password'),
  person('cn=Star \\28*\\29', 'uid:: cyooKgo='.replace('cyooKgo=', Buffer.from('s(*)').toString('base64')), 'userPassword: star-password'),
  person('uid=keyless', 'cn: No password'),
  person('cn=Twin 1', 'uid: twin', 'userPassword: twin-password'),
  person('cn=Twin 2', 'uid: twin', 'userPassword: twin-password'),
  group('admins', 'uid=ann', 'cn=Last\\2C First'),
  group('developers', 'uid=ann', 'uid=bea'),
].join('');

/** OpenLDAP's server with a few people in it. */
export class Slapd {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly command: string,
    readonly folder: string,
    private readonly ports: { readonly plain: number; readonly tls: number },
  ) {}

  static async start(command: string): Promise<Slapd> {
    const folder = await temporaryFolder('slapd');
    const made = new Slapd(command, folder, { plain: await freePort(), tls: await freePort() });
    await made.prepare();
    await made.launch();
    return made;
  }

  get url(): string {
    return `ldap://localhost:${this.ports.plain}`;
  }

  get tlsUrl(): string {
    return `ldaps://localhost:${this.ports.tls}`;
  }

  get caFile(): string {
    return path.join(this.folder, 'cert.pem');
  }

  async launch(): Promise<void> {
    const { plain, tls } = this.ports;
    const listeners = `ldap://localhost:${plain} ldaps://localhost:${tls}`;
    const output: string[] = [];
    this.child = spawn(this.command, ['-d', '0', '-h', listeners, '-f', path.join(this.folder, 'slapd.conf')], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stderr!.on('data', (data: Buffer) => void output.push(String(data)));
    for (let i = 0; i < 100; i++) {
      if (await accepts(plain)) return;
      if (this.child.exitCode !== null) break;
      await delay(100);
    }
    throw new Error(`slapd did not start:\n${output.join('')}`);
  }

  /** What was in it stays. */
  async stop(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    await fs.rm(this.folder, { recursive: true, force: true });
  }

  private async prepare(): Promise<void> {
    const at = (name: string) => path.join(this.folder, name);
    await fs.mkdir(at('db'));
    makeCertificate(this.folder);
    await fs.writeFile(
      at('slapd.conf'),
      `${['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n')}
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${at('slapd.pid')}
TLSCertificateFile ${at('cert.pem')}
TLSCertificateKeyFile ${at('key.pem')}
allow bind_anon_cred bind_anon_dn
database mdb
maxsize 16777216
suffix "${BASE}"
directory ${at('db')}
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${READER.bindDn}" read by self read by * none
`,
    );
    await fs.writeFile(at('people.ldif'), PEOPLE);
    execFileSync(this.command, ['-Tadd', '-f', at('slapd.conf'), '-l', at('people.ldif')], { stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, 'localhost');
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
