import { secret } from '@zas/plugin-api';
import { z } from 'zod';
import { issuerName, memberOf, membershipFields } from '../source-config.js';

const dn = z.string().min(1).max(1_024);
const attribute = z.string().regex(/^[A-Za-z][A-Za-z0-9;-]{0,63}$/, 'expected the name of an attribute');
const template = z.string().min(3).max(1_024).refine((text) => text.includes('{name}'), 'expected {name} in it');

/** A directory whose people may come in with their passwords. */
export const ldapSchema = z
  .strictObject({
    name: issuerName.default('ldap').describe('First part of the ids of its principals'),
    url: z.string().regex(/^ldaps?:\/\/[^/\s]+\/?$/, 'expected ldap://host:port or ldaps://host:port').describe('Address of the directory: ldaps://host:port, or ldap:// with startTls'),
    startTls: z.boolean().default(false).describe('Go over to TLS on an ldap:// connection'),
    plaintext: z.boolean().default(false).describe('Lets passwords cross the network in clear text'),
    caFile: z.string().min(1).optional().describe('PEM of the CAs to trust; absent: those of the system'),
    bindDn: dn.optional().describe('Who searches; absent: anonymous, or with userDn the user'),
    bindPassword: secret(z.string().min(1)).optional().describe('Password of bindDn'),
    userBase: dn.optional().describe('Where users are searched'),
    userFilter: template.default('(uid={name})').describe('Filter that finds a user; {name} is what was typed'),
    userDn: template.optional().describe('In place of a search: the name of every user’s entry'),
    nameAttribute: attribute.default('uid').describe('Attribute of the user’s entry that is the second half of the principal’s id'),
    groupBase: dn.optional().describe('Where groups are searched; absent: nowhere'),
    groupFilter: z.string().min(3).max(1_024).default('(member={dn})').describe('{dn} is the user’s entry, {name} the value of nameAttribute'),
    groupAttribute: attribute.default('cn').describe('Attribute of a group’s entry that is the group’s name'),
    ...membershipFields,
    roleMap: z.record(z.string(), memberOf).default({}).describe('Roles by group'),
    timeoutSeconds: z.number().min(0.1).max(60).default(5).describe('How long the directory may take for one answer'),
    loginsAtOnce: z.int().min(1).max(256).default(8).describe('Logins that are worked on at the same time, and that may wait'),
    loginsWaiting: z.int().min(0).max(10_000).default(64).describe('Logins that may wait for their turn; more are answered "slow down"'),
    rememberSeconds: z.int().min(0).max(3_600).default(60).describe('A name and password that were right count so long without being asked about again; 0: not at all'),
  })
  .superRefine((config, context) => {
    const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if ((config.userBase === undefined) === (config.userDn === undefined)) issue('userBase', 'expected either userBase or userDn');
    if ((config.bindDn === undefined) !== (config.bindPassword === undefined)) issue('bindPassword', 'bindDn and bindPassword go together');
    const secure = config.url.startsWith('ldaps:');
    if (secure && config.startTls) issue('startTls', 'is for ldap:// only');
    const isHere = /^ldap:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?\/?$/.test(config.url);
    if (!secure && !config.startTls && !isHere && !config.plaintext) issue('url', 'would send passwords in clear text: use ldaps:// or startTls, or say plaintext: true');
  });

export type LdapConfig = z.output<typeof ldapSchema>;
