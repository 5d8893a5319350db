/** The one mechanism of signatures that headers, queries and forms may name. */
export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** What is told to who signs in another way. */
export const NOT_SUPPORTED = `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`;
