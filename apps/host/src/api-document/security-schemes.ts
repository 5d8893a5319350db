/** How requests show who sends them. */
export const SECURITY_SCHEMES = {
  sigV4: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description:
      'AWS Signature Version 4: `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, over the request with an access key and its secret. Beside it stand `x-amz-date`, `x-amz-content-sha256` (digest of the body, `UNSIGNED-PAYLOAD` or `STREAMING-…`) and, with temporary credentials, `x-amz-security-token`. AWS’s SDKs make it.',
  },
  sigV4Query: {
    type: 'apiKey',
    in: 'query',
    name: 'X-Amz-Signature',
    description: 'The same in a presigned URL, with `X-Amz-Algorithm`, `X-Amz-Credential`, `X-Amz-Date`, `X-Amz-Expires` and `X-Amz-SignedHeaders`; good for a week at most.',
  },
  basic: { type: 'http', scheme: 'basic', description: 'Access key id and secret, a name and an API key, or a name and a password' },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of a configured issuer, an API key, or the token of a session. For the registry also a token of `/token`, which the challenge of a 401 names as its realm.',
  },
  session: { type: 'apiKey', in: 'cookie', name: 'zas-session', description: 'Session of a login in a browser; over TLS the cookie is called `__Host-zas-session`' },
  csrf: { type: 'apiKey', in: 'header', name: 'x-csrf-token', description: 'Beside the cookie, with every change: `csrfToken` of `GET /rbac/session`' },
} as const;
