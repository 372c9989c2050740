import type { Events, Instant } from '@dabba/contracts';

export type Format = 'JSON' | 'XML';

/** What a document says, in the fields every type shares. */
export interface Canonical {
  /** Number its issuer gave it. */
  number: string | null;
  /** When its issuer says it was made. */
  issuedAt: Instant | null;
  /** Issuer's registered id. */
  seller: string | null;
  /** Minor units of the currency. */
  total: number | null;
  /** ISO 4217. */
  currency: string | null;
}

/** A type of receipt at one version of its rules. */
export interface TypeVersion {
  type: string;
  version: number;
  format: Format;
  /** Authorities that have to register it. */
  authorities: readonly string[];
}

/** What the rules of a type say of a document; without failures it is valid. */
export interface Judgement {
  version: TypeVersion;
  /** Names of the rules it keeps. */
  passed: readonly string[];
  failures: Events['ReceiptRejected']['failures'];
  canonical: Canonical;
}

/** Every type that is known at this moment; kept in memory, coherent with its table within a second. */
export interface TypeBook {
  /** The type a parsed document is of; undefined where no rule set fits it. */
  recognise(format: Format, document: unknown): TypeVersion | undefined;
  /**
   * By the newest version of the type. Pure but for the book: what may not lie in the future is compared with when the
   * document was received, so that judging it again years later says the same. Never throws for what a document says.
   */
  judge(type: string, format: Format, document: unknown, receivedAt: Instant): Judgement;
}
