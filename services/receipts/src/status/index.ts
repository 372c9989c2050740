export { findReceipt } from './find.ts';
export { viewOf } from './view.ts';
