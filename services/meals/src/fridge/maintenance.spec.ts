import { expect, it } from 'vitest';
import { maintenanceWindow, refuseInMaintenance } from './maintenance.ts';

const sfo = {
  zone: 'America/Los_Angeles',
  name: 'San Francisco',
  maintenance: { from: '01:30', to: '02:30' },
};
const utc = (text: string) => Date.parse(text);

it('S0-NFR-02 meals do not move in the nightly window of their metro, by its own clocks', () => {
  expect(maintenanceWindow(sfo, utc('2026-11-20T09:29:59Z'))).toBeUndefined();
  expect(maintenanceWindow(sfo, utc('2026-11-20T09:30:00Z'))).toBe(3600);
  expect(maintenanceWindow(sfo, utc('2026-11-20T10:29:30.5Z'))).toBe(30);
  expect(maintenanceWindow(sfo, utc('2026-11-20T10:30:00Z'))).toBeUndefined();
  expect(maintenanceWindow({ zone: sfo.zone }, utc('2026-11-20T09:30:00Z'))).toBeUndefined();
  expect(refuseInMaintenance(sfo, utc('2026-11-20T09:30:00Z'))).toMatchObject({
    status: 503,
    code: 'maintenance-window',
    retryAfter: 3600,
  });
});

it('S0-NFR-02 the window goes over midnight', () => {
  const late = { ...sfo, maintenance: { from: '23:00', to: '01:00' } };
  expect(maintenanceWindow(late, utc('2026-11-20T07:30:00Z'))).toBe(5400);
  expect(maintenanceWindow(late, utc('2026-11-20T09:00:00Z'))).toBeUndefined();
});

it('S0-NFR-02 the night the clocks go forward has no 02:15, the night they go back has 01:45 twice', () => {
  // 01:59 PST is followed by 03:00 PDT.
  expect(maintenanceWindow(sfo, utc('2026-03-08T09:45:00Z'))).toBe(900);
  expect(maintenanceWindow(sfo, utc('2026-03-08T10:00:00Z'))).toBeUndefined();
  // 01:45 PDT, then 01:00 PST (outside for half an hour), then 01:45 PST.
  expect(maintenanceWindow(sfo, utc('2026-11-01T08:45:00Z'))).toBe(900);
  expect(maintenanceWindow(sfo, utc('2026-11-01T09:15:00Z'))).toBeUndefined();
  expect(maintenanceWindow(sfo, utc('2026-11-01T09:45:00Z'))).toBe(2700);
});
