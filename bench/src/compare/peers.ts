export type Protocol = 's3' | 'oci';

/** What a peer is started with: everything on loopback, on a folder of its own. */
export interface PeerPlace {
  readonly dataDir: string;
  readonly port: number;
  /** For what it serves besides. */
  readonly sparePort: number;
  readonly accessKeyId: string;
  readonly secret: string;
}

export interface PeerLaunch {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Written to `configFile` of the place before it starts. */
  readonly config?: string;
}

/** Another server that speaks one of our protocols, started with its defaults. */
export interface Peer {
  readonly name: string;
  readonly protocols: readonly Protocol[];
  readonly program: string;
  readonly howToGet: string;
  /** Whether what it answers with 200 is on the disk by then. */
  readonly durable: string;
  launch(place: PeerPlace, configFile: string): PeerLaunch;
}

export const OURS = 'ours';
export const OURS_DURABLE = 'yes: bytes, records and directory entries are synced';

export const PEERS: readonly Peer[] = [
  {
    name: 'minio',
    protocols: ['s3'],
    program: 'minio',
    howToGet: 'go install github.com/minio/minio@latest',
    durable: 'mostly: files are synced, the directories that name them are not',
    launch: ({ dataDir, port, sparePort, accessKeyId, secret }) => ({
      // Its console would listen on every address.
      args: ['server', '--quiet', '--address', `127.0.0.1:${port}`, '--console-address', `127.0.0.1:${sparePort}`, dataDir],
      env: { MINIO_ROOT_USER: accessKeyId, MINIO_ROOT_PASSWORD: secret, HOME: dataDir },
    }),
  },
  {
    name: 'versitygw',
    protocols: ['s3'],
    program: 'versitygw',
    howToGet: 'go install github.com/versity/versitygw/cmd/versitygw@latest',
    durable: 'no: nothing is synced',
    launch: ({ dataDir, port, accessKeyId, secret }) => ({
      args: ['--quiet', '--port', `127.0.0.1:${port}`, 'posix', dataDir],
      env: { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secret, HOME: dataDir },
    }),
  },
  {
    name: 'zot',
    protocols: ['oci'],
    program: 'zot',
    howToGet: 'a release of zotregistry.dev',
    durable: 'no: only with `storage.commit`',
    launch: ({ dataDir, port }, configFile) => ({
      args: ['serve', configFile],
      config: JSON.stringify({ storage: { rootDirectory: dataDir }, http: { address: '127.0.0.1', port: String(port) }, log: { level: 'error' } }),
    }),
  },
  {
    name: 'registry',
    protocols: ['oci'],
    program: 'registry',
    howToGet: 'go install github.com/distribution/distribution/v3/cmd/registry@latest',
    durable: 'mostly: files are synced, not the directory into which a blob is moved',
    launch: ({ dataDir, port }, configFile) => ({
      args: ['serve', configFile],
      config: JSON.stringify({
        version: '0.1',
        log: { level: 'error', accesslog: { disabled: true } },
        storage: { filesystem: { rootdirectory: dataDir }, delete: { enabled: true } },
        http: { addr: `127.0.0.1:${port}` },
      }),
      // Nothing is traced and sent.
      env: { OTEL_TRACES_EXPORTER: 'none' },
    }),
  },
];
