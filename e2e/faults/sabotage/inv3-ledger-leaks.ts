import { lotLedger } from '../../../services/meals/src/read-models/lot-ledger.ts';

// What a courier brings back is in no ledger, neither now nor after a rebuild.
lotLedger.on.MealReturned = () => {};
