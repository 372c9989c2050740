/** `npm run docs`: writes docs/asyncapi.json, and docs/openapi.json as the running gateway merges it. */
import { writeFileSync } from 'node:fs';
import { asyncApi } from './asyncapi.ts';

const docs = new URL('../../../../docs/', import.meta.url);
const write = (name: string, document: unknown) => {
  writeFileSync(new URL(name, docs), `${JSON.stringify(document, null, 2)}\n`);
  console.log(`docs/${name}`);
};

write('asyncapi.json', asyncApi());
const gateway = `http://localhost:${process.env.GATEWAY_PORT ?? 5003}/swagger/json`;
const answer = await fetch(gateway).catch(() => undefined);
if (answer?.ok) write('openapi.json', await answer.json());
else {
  console.error(
    `${gateway} does not answer: run npm start in another terminal, then this again for the OpenAPI.`,
  );
  process.exitCode = 1;
}
