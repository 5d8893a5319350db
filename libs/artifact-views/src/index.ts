export { OBJECT_ARTIFACT_TYPE } from './object-artifact.js';
export * from './tag-of-key.js';
export * from './viewed-metadata.js';
export * from './views.js';
