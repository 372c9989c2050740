export * from './codec.ts';
export { connectKafka } from './connect.ts';
export { metaOf } from './headers.ts';
export { connectRegistry, subjectOf } from './registry.ts';
export { topicSettings } from './topic-settings.ts';
export * from './types.ts';
export { frame, unframe } from './wire.ts';
