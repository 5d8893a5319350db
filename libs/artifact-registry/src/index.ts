export * from './artifact-registry.js';
export * from './blob-uploads.js';
export * from './blobs.js';
export * from './collect-artifacts.js';
export * from './manifests.js';
export * from './pull-recorder.js';
export * from './repositories.js';
export * from './retain-tags.js';
