import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectStore } from '../objects.ts';
import { checkedKey } from './key.ts';

export interface BucketSettings {
  bucket: string;
  /** Before every key; without a slash at its end. */
  prefix: string;
  region: string;
  /** Of a server that is not Amazon's. */
  endpoint?: string;
}

/** Objects in a bucket, by the S3 protocol. Up to 5 GiB each: parts of a day are far below. */
export function s3Bucket({ bucket: Bucket, prefix, region, endpoint }: BucketSettings): ObjectStore {
  const client = new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    // Others than Amazon's server do not know its trailing checksums; what was written is read back and hashed anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const before = prefix === '' ? '' : `${prefix}/`;
  const at = (key: string) => ({ Bucket, Key: before + checkedKey(key) });
  const open = async (key: string) => {
    try {
      const { Body } = await client.send(new GetObjectCommand(at(key)));
      return Body;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };
  return {
    pathOf: () => undefined,
    async put(key, content) {
      const body = Buffer.isBuffer(content)
        ? { Body: content }
        : { Body: createReadStream(content.path), ContentLength: (await stat(content.path)).size };
      await client.send(new PutObjectCommand({ ...at(key), ...body }));
    },
    async get(key) {
      const body = await open(key);
      return body && Buffer.from(await body.transformToByteArray());
    },
    async fetch(key, path) {
      const body = await open(key);
      if (!body) return false;
      const bytes = body instanceof Readable ? body : Readable.fromWeb(body.transformToWebStream());
      await pipeline(bytes, createWriteStream(path));
      return true;
    },
    async list(of) {
      const keys: string[] = [];
      for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix: before + of }))
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key.slice(before.length));
      return keys.sort();
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand(at(key)));
    },
  };
}
