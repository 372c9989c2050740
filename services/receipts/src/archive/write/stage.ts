import type { Instant } from '@dabba/contracts';
import { type DuckDBAppender, DuckDBTimestampTZValue } from '@duckdb/node-api';
import type { ArchivedReceipt } from '../receipt.ts';
import { digestOf } from './digest.ts';

/** Adds a row to the stage, with the digest of what it is where it comes from. */
export function appendTo(stage: DuckDBAppender, receipt: ArchivedReceipt): void {
  for (const value of [receipt.id, receipt.client, receipt.metro, receipt.type, receipt.format])
    stage.appendVarchar(value);
  if (receipt.version === null) stage.appendNull();
  else stage.appendInteger(receipt.version);
  stage.appendVarchar(receipt.status);
  appendTime(stage, receipt.receivedAt);
  appendTime(stage, receipt.acceptedAt);
  appendText(stage, receipt.number);
  appendTime(stage, receipt.issuedAt);
  appendText(stage, receipt.seller);
  if (receipt.total === null) stage.appendNull();
  else stage.appendBigInt(BigInt(receipt.total));
  appendText(stage, receipt.currency);
  for (const list of [receipt.checks, receipt.failures, receipt.registrations, receipt.acknowledgements])
    stage.appendVarchar(JSON.stringify(list));
  for (const bytes of [receipt.hash, receipt.raw, digestOf(receipt)]) stage.appendBlob(bytes);
  stage.endRow();
}

function appendText(stage: DuckDBAppender, text: string | null): void {
  if (text === null) stage.appendNull();
  else stage.appendVarchar(text);
}

function appendTime(stage: DuckDBAppender, at: Instant | null): void {
  if (at === null) stage.appendNull();
  else stage.appendTimestampTZ(new DuckDBTimestampTZValue(BigInt(at) * 1000n));
}
