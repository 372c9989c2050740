import { newId } from '@dabba/contracts';
import { isRefusal } from '@dabba/event-store';
import { type App, homeMetro, principalOf, runCommand, typedText } from '@dabba/service-kit';
import { Type } from 'typebox';
import { answerWith, change, mayActFor } from '../acting.ts';
import type { CatalogDeps } from '../parts.ts';
import { closed, Id, IdParams, Name, orNull, Reason, Text, Url } from '../schemas.ts';
import { decideVendor, type VendorCommand } from './decide.ts';
import { type Vendor, type VendorProfile, vendorRef } from './vendor.ts';
import { VendorView, vendorView } from './view.ts';

const Phone = orNull(
  typedText(32, {
    pattern: '^\\+?[0-9][0-9 ()./-]{3,30}$',
    description: 'Where customers ring it up (S2-DAT-02)',
  }),
);
const Application = Type.Object(
  {
    id: Type.Optional(Id),
    name: Name,
    description: Type.Optional(Text),
    logo_url: Type.Optional(Url),
    phone: Type.Optional(Phone),
    metro: Type.Optional(Type.String({ description: 'For callers who work in several metros' })),
  },
  closed,
);
const Changes = Type.Object(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Text),
    logo_url: Type.Optional(Url),
    phone: Type.Optional(Phone),
    auto_accept: Type.Optional(Type.Boolean()),
  },
  { ...closed, minProperties: 1 },
);

/** Vendors from their application on (S2-VEN-06). */
export function vendorRoutes(app: App, deps: CatalogDeps): void {
  const { store, shelf, region } = deps;
  const tags = ['vendors'];

  app.post(
    '/api/v1/vendors',
    {
      config: { permission: 'vendors:apply' },
      schema: { tags, summary: 'Apply to sell', body: Application, response: { 201: VendorView } },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const principal = principalOf(request);
        const { name, description = '', logo_url: logoUrl = null, phone = null } = request.body;
        const vendorId = request.body.id ?? principal.vendorId ?? newId('vnd');
        const metro = homeMetro(region, principal, request.body.metro);
        if (isRefusal(metro)) return metro;
        const apply = {
          do: 'apply',
          vendorId,
          metro: metro.id,
          name,
          description,
          logoUrl,
          phone,
          now: context.now,
        } as const;
        return changeVendor(request, context, vendorRef(vendorId, metro.id), apply, 201);
      }),
  );

  app.patch(
    '/api/v1/vendors/:id',
    {
      config: { permission: 'vendors:change' },
      schema: {
        tags,
        summary: 'Change how a vendor appears',
        params: IdParams,
        body: Changes,
        response: { 200: VendorView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: vendorId } = request.params;
        await mayActFor(deps, principalOf(request), vendorId);
        const { logo_url, auto_accept, ...rest } = request.body;
        const to: Partial<VendorProfile> = {
          ...rest,
          ...(logo_url !== undefined && { logoUrl: logo_url }),
          ...(auto_accept !== undefined && { autoAccept: auto_accept }),
        };
        return changeVendor(request, context, vendorRef(vendorId), {
          do: 'change',
          vendorId,
          to,
          now: context.now,
        });
      }),
  );

  app.post(
    '/api/v1/vendors/:id/approve',
    {
      config: { permission: 'vendors:approve' },
      schema: {
        tags,
        summary: 'Let a vendor sell (S2-VEN-06)',
        params: IdParams,
        response: { 200: VendorView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: vendorId } = request.params;
        await mayActFor(deps, principalOf(request), vendorId);
        return changeVendor(request, context, vendorRef(vendorId), {
          do: 'approve',
          vendorId,
          now: context.now,
        });
      }),
  );

  app.post(
    '/api/v1/vendors/:id/suspend',
    {
      config: { permission: 'vendors:approve' },
      schema: {
        tags,
        summary: 'Stop a vendor selling until it is approved again',
        params: IdParams,
        body: Type.Object({ reason: Reason }, closed),
        response: { 200: VendorView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: vendorId } = request.params;
        await mayActFor(deps, principalOf(request), vendorId);
        const { reason } = request.body;
        return changeVendor(request, context, vendorRef(vendorId), {
          do: 'suspend',
          vendorId,
          reason,
          now: context.now,
        });
      }),
  );

  function changeVendor(
    request: Parameters<typeof change>[1],
    context: Parameters<typeof change>[2],
    ref: ReturnType<typeof vendorRef>,
    command: VendorCommand,
    status = 200,
  ) {
    return change({ store, shelf }, request, context, {
      ref,
      entries: shelf.vendors,
      decide: (vendor: Vendor) => decideVendor(vendor, command),
      answer({ state, version }) {
        if (state === null) throw new Error(`${ref.id} is nobody after a command on it`);
        const body = vendorView({ id: ref.id, version }, state);
        return answerWith(status, version, body, status === 201 ? `/api/v1/vendors/${ref.id}` : undefined);
      },
    });
  }
}
