import { BaseSequencer, type TestSpecification } from 'vitest/node';

const longest = [
  'e2e/faults/',
  'receipts-intake.',
  'operator.',
  'readme.',
  'e2e/journeys/doors.',
  'an-order.',
  'archive/close/',
  // Its day is short: not beside a drill that takes all there is.
  'e2e/city/',
];

/** Files that take minutes start first, so that no worker is left alone with one of them at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rankOf(a) - rankOf(b) || a.project.name.localeCompare(b.project.name));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = longest.findIndex((part) => moduleId.includes(part));
  return rank === -1 ? longest.length : rank;
}
