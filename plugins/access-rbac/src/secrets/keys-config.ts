import { secret } from '@zas/plugin-api';
import { z } from 'zod';

/** Base64 of exactly 32 bytes. */
const masterKey = secret(
  z.string().refine((text) => /^[A-Za-z0-9+/]{43}=$/.test(text), 'expected the base64 of 32 bytes, for example of "openssl rand -base64 32"'),
);

/** Of the config: the keys of which all others are made. */
export const keysFields = {
  masterKey: masterKey.optional().describe('Absent: made at random and kept in the plugin’s folder; several servers over one store need the same'),
  previousMasterKeys: z.array(masterKey).max(10).default([]).describe('Earlier ones: what they sealed can still be opened, and what they signed still counts'),
};

export type KeysConfig = z.output<z.ZodObject<typeof keysFields>>;
