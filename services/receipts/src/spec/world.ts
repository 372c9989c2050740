import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { type TestTokens, testTokens, uniquePrefix } from '@dabba/testing';
import { makeTopics, topicsOf } from '@dabba/testing/topics';
import { service } from '../service.ts';

export interface Call {
  body?: string;
  roles?: string[];
  client?: string;
  kind?: string;
  headers?: Record<string, string>;
}

/** Receipts on real servers, with an archive of its own and no authorities. */
export class World {
  readonly receipts: RunningService<StoreDeps>;
  readonly #tokens: TestTokens;
  readonly #folder: string;

  private constructor(receipts: RunningService<StoreDeps>, tokens: TestTokens, folder: string) {
    this.receipts = receipts;
    this.#tokens = tokens;
    this.#folder = folder;
  }

  static async open(): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'receipts-'));
    const tokens = await testTokens();
    const kafkaPrefix = uniquePrefix('receipts');
    const { deps, close } = await connect(service, { kafkaPrefix });
    await makeTopics(deps, topicsOf(service, deps));
    await service.seed?.(deps);
    await close();
    const env = {
      ...process.env,
      LOG_LEVEL: 'fatal',
      RECEIPT_MAX_BYTES: '8192',
      RECEIPT_WEBHOOK_NETWORK: 'any',
      ARCHIVE_STORE: join(folder, 'store'),
      ARCHIVE_WORK: join(folder, 'work'),
    };
    const receipts = await startService(service, { port: 0, keys: tokens.keys, kafkaPrefix, env });
    return new World(receipts, tokens, folder);
  }

  async call(method: string, path: string, given: Call = {}) {
    const { body, roles = ['receipts:write'], client = 'till_sfo', kind = 'machine', headers = {} } = given;
    const response = await fetch(`${this.receipts.url}${path}`, {
      method,
      headers: {
        authorization: await this.#tokens.bearer(roles, { kind, sub: client, metro: null }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text || 'null') };
  }

  async close(): Promise<void> {
    await this.receipts.stop();
    await rm(this.#folder, { recursive: true });
  }
}
