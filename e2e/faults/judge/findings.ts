/** What the judge found wrong, in words that begin with the rules concerned. */
export class Findings {
  readonly failures: string[] = [];
  /** Accepted, and missing where it has to be. */
  lost = 0;
  /** There more often than it was accepted. */
  doubled = 0;

  fail(text: string): void {
    this.failures.push(text);
  }

  /** @param which of them, a few are shown */
  missing(text: string, which: readonly string[]): void {
    if (which.length === 0) return;
    this.lost += which.length;
    this.fail(`${text}: ${which.length} lost (${few(which)})`);
  }

  extra(text: string, which: readonly string[]): void {
    if (which.length === 0) return;
    this.doubled += which.length;
    this.fail(`${text}: ${which.length} too many (${few(which)})`);
  }

  wrong(text: string, which: readonly string[]): void {
    if (which.length > 0) this.fail(`${text}: ${which.length} (${few(which)})`);
  }
}

function few(which: readonly string[]): string {
  return which.length > 3 ? `${which.slice(0, 3).join(', ')} …` : which.join(', ');
}
