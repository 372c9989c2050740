import { isRefusal } from '@dabba/event-store';
import { type App, homeMetro, principalOf, runCommand } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { CatalogDeps } from '../parts.ts';
import { closed, Id, Time } from '../schemas.ts';
import { decideTax } from './decide.ts';
import { rateAt, type Tax, taxRef } from './tax.ts';

const Ppm = Type.Integer({
  minimum: 0,
  maximum: 1_000_000,
  description: 'Millionths of the subtotal: 85000 is 8.5 %',
});
const NewRate = Type.Object(
  {
    jurisdiction: Id,
    rate_ppm: Ppm,
    valid_from: Type.Optional(Time),
    metro: Type.Optional(Type.String({ description: 'For callers who work in several metros' })),
  },
  closed,
);
const Rate = Type.Object({ version: Type.Integer(), rate_ppm: Ppm, valid_from: Time });
const RateView = Type.Object({
  jurisdiction: Id,
  now: Type.Union([Rate, Type.Null()]),
  rates: Type.Array(Rate),
});

/** Tax rates by jurisdiction, each valid from an instant on; orders keep the one that held. */
export function taxRoutes(app: App, deps: CatalogDeps): void {
  const { store, shelf, region, now } = deps;
  const tags = ['tax rates'];

  app.post(
    '/api/v1/tax-rates',
    {
      config: { permission: 'taxes:set' },
      schema: { tags, summary: 'A rate from an instant on', body: NewRate, response: { 201: RateView } },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { jurisdiction, rate_ppm: ratePpm, valid_from: from } = request.body;
        const metro = homeMetro(region, principalOf(request), request.body.metro);
        if (isRefusal(metro)) return metro;
        const validFrom = from === undefined ? context.now : Date.parse(from);
        const ref = taxRef(jurisdiction, metro.id);
        const outcome = await store.execute(
          ref,
          (tax) => decideTax(tax, { do: 'set-rate', jurisdiction, ratePpm, validFrom, now: context.now }),
          context,
          { answer: ({ state }) => ({ status: 201, body: view(jurisdiction, state, context.now) }) },
        );
        if (!outcome.refused && outcome.result) shelf.taxes.learn({ id: ref.id, ...outcome.result });
        return outcome;
      }),
  );

  app.get(
    '/api/v1/tax-rates',
    {
      config: { permission: 'catalog:read' },
      schema: {
        tags,
        summary: 'Every jurisdiction with its rates',
        response: { 200: Type.Object({ items: Type.Array(RateView) }) },
      },
    },
    async () => {
      const items = [...shelf.taxes.all()].map(({ id, state }) =>
        view(id.slice('tax:'.length), state, now()),
      );
      return { items: items.sort((one, other) => (one.jurisdiction < other.jurisdiction ? -1 : 1)) };
    },
  );
}

function view(jurisdiction: string, tax: Tax, at: number) {
  const rates = tax.rates.map(({ version, ratePpm, validFrom }) => ({
    ...{ version, rate_ppm: ratePpm },
    valid_from: new Date(validFrom).toISOString(),
  }));
  const holds = rateAt(tax, at)?.version;
  return { jurisdiction, now: rates.find(({ version }) => version === holds) ?? null, rates };
}
