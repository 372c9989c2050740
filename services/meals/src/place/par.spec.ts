import { decider } from '@dabba/testing/decider';
import { it } from 'vitest';
import { setPar } from './par.ts';
import { type SupplyEvent, supplyStream } from './supply.ts';

const par = decider(supplyStream, setPar);
const about = { fridgeId: 'f1', capacity: 10, now: 7 };
const set = (levels: { sku: string; par: number }[]): SupplyEvent => ({
  type: 'FridgeParSet',
  data: { fridgeId: 'f1', levels, setAt: 7 },
});
const dal = { sku: 'dal', par: 6 };
const wrap = { sku: 'wrap', par: 4 };

it('sets all levels at once', () => {
  par
    .given([])
    .when({ ...about, levels: [wrap, dal] })
    .then([set([dal, wrap])]);
  par
    .given([set([dal])])
    .when({ ...about, levels: [] })
    .then([set([])]);
});
it('says nothing where nothing changes', () => {
  par
    .given([set([dal, wrap])])
    .when({ ...about, levels: [wrap, dal, { sku: 'no', par: 0 }] })
    .thenNothing();
});
it('S0-NFR-07 refuses more than the fridge can hold, and a product twice', () => {
  par
    .given([])
    .when({ ...about, levels: [dal, { ...wrap, par: 5 }] })
    .thenRefused('par-over-capacity');
  par
    .given([])
    .when({ ...about, levels: [dal, dal] })
    .thenRefused('sku-twice');
});
