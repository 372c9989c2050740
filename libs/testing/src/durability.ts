import pg from 'pg';

/** How safe a commit is on these servers; a figure without it means nothing. */
export interface Durability {
  fsync: string;
  synchronous_commit: string;
  full_page_writes: string;
  /** Of every publish: the Kafka port knows no other. */
  acks: 'all';
}

export class NotDurable extends Error {
  override name = 'NotDurable';
}

/** @throws NotDurable when the server may lose what it acknowledged */
export async function durabilityOf(databaseUrl: string): Promise<Durability> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const setting = async (name: string) => {
      const { rows } = await client.query<{ value: string }>('select current_setting($1) as value', [name]);
      const value = rows[0]?.value ?? 'unknown';
      if (value !== 'on')
        throw new NotDurable(`Postgres has ${name} = ${value}: nothing is measured like that.`);
      return value;
    };
    return {
      fsync: await setting('fsync'),
      synchronous_commit: await setting('synchronous_commit'),
      full_page_writes: await setting('full_page_writes'),
      acks: 'all',
    };
  } finally {
    await client.end();
  }
}
