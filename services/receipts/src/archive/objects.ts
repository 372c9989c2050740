import type { Reader } from '@dabba/service-kit';
import { localFolder } from './objects/local.ts';
import { s3Bucket } from './objects/s3.ts';

/** Bytes, or a file of this machine that holds them. */
export type Content = Buffer | { path: string };

/**
 * Where what is closed is kept: whole objects under keys like `receipts/day=2026-11-20/…`, parts of letters, digits, `.`, `-`, `_` and `=`.
 * An object is there whole or not at all, and durable once `put` resolves; putting it again replaces it. Errors of the
 * store are thrown.
 */
export interface ObjectStore {
  put(key: string, content: Content): Promise<void>;
  get(key: string): Promise<Buffer | undefined>;
  /** Writes the object into a file of this machine; false where there is none. */
  fetch(key: string, path: string): Promise<boolean>;
  /** Keys that begin so, in order. */
  list(prefix: string): Promise<string[]>;
  /** Nothing happens where there is none. */
  remove(key: string): Promise<void>;
  /** Where this machine reads the object without fetching it; undefined where it has to. */
  pathOf(key: string): string | undefined;
}

/**
 * `ARCHIVE_STORE`: a folder (the usual: `.dabba/archive`), or `s3://bucket` or `s3://bucket/prefix` with `ARCHIVE_S3_ENDPOINT`,
 * `ARCHIVE_S3_REGION` and the credentials that AWS' own clients look for.
 */
export function objectStore(read: Reader): ObjectStore {
  const where = read.text('ARCHIVE_STORE', '.dabba/archive');
  const endpoint = read.text('ARCHIVE_S3_ENDPOINT', '');
  const region = read.text('ARCHIVE_S3_REGION', 'us-east-1');
  const s3 = /^s3:\/\/([a-z0-9.-]+)(?:\/(.*))?$/.exec(where);
  if (!s3) return localFolder(where);
  const [, bucket = '', prefix = ''] = s3;
  return s3Bucket({ bucket, prefix, region, ...(endpoint !== '' && { endpoint }) });
}
